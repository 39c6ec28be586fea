/** N9: rules and groups that change in place, and which groups name which. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Body, type Region, startRegion } from './harness.ts';

describe('N9 changing rules', () => {
  let region: Region;
  let vpc: string;
  let group: string;
  let friend: string;
  beforeAll(async () => {
    region = await startRegion();
    vpc = await region.vpc();
    friend = await region.group(vpc, { SecurityGroupName: 'friend' });
  });
  afterAll(() => region.close());

  async function rules(SecurityGroupId = group): Promise<Body[]> {
    const body = await region.ok('Ecs', 'DescribeSecurityGroupAttribute', { SecurityGroupId });
    return body.Permissions.Permission;
  }

  /** A group with these inbound rules; answers their ids, by priority. */
  async function groupWith(...permissions: object[]): Promise<string[]> {
    group = await region.group(vpc);
    const Permissions = permissions.map((each, index) => ({ Priority: index + 1, ...each })) as never;
    await region.ok('Ecs', 'AuthorizeSecurityGroup', { SecurityGroupId: group, Permissions });
    return (await rules()).map((rule) => rule.SecurityGroupRuleId);
  }

  const TCP = { IpProtocol: 'TCP', PortRange: '80/80', SourceCidrIp: '10.0.0.0/8' };

  const change = (SecurityGroupRuleId: string, request: object) =>
    region.ok('Ecs', 'ModifySecurityGroupRule', { SecurityGroupId: group, SecurityGroupRuleId, ...request });

  const wanted = async () =>
    (await region.server.store.read((reader) => reader.get('network_state', { network_id: vpc })))?.wanted;

  it('N9 a rule told by its id takes what is given and keeps the rest, under its id', async () => {
    const [id] = await groupWith({ ...TCP, Description: 'web', Policy: 'accept' });
    const [before] = await rules();
    const generation = await wanted();
    await change(id!, { Policy: 'drop', PortRange: '8080/8090', SourceCidrIp: '192.168.0.1', Priority: 9 });
    expect(await rules()).toEqual([
      { ...before, Policy: 'Drop', PortRange: '8080/8090', SourceCidrIp: '192.168.0.1/32', Priority: '9' },
    ]);
    expect(await wanted()).toBeGreaterThan(generation!);
    await change(id!, { IpProtocol: 'icmp', PortRange: '-1/-1', Description: 'ping', DestCidrIp: '10.1.0.0/16' });
    expect(await rules()).toMatchObject([
      { IpProtocol: 'ICMP', PortRange: '-1/-1', Description: 'ping', DestCidrIp: '10.1.0.0/16', Policy: 'Drop' },
    ]);
  });

  it('N9 a description alone wakes no network', async () => {
    const [id] = await groupWith(TCP);
    await region.server.reconciler.settled();
    const generation = await wanted();
    await change(id!, { Description: 'just words', NicType: 'intranet' });
    expect(await rules()).toMatchObject([{ Description: 'just words' }]);
    expect(await wanted()).toBe(generation);
  });

  it('N9 a rule that names a group may name another one', async () => {
    const other = await region.group(vpc);
    const [id] = await groupWith({ IpProtocol: 'TCP', PortRange: '80/80', SourceGroupId: friend });
    await change(id!, { SourceGroupId: other });
    expect(await rules()).toMatchObject([{ SourceGroupId: other, SourceCidrIp: '' }]);
  });

  it('N9 without an id the parameters tell the rule, and only its description changes', async () => {
    await groupWith(TCP, { ...TCP, PortRange: '81/81' });
    await region.ok('Ecs', 'ModifySecurityGroupRule', { SecurityGroupId: group, ...TCP, Description: 'told' });
    expect((await rules()).map((rule) => [rule.PortRange, rule.Description])).toEqual([
      ['80/80', 'told'],
      ['81/81', ''],
    ]);
  });

  it('N9 outbound rules change likewise, and an id of the other direction is not found', async () => {
    const [inbound] = await groupWith(TCP);
    await region.ok('Ecs', 'AuthorizeSecurityGroupEgress', {
      SecurityGroupId: group,
      Permissions: [{ IpProtocol: 'UDP', PortRange: '53/53', DestCidrIp: '0.0.0.0/0', Policy: 'drop' }],
    });
    const outbound = (await rules()).find((rule) => rule.Direction === 'egress').SecurityGroupRuleId;
    const request = { SecurityGroupId: group, SecurityGroupRuleId: outbound, DestCidrIp: '10.0.0.0/24' };
    await region.ok('Ecs', 'ModifySecurityGroupEgressRule', request);
    expect((await rules())[1]).toMatchObject({ Direction: 'egress', DestCidrIp: '10.0.0.0/24', Policy: 'Drop' });
    const wrong = { SecurityGroupId: group, SecurityGroupRuleId: inbound!, Policy: 'drop' };
    expect((await region.refused('Ecs', 'ModifySecurityGroupEgressRule', wrong)).code).toBe(
      'InvalidSecurityGroupRuleId.NotFound',
    );
  });

  it('N9 a rule never becomes one that the group has', async () => {
    await groupWith({ ...TCP, Priority: 1 }, { ...TCP, PortRange: '81/81', Priority: 1 });
    const { SecurityGroupRuleId } = (await rules()).find((rule) => rule.PortRange === '80/80');
    const twin = { SecurityGroupId: group, SecurityGroupRuleId, PortRange: '81/81' };
    expect((await region.refused('Ecs', 'ModifySecurityGroupRule', twin)).code).toBe('InvalidOperation.RuleDuplicate');
    expect((await rules()).map((rule) => rule.PortRange).sort()).toEqual(['80/80', '81/81']);
  });

  it('N9 a repeated token changes a rule once', async () => {
    const [id] = await groupWith(TCP);
    const request = { Policy: 'drop', ClientToken: 'rule-once' };
    await change(id!, request);
    await change(id!, { Policy: 'accept' });
    await change(id!, request);
    expect((await rules())[0].Policy).toBe('Accept');
  });

  it('N9 name and description of a group change, each alone', async () => {
    const id = await region.group(vpc, { SecurityGroupName: 'before', Description: 'old words' });
    const shown = async () => {
      const body = await region.ok('Ecs', 'DescribeSecurityGroups', { SecurityGroupId: id });
      const [row] = body.SecurityGroups.SecurityGroup;
      return [row.SecurityGroupName, row.Description];
    };
    await region.ok('Ecs', 'ModifySecurityGroupAttribute', { SecurityGroupId: id, SecurityGroupName: 'after' });
    expect(await shown()).toEqual(['after', 'old words']);
    await region.ok('Ecs', 'ModifySecurityGroupAttribute', { SecurityGroupId: id, Description: 'new words' });
    expect(await shown()).toEqual(['after', 'new words']);
  });

  it('N9 tells which groups have rules that name a group', async () => {
    const named = await region.group(vpc);
    const lonely = await region.group(vpc);
    const Permissions = [{ IpProtocol: 'TCP', PortRange: '22/22', SourceGroupId: named }];
    const egress = [{ IpProtocol: 'TCP', PortRange: '22/22', DestGroupId: named }];
    await groupWith(...Permissions, { ...Permissions[0], PortRange: '23/23' });
    const other = await region.group(vpc);
    await region.ok('Ecs', 'AuthorizeSecurityGroupEgress', { SecurityGroupId: other, Permissions: egress });
    const body = await region.ok('Ecs', 'DescribeSecurityGroupReferences', { SecurityGroupId: [named, lonely] });
    const { AccountId } = await region.ok('Sts', 'GetCallerIdentity');
    expect(body.SecurityGroupReferences.SecurityGroupReference).toEqual([
      {
        SecurityGroupId: named,
        ReferencingSecurityGroups: {
          ReferencingSecurityGroup: [group, other]
            .sort()
            .map((SecurityGroupId) => ({ AliUid: AccountId, SecurityGroupId })),
        },
      },
      { SecurityGroupId: lonely, ReferencingSecurityGroups: { ReferencingSecurityGroup: [] } },
    ]);
  });
});
