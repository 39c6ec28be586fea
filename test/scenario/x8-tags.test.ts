/** X8: tags of resources of every kind, in both products: set, taken off, listed, asked for. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Product } from '../../src/contract/action.ts';
import { type Body, type Client, type Region, startRegion } from './harness.ts';

interface Kind {
  readonly product: Product;
  readonly type: string;
  /** Name of the action that takes tags off: the products spell it differently. */
  readonly untag: string;
  readonly id: () => string;
  /** Tags of the resource as the Describe action of its kind shows them, found by a tag. */
  readonly shown: (Tag: object[]) => Promise<Body[]>;
}

describe('X8 tags', () => {
  let region: Region;
  const id: { [name: string]: string } = {};
  const of = (name: string): string => id[name] ?? '';

  beforeAll(async () => {
    region = await startRegion();
    id['vpc'] = await region.vpc();
    id['vswitch'] = await region.vswitch(of('vpc'), '10.0.1.0/24');
    id['group'] = await region.group(of('vpc'));
    id['list'] = await region.prefixList();
    id['eip'] = (await region.eip()).id;
    [id['instance'] = ''] = await region.run(of('vswitch'), of('group'));
    const enis = await region.ok('Ecs', 'DescribeNetworkInterfaces', { InstanceId: of('instance') });
    id['eni'] = enis.NetworkInterfaceSets.NetworkInterfaceSet[0].NetworkInterfaceId;
    const tables = await region.ok('Vpc', 'DescribeRouteTableList', { VpcId: of('vpc') });
    id['table'] = tables.RouterTableList.RouterTableListType[0].RouteTableId;
  });
  afterAll(() => region.close());

  /** The tags of the only resource that a list answers. */
  const listing = (product: Product, action: string, path: string) => async (Tag: object[]) => {
    const body = await region.ok(product, action, { Tag } as never);
    const rows: Body[] = path.split('.').reduce((value, name) => value[name], body);
    return rows.flatMap((row) => row.Tags.Tag.map((tag: Body) => [tag.Key ?? tag.TagKey, tag.Value ?? tag.TagValue]));
  };

  const ecs = (type: string, name: string, action: string, path: string): Kind => ({
    product: 'Ecs',
    type,
    untag: 'UntagResources',
    id: () => of(name),
    shown: listing('Ecs', action, path),
  });
  const vpc = (type: string, name: string, action: string, path: string): Kind => ({
    product: 'Vpc',
    type,
    untag: 'UnTagResources',
    id: () => of(name),
    shown: listing('Vpc', action, path),
  });

  const KINDS: readonly Kind[] = [
    ecs('instance', 'instance', 'DescribeInstances', 'Instances.Instance'),
    ecs('securitygroup', 'group', 'DescribeSecurityGroups', 'SecurityGroups.SecurityGroup'),
    ecs('eni', 'eni', 'DescribeNetworkInterfaces', 'NetworkInterfaceSets.NetworkInterfaceSet'),
    ecs('prefixlist', 'list', 'DescribePrefixLists', 'PrefixLists.PrefixList'),
    vpc('VPC', 'vpc', 'DescribeVpcs', 'Vpcs.Vpc'),
    vpc('VSWITCH', 'vswitch', 'DescribeVSwitches', 'VSwitches.VSwitch'),
    vpc('ROUTETABLE', 'table', 'DescribeRouteTableList', 'RouterTableList.RouterTableListType'),
    vpc('EIP', 'eip', 'DescribeEipAddresses', 'EipAddresses.EipAddress'),
  ];

  it.each(KINDS.map((kind) => [kind.type, kind] as const))(
    '%s: set, shown, changed, listed, taken off',
    async (_, kind) => {
      const { product, type } = kind;
      const call = (action: string, request: object) =>
        region.ok(product, action, { ResourceType: type, ResourceId: [kind.id()], ...request } as never);
      const listed = async (request: object = {}) => {
        const body = await call('ListTagResources', request);
        return body.TagResources.TagResource;
      };
      await call('TagResources', { Tag: [{ Key: 'team', Value: 'net' }, { Key: 'empty' }] });
      await call('TagResources', {
        Tag: [
          { Key: 'team', Value: 'core' },
          { Key: 'stage', Value: 'test' },
        ],
      });
      const expected = [
        ['empty', ''],
        ['stage', 'test'],
        ['team', 'core'],
      ];
      expect(await kind.shown([{ Key: 'team', Value: 'core' }])).toEqual(expected);
      expect(await kind.shown([{ Key: 'team' }, { Key: 'stage', Value: 'test' }])).toEqual(expected);
      expect(await kind.shown([{ Key: 'team', Value: 'net' }])).toEqual([]);
      expect(await listed()).toEqual(
        expected.map(([TagKey, TagValue]) => ({ ResourceId: kind.id(), ResourceType: type, TagKey, TagValue })),
      );
      expect(await listed({ ResourceId: [], Tag: [{ Key: 'stage' }] })).toHaveLength(3);
      expect(await listed({ Tag: [{ Key: 'stage', Value: 'other' }] })).toEqual([]);

      await call(kind.untag, { TagKey: ['empty', 'unknown'] });
      expect(await kind.shown([{ Key: 'team' }])).toEqual(expected.slice(1));
      await call(kind.untag, { TagKey: ['stage'], All: true });
      expect(await kind.shown([{ Key: 'team' }])).toEqual(expected.slice(2));
      await call(kind.untag, { All: true });
      expect(await listed()).toEqual([]);
    },
  );

  it('types of the Vpc product may be in any case', async () => {
    const ResourceId = [of('vpc')];
    const tag = { ResourceType: 'vpc', ResourceId, Tag: [{ Key: 'case', Value: 'any' }] };
    await region.ok('Vpc', 'TagResources', tag);
    const { TagResources } = await region.ok('Vpc', 'ListTagResources', { ResourceType: 'Vpc', ResourceId });
    expect(TagResources.TagResource).toMatchObject([{ ResourceType: 'VPC', TagKey: 'case' }]);
    await region.ok('Vpc', 'UnTagResources', { ResourceType: 'VPC', ResourceId, TagKey: ['case'] });
  });

  it('long lists come in parts', async () => {
    const ResourceId = [of('vpc'), of('vswitch')];
    const tags = (prefix: string) => Array.from({ length: 20 }, (_, n) => ({ Key: `${prefix}${n}`, Value: 'v' }));
    const groups = [await region.group(of('vpc')), await region.group(of('vpc')), await region.group(of('vpc'))];
    await region.ok('Ecs', 'TagResources', { ResourceType: 'securitygroup', ResourceId: groups, Tag: tags('g') });
    await region.ok('Vpc', 'TagResources', { ResourceType: 'VPC', ResourceId: ResourceId.slice(0, 1), Tag: tags('v') });
    const all = async (product: Product, request: object) => {
      const seen: string[] = [];
      const parts: number[] = [];
      let NextToken: string | undefined;
      do {
        const body: Body = await region.ok(product, 'ListTagResources', { ...request, NextToken } as never);
        parts.push(body.TagResources.TagResource.length);
        seen.push(...body.TagResources.TagResource.map((tag: Body) => `${tag.ResourceId} ${tag.TagKey}`));
        NextToken = body.NextToken;
      } while (NextToken);
      expect(new Set(seen).size).toBe(seen.length);
      return parts;
    };
    expect(await all('Ecs', { ResourceType: 'securitygroup', ResourceId: groups })).toEqual([50, 10]);
    expect(await all('Vpc', { ResourceType: 'VPC', ResourceId: [of('vpc')], MaxResults: 8 })).toEqual([8, 8, 4]);
    await region.ok('Vpc', 'UnTagResources', { ResourceType: 'VPC', ResourceId: [of('vpc')], All: true });
    await region.ok('Ecs', 'UntagResources', { ResourceType: 'securitygroup', ResourceId: groups, All: true });
  });

  it('patterns find keys, or values of one key', async () => {
    const [one, two] = [await region.group(of('vpc')), await region.group(of('vpc'))];
    const set = (group: string, Key: string, Value: string) =>
      region.ok('Ecs', 'TagResources', { ResourceType: 'securitygroup', ResourceId: [group], Tag: [{ Key, Value }] });
    await set(one, 'environment', 'production');
    await set(two, 'env', 'process');
    const found = async (TagFilter: object[]) => {
      const request = { ResourceType: 'securitygroup', TagFilter };
      const { TagResources } = await region.ok('Ecs', 'ListTagResources', request as never);
      return TagResources.TagResource.map((tag: Body) => tag.ResourceId).sort();
    };
    expect(await found([{ TagKey: 'env*' }])).toEqual([one, two].sort());
    expect(await found([{ TagKey: 'env' }])).toEqual([two]);
    expect(await found([{ TagKey: '*viron*' }])).toEqual([one]);
    expect(await found([{ TagKey: 'environment', TagValues: ['proc*', '*duct*'] }])).toEqual([one]);
    expect(await found([{ TagKey: 'env', TagValues: ['proc'] }])).toEqual([]);
    expect(await found([{ TagKey: 'env*' }, { TagKey: 'env', TagValues: ['proc*'] }])).toEqual([two]);
  });

  it('X8: end with their resource: those of a route table with its VPC', async () => {
    const VpcId = await region.vpc();
    const { RouterTableList } = await region.ok('Vpc', 'DescribeRouteTableList', { VpcId });
    const ResourceId = [RouterTableList.RouterTableListType[0].RouteTableId];
    const tag = { ResourceType: 'ROUTETABLE', Tag: [{ Key: 'ends', Value: 'soon' }] };
    await region.ok('Vpc', 'TagResources', { ...tag, ResourceId });
    const kept = async () => (await region.snapshot())['tag']!.filter((row) => Object.values(row).includes('ends'));
    expect(await kept()).toHaveLength(1);
    await region.ok('Vpc', 'DeleteVpc', { VpcId });
    expect(await kept()).toEqual([]);
  });

  it('DescribeTags tells on how many resources of each kind a tag is', async () => {
    const set = (ResourceType: string, ResourceId: string[], ...Tag: object[]) =>
      region.ok('Ecs', 'TagResources', { ResourceType, ResourceId, Tag } as never);
    const groups = [await region.group(of('vpc')), await region.group(of('vpc'))];
    await set('securitygroup', groups, { Key: 'count', Value: 'a' });
    await set('instance', [of('instance')], { Key: 'count', Value: 'a' }, { Key: 'single', Value: 'b' });
    await set('eni', [of('eni')], { Key: 'count', Value: 'other' });
    const counted = async (request: object) => {
      const body = await region.ok('Ecs', 'DescribeTags', request as never);
      expect(body.TotalCount).toBe(body.Tags.Tag.length);
      return body.Tags.Tag.map(({ TagKey, TagValue, ResourceTypeCount: { Instance, Securitygroup, Eni } }: Body) =>
        [TagKey, TagValue, Instance, Securitygroup, Eni].join(' '),
      );
    };
    expect(await counted({ Tag: [{ Key: 'count' }] })).toEqual(['count a 1 2 0', 'count other 0 0 1']);
    expect(await counted({ Tag: [{ Key: 'count', Value: 'a' }] })).toEqual(['count a 1 2 0']);
    expect(await counted({ ResourceType: 'instance', Tag: [{ Key: 'count' }] })).toEqual(['count a 1 0 0']);
    expect(await counted({ ResourceType: 'instance', ResourceId: of('instance') })).toEqual([
      'count a 1 0 0',
      'single b 1 0 0',
    ]);
    expect(await counted({ ResourceType: 'disk' })).toEqual([]);
    expect(await counted({ RegionId: 'cn-beijing' })).toEqual([]);
    const page = await region.ok('Ecs', 'DescribeTags', { Tag: [{ Key: 'count' }], PageSize: 1, PageNumber: 2 });
    expect(page).toMatchObject({ TotalCount: 2, PageNumber: 2, PageSize: 1, Tags: { Tag: [{ TagValue: 'other' }] } });
  });

  it('another account neither sees nor changes them', async () => {
    const other: Client = await region.account('other');
    const request = { ResourceType: 'VPC', ResourceId: [of('vpc')] };
    await region.ok('Vpc', 'TagResources', { ...request, Tag: [{ Key: 'mine', Value: 'v' }] });
    expect((await other.ok('Vpc', 'ListTagResources', request)).TagResources.TagResource).toEqual([]);
    const refused = await other.refused('Vpc', 'UnTagResources', { ...request, All: true });
    expect(refused.code).toBe('InvalidInstanceIds.NotFound');
    expect((await region.ok('Vpc', 'ListTagResources', request)).TagResources.TagResource).toHaveLength(1);
  });
});
