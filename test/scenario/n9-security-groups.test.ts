/** N9: security groups and their rules, as the API keeps and shows them. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Body, type Client, type Region, startRegion } from './harness.ts';

async function rulesOf(client: Client, SecurityGroupId: string, request: object = {}): Promise<Body[]> {
  const body = await client.ok('Ecs', 'DescribeSecurityGroupAttribute', { SecurityGroupId, ...request });
  return body.Permissions.Permission;
}

describe('N9 security groups', () => {
  let region: Region;
  let vpc: string;
  beforeAll(async () => {
    region = await startRegion();
    vpc = await region.vpc();
  });
  afterAll(() => region.close());

  it('N9 a basic group lets its members reach each other, an advanced one does not', async () => {
    const basic = await region.group(vpc, { SecurityGroupName: 'web', Description: 'front end' });
    const advanced = await region.group(vpc, { SecurityGroupType: 'enterprise' });
    const shown = await region.ok('Ecs', 'DescribeSecurityGroupAttribute', { SecurityGroupId: basic });
    expect(shown).toMatchObject({
      SecurityGroupId: basic,
      SecurityGroupName: 'web',
      Description: 'front end',
      VpcId: vpc,
      RegionId: 'cn-hangzhou',
      InnerAccessPolicy: 'Accept',
      Permissions: { Permission: [] },
    });
    const other = await region.ok('Ecs', 'DescribeSecurityGroupAttribute', { SecurityGroupId: advanced });
    expect(other.InnerAccessPolicy).toBe('Drop');
  });

  it('N9 the inner policy of a basic group changes and wakes its network', async () => {
    const group = await region.group(vpc);
    const before = await wanted(region, vpc);
    await region.ok('Ecs', 'ModifySecurityGroupPolicy', { SecurityGroupId: group, InnerAccessPolicy: 'drop' });
    const shown = await region.ok('Ecs', 'DescribeSecurityGroupAttribute', { SecurityGroupId: group });
    expect(shown.InnerAccessPolicy).toBe('Drop');
    expect(await wanted(region, vpc)).toBeGreaterThan(before);
  });

  it('N9 rules are shown in canonical form', async () => {
    const group = await region.group(vpc);
    const friend = await region.group(vpc, { SecurityGroupName: 'friend' });
    await region.ok('Ecs', 'AuthorizeSecurityGroup', {
      SecurityGroupId: group,
      Permissions: [
        {
          IpProtocol: 'tcp',
          PortRange: '80/88',
          SourceCidrIp: '10.1.2.3/8',
          Policy: 'Drop',
          Priority: 7,
          Description: 'a',
        },
        { IpProtocol: 'UDP', PortRange: '53/53', SourceGroupId: friend, SourcePortRange: '1024/65535' },
        {
          IpProtocol: 'icmp',
          PortRange: '-1/-1',
          SourceCidrIp: '192.168.0.9',
          DestCidrIp: '10.0.0.0/24',
          Priority: 100,
        },
      ],
    });
    await region.ok('Ecs', 'AuthorizeSecurityGroupEgress', {
      SecurityGroupId: group,
      IpProtocol: 'all',
      PortRange: '-1/-1',
      DestCidrIp: '0.0.0.0/0',
      Policy: 'drop',
    });
    const rules = await rulesOf(region, group);
    expect(rules).toMatchObject([
      {
        Direction: 'ingress',
        IpProtocol: 'UDP',
        SourceGroupId: friend,
        SourceGroupName: 'friend',
        SourceCidrIp: '',
        SourcePortRange: '1024/65535',
        Policy: 'Accept',
        Priority: '1',
      },
      {
        Direction: 'ingress',
        IpProtocol: 'TCP',
        PortRange: '80/88',
        SourceCidrIp: '10.0.0.0/8',
        Policy: 'Drop',
        Priority: '7',
        Description: 'a',
        NicType: 'intranet',
      },
      {
        Direction: 'ingress',
        IpProtocol: 'ICMP',
        PortRange: '-1/-1',
        SourceCidrIp: '192.168.0.9/32',
        DestCidrIp: '10.0.0.0/24',
        Priority: '100',
      },
      { Direction: 'egress', IpProtocol: 'ALL', DestCidrIp: '0.0.0.0/0', SourceCidrIp: '', Policy: 'Drop' },
    ]);
    expect(rules.every((rule) => rule.SecurityGroupRuleId.startsWith('sgr-'))).toBe(true);
    expect(await rulesOf(region, group, { Direction: 'egress' })).toHaveLength(1);
    expect(await rulesOf(region, group, { Direction: 'ingress' })).toHaveLength(3);

    const first = await region.ok('Ecs', 'DescribeSecurityGroupAttribute', { SecurityGroupId: group, MaxResults: 3 });
    expect(first.Permissions.Permission).toHaveLength(3);
    const rest = await region.ok('Ecs', 'DescribeSecurityGroupAttribute', {
      SecurityGroupId: group,
      MaxResults: 3,
      NextToken: first.NextToken,
    });
    expect(rest.Permissions.Permission).toHaveLength(1);
    expect(rest.NextToken).toBe('');
  });

  it('N9 a rule that the group has already is accepted without a second row', async () => {
    const group = await region.group(vpc);
    const rule = { IpProtocol: 'TCP', PortRange: '22/22', SourceCidrIp: '10.0.0.0/8' };
    await region.ok('Ecs', 'AuthorizeSecurityGroup', { SecurityGroupId: group, Permissions: [rule, rule] });
    const [first] = await rulesOf(region, group);
    await region.ok('Ecs', 'AuthorizeSecurityGroup', {
      SecurityGroupId: group,
      Permissions: [{ ...rule, SourceCidrIp: '10.9.9.9/8', Policy: 'Accept' }],
    });
    expect(await rulesOf(region, group)).toEqual([first]);
    await region.ok('Ecs', 'AuthorizeSecurityGroup', {
      SecurityGroupId: group,
      Permissions: [{ ...rule, Priority: 2 }],
    });
    expect(await rulesOf(region, group)).toHaveLength(2);
  });

  it('N9 revoking takes exactly the rule that is described, never one of another peer', async () => {
    const group = await region.group(vpc);
    const friend = await region.group(vpc);
    const rule = { IpProtocol: 'TCP', PortRange: '22/22' };
    await region.ok('Ecs', 'AuthorizeSecurityGroup', {
      SecurityGroupId: group,
      Permissions: [
        { ...rule, SourceCidrIp: '10.0.0.0/8' },
        { ...rule, SourceCidrIp: '192.168.0.0/16' },
        { ...rule, SourceGroupId: friend },
        { ...rule, SourceCidrIp: '10.0.0.0/8', Policy: 'drop' },
        { ...rule, SourceCidrIp: '10.0.0.0/8', Priority: 50 },
      ],
    });
    const peers = async () =>
      (await rulesOf(region, group)).map((r) => `${r.SourceCidrIp}${r.SourceGroupId} ${r.Policy} ${r.Priority}`).sort();
    await region.ok('Ecs', 'RevokeSecurityGroup', {
      SecurityGroupId: group,
      ...rule,
      SourceCidrIp: '10.7.0.0/8',
      Priority: 1,
    });
    const expected = [`10.0.0.0/8 Accept 50`, '10.0.0.0/8 Drop 1', '192.168.0.0/16 Accept 1', `${friend} Accept 1`];
    expect(await peers()).toEqual(expected);
    const missing = await region.refused('Ecs', 'RevokeSecurityGroup', {
      SecurityGroupId: group,
      Permissions: [
        { ...rule, SourceGroupId: friend },
        { ...rule, SourceCidrIp: '172.16.0.0/12' },
      ],
    });
    expect(missing).toMatchObject({ code: 'InvalidGroupAuthItem.NotFound', status: 403 });
    expect(await peers()).toEqual(expected);
    await region.ok('Ecs', 'RevokeSecurityGroup', {
      SecurityGroupId: group,
      Permissions: [{ ...rule, SourceGroupId: friend }],
    });
    expect(await peers()).toEqual(expected.slice(0, 3));
    await region.ok('Ecs', 'RevokeSecurityGroup', {
      SecurityGroupId: group,
      SecurityGroupRuleId: (await rulesOf(region, group)).map((each) => each.SecurityGroupRuleId),
    });
    expect(await peers()).toEqual([]);
  });

  it('N9 groups are listed by every filter and in both styles of paging', async () => {
    const other = await region.vpc();
    const names = ['list-a', 'list-b', 'list-c'];
    const ids: string[] = [];
    for (const SecurityGroupName of names) {
      ids.push(await region.group(other, { SecurityGroupName, Tag: [{ Key: 'row', Value: SecurityGroupName }] }));
    }
    const advanced = await region.group(other, { SecurityGroupType: 'enterprise', ResourceGroupId: 'rg-1' });
    const listed = async (request: object) => {
      const body = await region.ok('Ecs', 'DescribeSecurityGroups', request as never);
      return body.SecurityGroups.SecurityGroup.map((group: Body) => group.SecurityGroupId).sort();
    };
    const sorted = (...list: string[]) => [...list].sort();
    expect(await listed({ VpcId: other })).toEqual(sorted(...ids, advanced));
    expect(await listed({ VpcId: other, SecurityGroupType: 'normal' })).toEqual(sorted(...ids));
    expect(await listed({ SecurityGroupName: 'list-b' })).toEqual([ids[1]]);
    expect(await listed({ SecurityGroupName: 'list-', FuzzyQuery: true })).toEqual(sorted(...ids));
    expect(await listed({ SecurityGroupIds: JSON.stringify([ids[0], ids[2]]), SecurityGroupId: ids[2] })).toEqual([
      ids[2],
    ]);
    expect(await listed({ Tag: [{ Key: 'row', Value: 'list-a' }] })).toEqual([ids[0]]);
    expect(await listed({ ResourceGroupId: 'rg-1' })).toEqual([advanced]);
    expect(await listed({ VpcId: other, NetworkType: 'classic' })).toEqual([]);
    expect(await listed({ SecurityGroupId: 'sg-unknown' })).toEqual([]);

    const page = await region.ok('Ecs', 'DescribeSecurityGroups', { VpcId: other, PageSize: 3, PageNumber: 2 });
    expect(page).toMatchObject({ TotalCount: 4, PageNumber: 2, PageSize: 3, NextToken: '' });
    expect(page.SecurityGroups.SecurityGroup).toHaveLength(1);
    const seen: string[] = [];
    let NextToken: string | undefined;
    do {
      const body: Body = await region.ok('Ecs', 'DescribeSecurityGroups', { VpcId: other, MaxResults: 3, NextToken });
      expect(body.PageSize).toBe(3);
      seen.push(...body.SecurityGroups.SecurityGroup.map((group: Body) => group.SecurityGroupId));
      NextToken = body.NextToken;
    } while (NextToken);
    expect(sorted(...seen)).toEqual(sorted(...ids, advanced));
  });
});

async function wanted(region: Region, networkId: string): Promise<number> {
  const row = await region.server.store.read((reader) => reader.get('network_state', { network_id: networkId }));
  return row?.wanted ?? 0;
}
