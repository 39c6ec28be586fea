/** X8: resource groups: the default one of each account, and moving resources; what the account has bought. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Body, type Client, type Region, startRegion } from './harness.ts';

describe('X8 resource groups', () => {
  let region: Region;
  let defaultGroup: string;
  beforeAll(async () => {
    region = await startRegion();
    const { ResourceGroups } = await region.ok('ResourceManager', 'ListResourceGroups');
    defaultGroup = ResourceGroups.ResourceGroup[0].Id;
  });
  afterAll(() => region.close());

  it('each account has a default group of its own', async () => {
    const { AccountId } = await region.ok('Sts', 'GetCallerIdentity');
    const listed = await region.ok('ResourceManager', 'ListResourceGroups');
    expect(listed).toMatchObject({
      PageNumber: 1,
      PageSize: 10,
      TotalCount: 1,
      ResourceGroups: {
        ResourceGroup: [
          {
            Id: expect.stringMatching(/^rg-\d{15}$/),
            Name: 'default',
            DisplayName: 'default resource group',
            Status: 'OK',
            AccountId,
            CreateDate: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
            Tags: { Tag: [] },
          },
        ],
      },
    });
    const got = await region.ok('ResourceManager', 'GetResourceGroup', { ResourceGroupId: defaultGroup });
    expect(got.ResourceGroup).toMatchObject(listed.ResourceGroups.ResourceGroup[0]);
    expect(got.ResourceGroup.RegionStatuses.RegionStatus).toContainEqual({ RegionId: 'cn-hangzhou', Status: 'OK' });

    const other: Client = await region.account('other');
    const theirs = (await other.ok('ResourceManager', 'ListResourceGroups')).ResourceGroups.ResourceGroup[0].Id;
    expect(theirs).not.toBe(defaultGroup);
    const hidden = await other.refused('ResourceManager', 'GetResourceGroup', { ResourceGroupId: defaultGroup });
    expect(hidden).toMatchObject({ code: 'EntityNotExists.ResourceGroup', status: 404 });
  });

  it.each([
    [{ Name: 'faul' }, 1],
    [{ Name: 'project' }, 0],
    [{ DisplayName: 'resource' }, 1],
    [{ DisplayName: 'mine' }, 0],
    [{ Status: 'OK' }, 1],
    [{ Status: 'Creating' }, 0],
    [{ ResourceGroupId: 'rg-x' }, 0],
    [{ ResourceGroupIds: ['rg-x', 'rg-y'] }, 0],
    [{ Tag: [{ Key: 'k' }] }, 0],
    [{ PageNumber: 2 }, 0],
  ])('the list is filtered by %j', async (request, count) => {
    const { ResourceGroups } = await region.ok('ResourceManager', 'ListResourceGroups', request as never);
    expect(ResourceGroups.ResourceGroup).toHaveLength(count);
  });

  it('resources are in the default group unless told otherwise, and are moved', async () => {
    const vpc = await region.vpc();
    const vswitch = await region.vswitch(vpc, '10.0.1.0/24');
    const group = await region.group(vpc);
    const list = await region.prefixList();
    const [instance] = await region.run(vswitch, group);
    const eip = await region.eip();
    const enis = await region.ok('Ecs', 'DescribeNetworkInterfaces', { InstanceId: instance! });
    const eni = enis.NetworkInterfaceSets.NetworkInterfaceSet[0].NetworkInterfaceId;
    /** Ids of the resources of each kind that are in a group. */
    const inGroup = async (ResourceGroupId: string) => {
      const ask = async (product: 'Ecs' | 'Vpc', action: string, path: string, id: string) => {
        const body = await region.ok(product, action, { ResourceGroupId });
        return path
          .split('.')
          .reduce((value, name) => value[name], body)
          .map((row: Body) => row[id]);
      };
      return [
        ...(await ask('Vpc', 'DescribeVpcs', 'Vpcs.Vpc', 'VpcId')),
        ...(await ask('Vpc', 'DescribeVSwitches', 'VSwitches.VSwitch', 'VSwitchId')),
        ...(await ask('Vpc', 'DescribeEipAddresses', 'EipAddresses.EipAddress', 'AllocationId')),
        ...(await ask('Ecs', 'DescribeSecurityGroups', 'SecurityGroups.SecurityGroup', 'SecurityGroupId')),
        ...(await ask('Ecs', 'DescribePrefixLists', 'PrefixLists.PrefixList', 'PrefixListId')),
        ...(await ask('Ecs', 'DescribeInstances', 'Instances.Instance', 'InstanceId')),
        ...(await ask(
          'Ecs',
          'DescribeNetworkInterfaces',
          'NetworkInterfaceSets.NetworkInterfaceSet',
          'NetworkInterfaceId',
        )),
      ].sort();
    };
    const all = [vpc, vswitch, eip.id, group, list, instance, eni].sort();
    expect(await inGroup(defaultGroup)).toEqual(all);

    const move = (ResourceType: string, ResourceId: string) =>
      region.ok('Vpc', 'MoveResourceGroup', { ResourceType, ResourceId, NewResourceGroupId: 'rg-new' });
    const join = (ResourceType: string, ResourceId: string) =>
      region.ok('Ecs', 'JoinResourceGroup', { ResourceType, ResourceId, ResourceGroupId: 'rg-new' });
    await move('vpc', vpc);
    await move('Eip', eip.id);
    await join('securitygroup', group);
    await join('instance', instance!);
    await join('eni', eni);
    // A VSwitch is where its VPC is; a prefix list has no action that moves it.
    expect(await inGroup('rg-new')).toEqual(all.filter((id) => id !== list));
    expect(await inGroup(defaultGroup)).toEqual([list]);
  });

  it('what the account has bought is listed with its terms', async () => {
    const other = await region.account('buyer');
    const vswitch = await other.vswitch(await other.vpc(), '10.0.1.0/24');
    const { VpcId } = (await other.ok('Vpc', 'DescribeVSwitches', { VSwitchId: vswitch })).VSwitches.VSwitch[0];
    const group = await other.group(VpcId);
    const [hourly] = await other.run(vswitch, group);
    const term = { InstanceChargeType: 'PrePaid', Period: 1, PeriodUnit: 'Month', AutoRenew: true, AutoRenewPeriod: 1 };
    const [monthly] = await other.run(vswitch, group, term);
    const eip = await other.eip();
    const bought = async (request: object = {}) => {
      const body = await other.ok('BssOpenApi', 'QueryAvailableInstances', request as never);
      expect(body).toMatchObject({ Code: 'Success', Success: true, Message: 'Successful!' });
      return body.Data.InstanceList;
    };
    const idsOf = async (request: object) => (await bought(request)).map((row: Body) => row.InstanceID).sort();
    const both = [hourly, monthly].sort();
    expect(await idsOf({})).toEqual([...both, eip.id].sort());
    expect(await idsOf({ ProductCode: 'ecs', Region: 'cn-hangzhou' })).toEqual(both);
    expect(await idsOf({ Region: 'cn-beijing' })).toEqual([]);
    expect(await idsOf({ ProductType: 'vm' })).toEqual([]);
    expect(await idsOf({ InstanceIDs: `${hourly},${eip.id}`, ProductCode: 'eip' })).toEqual([eip.id]);
    expect(await idsOf({ RenewStatus: 'AutoRenewal' })).toEqual([monthly]);
    expect(await idsOf({ SubscriptionType: 'PayAsYouGo' })).toEqual([hourly, eip.id].sort());
    expect(await idsOf({ CreateTimeStart: '2030-01-01T00:00:00Z' })).toEqual([]);
    expect(await idsOf({ EndTimeStart: '2020-01-01T00:00:00Z' })).toEqual([monthly]);
    expect(await idsOf({ EndTimeEnd: '2020-01-01T00:00:00Z' })).toEqual([]);
    const [row] = await bought({ SubscriptionType: 'Subscription' });
    expect(row).toMatchObject({
      InstanceID: monthly,
      ProductCode: 'ecs',
      SubscriptionType: 'Subscription',
      RenewalDuration: 1,
      RenewalDurationUnit: 'M',
      EndTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
    });
    const page = await other.ok('BssOpenApi', 'QueryAvailableInstances', { PageNum: 2, PageSize: 2 });
    expect(page.Data).toMatchObject({ PageNum: 2, PageSize: 2, TotalCount: 3 });
    expect(page.Data.InstanceList).toHaveLength(1);
  });

  it('Location tells where these products are', async () => {
    for (const ServiceCode of ['ecs', 'vpc', 'sts', 'resourcemanager', 'bssopenapi']) {
      const { Endpoints } = await region.ok('Location', 'DescribeEndpoints', { Id: 'cn-hangzhou', ServiceCode });
      expect(Endpoints.Endpoint.map((one: Body) => one.Endpoint)).toEqual([region.endpoint.slice('http://'.length)]);
    }
  });
});
