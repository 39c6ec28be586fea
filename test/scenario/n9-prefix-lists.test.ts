/** N9: prefix lists, the rules that name them, and what a list counts. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Body, type Client, type Region, startRegion } from './harness.ts';

async function newList(client: Client, request: object = {}): Promise<string> {
  const body = await client.ok('Ecs', 'CreatePrefixList', {
    PrefixListName: 'offices',
    AddressFamily: 'IPv4',
    MaxEntries: 10,
    ...request,
  });
  return body.PrefixListId;
}

async function entriesOf(client: Client, PrefixListId: string): Promise<string[]> {
  const { Entries } = await client.ok('Ecs', 'DescribePrefixListAttributes', { PrefixListId });
  return Entries.Entry.map((entry: Body) => `${entry.Cidr} ${entry.Description}`.trim());
}

async function rulesOf(client: Client, SecurityGroupId: string): Promise<Body[]> {
  const body = await client.ok('Ecs', 'DescribeSecurityGroupAttribute', { SecurityGroupId });
  return body.Permissions.Permission;
}

const naming = (SourcePrefixListId: string, more: object = {}) => ({
  IpProtocol: 'TCP',
  PortRange: '443/443',
  SourcePrefixListId,
  ...more,
});

describe('N9 prefix lists', () => {
  let region: Region;
  beforeAll(async () => {
    region = await startRegion();
  });
  afterAll(() => region.close());

  it('N9 a list keeps its entries in the order given, addresses as /32', async () => {
    const id = await newList(region, {
      PrefixListName: 'branch.offices',
      Description: 'all of them',
      MaxEntries: 3,
      Entry: [{ Cidr: '192.168.0.0/16', Description: 'head office' }, { Cidr: '10.0.0.7' }],
      Tag: [{ Key: 'team', Value: 'net' }],
      ResourceGroupId: 'rg-lists',
    });
    expect(id).toMatch(/^pl-/);
    const shown = await region.ok('Ecs', 'DescribePrefixListAttributes', { PrefixListId: id });
    expect(shown).toMatchObject({
      PrefixListId: id,
      PrefixListName: 'branch.offices',
      Description: 'all of them',
      AddressFamily: 'IPv4',
      MaxEntries: 3,
      CreationTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\dZ$/),
      Entries: {
        Entry: [
          { Cidr: '192.168.0.0/16', Description: 'head office' },
          { Cidr: '10.0.0.7/32', Description: '' },
        ],
      },
    });
    const { PrefixLists } = await region.ok('Ecs', 'DescribePrefixLists', { PrefixListId: [id] });
    expect(PrefixLists.PrefixList).toMatchObject([
      {
        PrefixListId: id,
        AssociationCount: 0,
        ResourceGroupId: 'rg-lists',
        Tags: { Tag: [{ TagKey: 'team', TagValue: 'net' }] },
      },
    ]);
  });

  it('N9 entries are added, removed and described anew in one change', async () => {
    const id = await newList(region, {
      MaxEntries: 3,
      Entry: [{ Cidr: '10.0.0.0/8' }, { Cidr: '11.0.0.0/8', Description: 'eleven' }, { Cidr: '12.0.0.0/8' }],
    });
    await region.ok('Ecs', 'ModifyPrefixList', {
      PrefixListId: id,
      PrefixListName: 'changed',
      Description: 'other words',
      RemoveEntry: [{ Cidr: '10.0.0.0/8' }],
      AddEntry: [{ Cidr: '13.0.0.1' }, { Cidr: '12.0.0.0/8', Description: 'twelve' }],
    });
    expect(await entriesOf(region, id)).toEqual(['11.0.0.0/8 eleven', '12.0.0.0/8 twelve', '13.0.0.1/32']);
    const shown = await region.ok('Ecs', 'DescribePrefixListAttributes', { PrefixListId: id });
    expect(shown).toMatchObject({ PrefixListName: 'changed', Description: 'other words' });
    const full = { PrefixListId: id, AddEntry: [{ Cidr: '14.0.0.0/8' }] };
    expect((await region.refused('Ecs', 'ModifyPrefixList', full)).code).toBe('LimitExceed.MaxEntries');
  });

  it('N9 a rule names a list in each direction and is revoked by what it says', async () => {
    const group = await region.group(await region.vpc());
    const id = await newList(region, { PrefixListName: 'named', MaxEntries: 2 });
    await region.ok('Ecs', 'AuthorizeSecurityGroup', { SecurityGroupId: group, Permissions: [naming(id)] });
    await region.ok('Ecs', 'AuthorizeSecurityGroupEgress', {
      SecurityGroupId: group,
      IpProtocol: 'all',
      PortRange: '-1/-1',
      DestPrefixListId: id,
      Policy: 'drop',
    });
    expect(await rulesOf(region, group)).toMatchObject([
      { SourcePrefixListId: id, SourcePrefixListName: 'named', SourceCidrIp: '', DestPrefixListId: '' },
      { DestPrefixListId: id, DestPrefixListName: 'named', DestCidrIp: '', SourcePrefixListId: '', Policy: 'Drop' },
    ]);
    const associations = await region.ok('Ecs', 'DescribePrefixListAssociations', { PrefixListId: id });
    expect(associations.PrefixListAssociations.PrefixListAssociation).toEqual([
      { ResourceId: group, ResourceType: 'securitygroup' },
    ]);
    expect((await region.refused('Ecs', 'DeletePrefixList', { PrefixListId: id })).code).toBe(
      'NotAllowed.AssociationExist',
    );
    await region.ok('Ecs', 'RevokeSecurityGroup', { SecurityGroupId: group, Permissions: [naming(id)] });
    await region.ok('Ecs', 'RevokeSecurityGroupEgress', {
      SecurityGroupId: group,
      IpProtocol: 'all',
      PortRange: '-1/-1',
      DestPrefixListId: id,
      Policy: 'drop',
    });
    expect(await rulesOf(region, group)).toEqual([]);
    await region.ok('Ecs', 'DeletePrefixList', { PrefixListId: id });
    expect((await region.refused('Ecs', 'DescribePrefixListAttributes', { PrefixListId: id })).code).toBe(
      'InvalidPrefixListId.NotFound',
    );
  });

  it('N9 a change of a list wakes every network with a rule that names it, and no other', async () => {
    const [one, two, other] = [await region.vpc(), await region.vpc(), await region.vpc()];
    const id = await newList(region);
    for (const vpc of [one, two]) {
      const group = await region.group(vpc);
      await region.ok('Ecs', 'AuthorizeSecurityGroup', { SecurityGroupId: group, Permissions: [naming(id)] });
    }
    const wanted = () =>
      region.server.store.read(async (reader) => {
        const generations = [];
        for (const network_id of [one, two, other]) {
          generations.push((await reader.get('network_state', { network_id }))?.wanted ?? 0);
        }
        return generations as [number, number, number];
      });
    const before = await wanted();
    await region.ok('Ecs', 'ModifyPrefixList', { PrefixListId: id, AddEntry: [{ Cidr: '10.1.0.0/16' }] });
    expect(await wanted()).toEqual([before[0] + 1, before[1] + 1, before[2]]);
    await region.ok('Ecs', 'ModifyPrefixList', { PrefixListId: id, PrefixListName: 'only-words' });
    expect(await wanted()).toEqual([before[0] + 1, before[1] + 1, before[2]]);
  });

  it('N9 the entries reach the program of a network', async () => {
    const vpc = await region.vpc();
    const vswitch = await region.vswitch(vpc, '10.0.1.0/24');
    const group = await region.group(vpc);
    const id = await newList(region, { Entry: [{ Cidr: '10.9.0.0/16' }] });
    await region.ok('Ecs', 'AuthorizeSecurityGroup', { SecurityGroupId: group, Permissions: [naming(id)] });
    await region.run(vswitch, group);
    const blocks = async () => {
      await region.server.reconciler.settled();
      const program = region.driver.applied(vpc);
      return program!.policies.flatMap(({ ingress }) =>
        ingress.flatMap(({ match, origin }) =>
          origin.kind === 'rule' && match.peer && 'cidr' in match.peer ? [match.peer.cidr.prefix] : [],
        ),
      );
    };
    expect(await blocks()).toEqual([16]);
    await region.ok('Ecs', 'ModifyPrefixList', { PrefixListId: id, AddEntry: [{ Cidr: '172.16.0.0/12' }] });
    expect(await blocks()).toEqual([16, 12]);
    await region.ok('Ecs', 'ModifyPrefixList', { PrefixListId: id, RemoveEntry: [{ Cidr: '10.9.0.0/16' }] });
    expect(await blocks()).toEqual([12]);
  });

  it('N9 a rule that names a list may name another one, not a block', async () => {
    const group = await region.group(await region.vpc());
    const [first, second] = [await newList(region), await newList(region)];
    await region.ok('Ecs', 'AuthorizeSecurityGroup', { SecurityGroupId: group, Permissions: [naming(first)] });
    const SecurityGroupRuleId = (await rulesOf(region, group))[0].SecurityGroupRuleId;
    const request = { SecurityGroupId: group, SecurityGroupRuleId };
    await region.ok('Ecs', 'ModifySecurityGroupRule', { ...request, SourcePrefixListId: second });
    expect((await rulesOf(region, group))[0].SourcePrefixListId).toBe(second);
    await region.ok('Ecs', 'DeletePrefixList', { PrefixListId: first });
    const block = await region.refused('Ecs', 'ModifySecurityGroupRule', { ...request, SourceCidrIp: '10.0.0.0/8' });
    expect(block.code).toBe('InvalidOperation.ModifySgRuleEntityType');
  });

  it('N9 lists are found by every filter, in parts', async () => {
    const names = ['list-1', 'list-2', 'list-3'];
    const Tag = [{ Key: 'row', Value: 'filters' }];
    const ids: string[] = [];
    for (const PrefixListName of names) ids.push(await newList(region, { PrefixListName, Tag }));
    const grouped = await newList(region, { ResourceGroupId: 'rg-filters' });
    const found = async (request: object) => {
      const body = await region.ok('Ecs', 'DescribePrefixLists', request as never);
      return body.PrefixLists.PrefixList.map((list: Body) => list.PrefixListId).sort();
    };
    const sorted = (...list: (string | undefined)[]) => [...list].sort();
    expect(await found({ Tag })).toEqual(sorted(...ids));
    expect(await found({ PrefixListName: 'list-2' })).toEqual([ids[1]]);
    expect(await found({ PrefixListId: [ids[0], ids[2], 'pl-unknown'] })).toEqual(sorted(ids[0], ids[2]));
    expect(await found({ ResourceGroupId: 'rg-filters' })).toEqual([grouped]);
    expect(await found({ Tag, AddressFamily: 'IPv4', PrefixListId: [ids[0]] })).toEqual([ids[0]]);
    expect(await found({ AddressFamily: 'IPv6' })).toEqual([]);
    const seen: string[] = [];
    let NextToken: string | undefined;
    do {
      const body: Body = await region.ok('Ecs', 'DescribePrefixLists', { Tag, MaxResults: 2, NextToken });
      seen.push(...body.PrefixLists.PrefixList.map((list: Body) => list.PrefixListId));
      NextToken = body.NextToken;
    } while (NextToken);
    expect(seen.sort()).toEqual(sorted(...ids));
  });

  it('X8 lists of another account are not found, not even by a rule', async () => {
    const other = await region.account('other');
    const foreign = await newList(other);
    for (const action of ['DescribePrefixListAttributes', 'DescribePrefixListAssociations', 'DeletePrefixList']) {
      expect((await region.refused('Ecs', action, { PrefixListId: foreign })).code).toBe(
        'InvalidPrefixListId.NotFound',
      );
    }
    const listed = await region.ok('Ecs', 'DescribePrefixLists', { PrefixListId: [foreign] });
    expect(listed.PrefixLists.PrefixList).toEqual([]);
  });
});

describe('F14 limits of prefix lists', () => {
  let region: Region;
  beforeAll(async () => {
    region = await startRegion({
      quotas: {
        prefixListsPerRegion: 2,
        associationsPerPrefixList: 1,
        rulesPerSecurityGroup: 10,
        rulesPerInterface: 15,
      },
    });
  });
  afterAll(() => region.close());

  it('F14 N9 a list counts as its MaxEntries rules; lists and their groups are limited', async () => {
    const vpc = await region.vpc();
    const vswitch = await region.vswitch(vpc, '10.0.1.0/24');
    const [group, second] = [await region.group(vpc), await region.group(vpc)];
    const id = await newList(region, { MaxEntries: 8 });
    const small = await newList(region, { MaxEntries: 1 });
    expect(
      (
        await region.refused('Ecs', 'CreatePrefixList', {
          PrefixListName: 'third',
          AddressFamily: 'IPv4',
          MaxEntries: 1,
        })
      ).code,
    ).toBe('LimitExceed.PrefixListPerRegion');
    const add = (SecurityGroupId: string, ...Permissions: object[]) => ({ SecurityGroupId, Permissions }) as never;
    const block = (port: number) => ({ IpProtocol: 'TCP', PortRange: `${port}/${port}`, SourceCidrIp: '10.0.0.0/8' });

    await region.ok('Ecs', 'AuthorizeSecurityGroup', add(group, naming(id), block(1), block(2)));
    const over = await region.refused('Ecs', 'AuthorizeSecurityGroup', add(group, block(3)));
    expect(over).toMatchObject({ code: 'AuthorizationLimitExceed', status: 403 });
    const again = await region.refused('Ecs', 'AuthorizeSecurityGroup', add(group, naming(id, { PortRange: '1/2' })));
    expect(again.code).toBe('AuthorizationLimitExceed');

    const shared = await region.refused('Ecs', 'AuthorizeSecurityGroup', add(second, naming(id)));
    expect(shared).toMatchObject({ code: 'LimitExceed.PrefixListAssociationResource', status: 403 });
    expect(shared.message).toContain('Permissions.1.SourcePrefixListId');

    const nine = [1, 2, 3, 4, 5, 6, 7, 8].map(block);
    await region.ok('Ecs', 'AuthorizeSecurityGroup', add(second, naming(small), ...nine));
    const [instance] = await region.run(vswitch, group);
    const carried = await region.refused('Ecs', 'JoinSecurityGroup', {
      SecurityGroupId: second,
      InstanceId: instance!,
    });
    expect(carried.code).toBe('AclLimitExceed');

    const rule = (await rulesOf(region, second)).find((each) => each.SourcePrefixListId === small);
    await region.ok('Ecs', 'RevokeSecurityGroup', add(group, naming(id)));
    const grown = await region.refused('Ecs', 'ModifySecurityGroupRule', {
      SecurityGroupId: second,
      SecurityGroupRuleId: rule.SecurityGroupRuleId,
      SourcePrefixListId: id,
    });
    expect(grown.code).toBe('AuthorizationLimitExceed');
  });
});
