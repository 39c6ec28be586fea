/** Invalid calls on EIPs. */
import type { InvalidCall } from './catalogue.ts';

type Rest = Omit<InvalidCall, 'product' | 'action' | 'name'>;

const on =
  (action: string) =>
  (why: string, call: Rest): InvalidCall => ({ ...call, product: 'Vpc', action, name: `${action}: ${why}` });

const allocate = on('AllocateEipAddress');
const associate = on('AssociateEipAddress');
const unassociate = on('UnassociateEipAddress');
const modify = on('ModifyEipAddressAttribute');
const describe = on('DescribeEipAddresses');
const release = on('ReleaseEipAddress');

const UNKNOWN_EIP = 'eip-bp1zzzzzzzzzzzzzzzzzz';
const UNKNOWN_INSTANCE = 'i-bp1zzzzzzzzzzzzzzzzzz';

/** A parameter with a value that is not allowed. */
const invalid = (parameter: string, request: Rest['request']): Rest => ({
  request,
  code: 'InvalidParameter',
  status: 400,
  parameter,
});

const unsupported = (parameter: string, request: Rest['request']): Rest => ({
  request,
  code: 'UnsupportedParameter',
  status: 400,
  parameter,
});

const unknownRegion = (request: Rest['request']): Rest => ({
  request: (world) => ({ ...request(world), RegionId: 'cn-nowhere' }),
  code: 'InvalidRegionId.NotFound',
  status: 404,
  parameter: 'RegionId',
});

const eipNotFound = (request: Rest['request']): Rest => ({
  request,
  code: 'InvalidAllocationId.NotFound',
  status: 404,
  parameter: 'AllocationId',
});

const absent = (parameter: string, request: Rest['request']): Rest => ({
  request,
  code: 'MissingParameter',
  status: 400,
  parameter,
});

const wrongStatus = (request: Rest['request']): Rest => ({
  request,
  code: 'IncorrectEipStatus',
  status: 400,
  parameter: 'AllocationId',
});

const PREPAID = { InstanceChargeType: 'PrePaid', Period: 1 };

export const EIP_CALLS: readonly InvalidCall[] = [
  allocate(
    'unknown region',
    unknownRegion(() => ({})),
  ),
  allocate(
    'bandwidth 0',
    invalid('Bandwidth', () => ({ Bandwidth: '0' })),
  ),
  allocate(
    'bandwidth with a fraction',
    invalid('Bandwidth', () => ({ Bandwidth: '5.5' })),
  ),
  allocate(
    'bandwidth in words',
    invalid('Bandwidth', () => ({ Bandwidth: 'five' })),
  ),
  allocate(
    'bandwidth with a leading zero',
    invalid('Bandwidth', () => ({ Bandwidth: '05' })),
  ),
  allocate(
    '501 Mbit/s by bandwidth',
    invalid('Bandwidth', () => ({ Bandwidth: '501' })),
  ),
  allocate(
    '201 Mbit/s by traffic',
    invalid('Bandwidth', () => ({ Bandwidth: '201', InternetChargeType: 'PayByTraffic' })),
  ),
  allocate(
    '1001 Mbit/s by subscription',
    invalid('Bandwidth', () => ({ ...PREPAID, Bandwidth: '1001' })),
  ),
  allocate(
    'unknown internet charge type',
    invalid('InternetChargeType', () => ({ InternetChargeType: 'Free' })),
  ),
  allocate(
    'unknown charge type',
    invalid('InstanceChargeType', () => ({ InstanceChargeType: 'Gift' })),
  ),
  allocate(
    'subscription by traffic',
    invalid('InternetChargeType', () => ({ ...PREPAID, InternetChargeType: 'PayByTraffic' })),
  ),
  allocate(
    'subscription without a period',
    absent('Period', () => ({ InstanceChargeType: 'PrePaid' })),
  ),
  allocate(
    'subscription of 10 months',
    invalid('Period', () => ({ ...PREPAID, Period: 10 })),
  ),
  allocate(
    'subscription of 6 years',
    invalid('Period', () => ({ ...PREPAID, Period: 6, PricingCycle: 'Year' })),
  ),
  allocate(
    'subscription by the day',
    invalid('PricingCycle', () => ({ ...PREPAID, PricingCycle: 'Day' })),
  ),
  allocate(
    'line of a single provider',
    invalid('ISP', () => ({ ISP: 'ChinaTelecom' })),
  ),
  allocate('line that the region has not', {
    request: () => ({ ISP: 'BGP_PRO' }),
    code: 'InvalidRegion.NotSupport',
    status: 400,
    parameter: 'ISP',
  }),
  allocate(
    'other kind of network',
    invalid('Netmode', () => ({ Netmode: 'hybrid' })),
  ),
  allocate(
    'name that is a link',
    invalid('Name', () => ({ Name: 'http://example' })),
  ),
  allocate(
    'name of 129 characters',
    invalid('Name', () => ({ Name: 'n'.repeat(129) })),
  ),
  allocate(
    'description of 257 characters',
    invalid('Description', () => ({ Description: 'd'.repeat(257) })),
  ),
  allocate(
    'address that is none',
    invalid('IpAddress', () => ({ IpAddress: '198.18.0.256' })),
  ),
  allocate('address outside the pool', {
    request: () => ({ IpAddress: '203.0.113.7' }),
    code: 'ReserveIpFail',
    status: 400,
    parameter: 'IpAddress',
  }),
  allocate('first address of the pool', {
    request: () => ({ IpAddress: '198.18.0.0' }),
    code: 'ReserveIpFail',
    status: 400,
    parameter: 'IpAddress',
  }),
  allocate(
    'an id of before',
    unsupported('InstanceId', (world) => ({ InstanceId: world.eip })),
  ),
  allocate(
    'a pool of one’s own',
    unsupported('PublicIpAddressPoolId', () => ({ PublicIpAddressPoolId: 'pippool-1' })),
  ),
  allocate(
    'enhanced protection',
    unsupported('SecurityProtectionTypes', () => ({ SecurityProtectionTypes: ['AntiDDoS_Enhanced'] })),
  ),
  allocate(
    'a zone',
    unsupported('Zone', () => ({ Zone: 'cn-hangzhou-h' })),
  ),
  allocate('21 tags', {
    request: () => ({ Tag: Array.from({ length: 21 }, (_, n) => ({ Key: `k${n}` })) }),
    code: 'InvalidTagCount',
    status: 400,
    parameter: 'Tag.21',
  }),
  allocate('tag key of the system', {
    request: () => ({ Tag: [{ Key: 'acs:k' }] }),
    code: 'InvalidTagKey.Malformed',
    status: 400,
    parameter: 'Tag.1.Key',
  }),
  allocate('tag key twice', {
    request: () => ({ Tag: [{ Key: 'k' }, { Key: 'k' }] }),
    code: 'Duplicate.TagKey',
    status: 400,
    parameter: 'Tag.2.Key',
  }),

  associate(
    'unknown region',
    unknownRegion((world) => ({ AllocationId: world.eip, InstanceId: world.stopped })),
  ),
  associate(
    'no EIP',
    absent('AllocationId', (world) => ({ InstanceId: world.stopped })),
  ),
  associate(
    'no instance',
    absent('InstanceId', (world) => ({ AllocationId: world.eip })),
  ),
  associate(
    'unknown EIP',
    eipNotFound((world) => ({ AllocationId: UNKNOWN_EIP, InstanceId: world.stopped })),
  ),
  associate(
    'EIP of another account',
    eipNotFound((world) => ({ AllocationId: world.foreign.eip, InstanceId: world.stopped })),
  ),
  associate(
    'EIP of another region than RegionId',
    eipNotFound((world) => ({ AllocationId: world.farEip, InstanceId: world.stopped, RegionId: 'cn-hangzhou' })),
  ),
  associate('unknown instance', {
    request: (world) => ({ AllocationId: world.eip, InstanceId: UNKNOWN_INSTANCE }),
    code: 'InvalidInstanId.NotFound',
    status: 404,
    parameter: 'InstanceId',
  }),
  associate('instance of another account', {
    request: (world) => ({ AllocationId: world.eip, InstanceId: world.foreign.instance }),
    code: 'InvalidInstanId.NotFound',
    status: 404,
    parameter: 'InstanceId',
  }),
  associate('interface as an instance', {
    request: (world) => ({ AllocationId: world.eip, InstanceId: world.runningEni }),
    code: 'InvalidInstanId.NotFound',
    status: 404,
    parameter: 'InstanceId',
  }),
  associate('instance of another region', {
    request: (world) => ({ AllocationId: world.farEip, InstanceId: world.stopped, RegionId: 'cn-beijing' }),
    code: 'InvalidParameter.Mismatch',
    status: 400,
    parameter: 'InstanceId',
  }),
  associate('wrong region of the instance', {
    request: (world) => ({ AllocationId: world.eip, InstanceId: world.stopped, InstanceRegionId: 'cn-beijing' }),
    code: 'InvalidParameter.Mismatch',
    status: 400,
    parameter: 'InstanceRegionId',
  }),
  associate(
    'EIP in use',
    wrongStatus((world) => ({ AllocationId: world.boundEip, InstanceId: world.stopped })),
  ),
  associate('instance with an EIP', {
    request: (world) => ({ AllocationId: world.eip, InstanceId: world.running }),
    code: 'InvalidAssociation.Duplicated',
    status: 400,
    parameter: 'InstanceId',
  }),
  associate('unknown kind of target', {
    request: (world) => ({ AllocationId: world.eip, InstanceId: world.stopped, InstanceType: 'Toaster' }),
    code: 'InvalidInstanceType.ValueNotSupported',
    status: 400,
    parameter: 'InstanceType',
  }),
  ...['NetworkInterface', 'Nat', 'HaVip', 'SlbInstance', 'IpAddress'].map((InstanceType) =>
    associate(
      `target ${InstanceType}`,
      unsupported('InstanceType', (world) => ({
        AllocationId: world.eip,
        InstanceId: world.runningEni,
        InstanceType,
      })),
    ),
  ),
  associate(
    'unknown mode',
    invalid('Mode', (world) => ({ AllocationId: world.eip, InstanceId: world.stopped, Mode: 'DIRECT' })),
  ),
  associate('cut-through on an instance', {
    request: (world) => ({ AllocationId: world.eip, InstanceId: world.stopped, Mode: 'BINDED' }),
    code: 'Invalid.DirectEip.BindType',
    status: 400,
    parameter: 'Mode',
  }),
  associate(
    'multi-EIP mode on an instance',
    unsupported('Mode', (world) => ({ AllocationId: world.eip, InstanceId: world.stopped, Mode: 'MULTI_BINDED' })),
  ),
  associate(
    'a private address',
    unsupported('PrivateIpAddress', (world) => ({
      AllocationId: world.eip,
      InstanceId: world.stopped,
      PrivateIpAddress: '10.0.1.10',
    })),
  ),
  associate(
    'a VPC',
    unsupported('VpcId', (world) => ({ AllocationId: world.eip, InstanceId: world.stopped, VpcId: world.vpc })),
  ),

  unassociate(
    'unknown region',
    unknownRegion((world) => ({ AllocationId: world.boundEip })),
  ),
  unassociate(
    'no EIP',
    absent('AllocationId', () => ({})),
  ),
  unassociate(
    'unknown EIP',
    eipNotFound(() => ({ AllocationId: UNKNOWN_EIP })),
  ),
  unassociate(
    'EIP of another account',
    eipNotFound((world) => ({ AllocationId: world.foreign.eip })),
  ),
  unassociate(
    'EIP associated with nothing',
    wrongStatus((world) => ({ AllocationId: world.eip })),
  ),
  unassociate('another instance than its own', {
    request: (world) => ({ AllocationId: world.boundEip, InstanceId: world.stopped }),
    code: 'InvalidBindInstance.NotFound',
    status: 404,
    parameter: 'InstanceId',
  }),
  unassociate('another private address than its own', {
    request: (world) => ({ AllocationId: world.boundEip, PrivateIpAddress: '10.0.1.11' }),
    code: 'InvalidBindInstance.NotFound',
    status: 404,
    parameter: 'PrivateIpAddress',
  }),
  unassociate(
    'private address that is none',
    invalid('PrivateIpAddress', (world) => ({ AllocationId: world.boundEip, PrivateIpAddress: '10.0.1' })),
  ),
  unassociate(
    'target NetworkInterface',
    unsupported('InstanceType', (world) => ({ AllocationId: world.boundEip, InstanceType: 'NetworkInterface' })),
  ),
  unassociate('unknown kind of target', {
    request: (world) => ({ AllocationId: world.boundEip, InstanceType: 'ecsinstance' }),
    code: 'InvalidInstanceType.ValueNotSupported',
    status: 400,
    parameter: 'InstanceType',
  }),

  modify(
    'unknown region',
    unknownRegion((world) => ({ AllocationId: world.eip })),
  ),
  modify(
    'no EIP',
    absent('AllocationId', () => ({ Bandwidth: '6' })),
  ),
  modify(
    'unknown EIP',
    eipNotFound(() => ({ AllocationId: UNKNOWN_EIP, Bandwidth: '6' })),
  ),
  modify(
    'EIP of another account',
    eipNotFound((world) => ({ AllocationId: world.foreign.eip, Bandwidth: '6' })),
  ),
  modify(
    'bandwidth 0',
    invalid('Bandwidth', (world) => ({ AllocationId: world.eip, Bandwidth: '0' })),
  ),
  modify(
    '201 Mbit/s by traffic',
    invalid('Bandwidth', (world) => ({ AllocationId: world.eip, Bandwidth: '201', Name: 'n' })),
  ),
  modify(
    '501 Mbit/s by bandwidth',
    invalid('Bandwidth', (world) => ({ AllocationId: world.boundEip, Bandwidth: '501' })),
  ),
  modify(
    '1001 Mbit/s by subscription',
    invalid('Bandwidth', (world) => ({ AllocationId: world.prepaidEip, Bandwidth: '1001' })),
  ),
  modify(
    'name that is a link',
    invalid('Name', (world) => ({ AllocationId: world.eip, Name: 'https://n' })),
  ),
  modify(
    'description of 257 characters',
    invalid('Description', (world) => ({ AllocationId: world.eip, Description: 'd'.repeat(257) })),
  ),

  describe(
    'unknown region',
    unknownRegion(() => ({})),
  ),
  describe(
    'page 0',
    invalid('PageNumber', () => ({ PageNumber: 0 })),
  ),
  describe(
    '101 entries on a page',
    invalid('PageSize', () => ({ PageSize: 101 })),
  ),
  describe(
    '51 ids',
    invalid('AllocationId', () => ({ AllocationId: Array.from({ length: 51 }, (_, n) => `eip-${n}`).join() })),
  ),
  describe(
    '51 addresses',
    invalid('EipAddress', () => ({ EipAddress: Array.from({ length: 51 }, (_, n) => `198.18.0.${n}`).join() })),
  ),
  describe(
    'unknown status',
    invalid('Status', () => ({ Status: 'Lost' })),
  ),
  describe('unknown charge type', {
    request: () => ({ ChargeType: 'Gift' }),
    code: 'InvalidChargeType.ValueNotSupported',
    status: 400,
    parameter: 'ChargeType',
  }),
  describe('unknown kind of target', {
    request: () => ({ AssociatedInstanceType: 'Toaster' }),
    code: 'InvalidIAssociatedInstanceType.ValueNotSupported',
    status: 400,
    parameter: 'AssociatedInstanceType',
  }),
  describe('unknown reason of a lock', {
    request: () => ({ LockReason: 'boredom' }),
    code: 'InvalidLockReason.NotFound',
    status: 404,
    parameter: 'LockReason',
  }),
  describe('unknown filter', {
    request: () => ({ Filter: [{ Key: 'CreationEndTime', Value: '2026-01-01T00:00Z' }] }),
    code: 'InvalidFilterKey.NotFound',
    status: 404,
    parameter: 'Filter.1.Key',
  }),
  describe('time of a filter with seconds', {
    request: () => ({ Filter: [{ Key: 'CreationStartTime', Value: '2026-01-01T00:00:00Z' }] }),
    code: 'InvalidFilterValue',
    status: 404,
    parameter: 'Filter.1.Value',
  }),
  describe('21 tags', {
    request: () => ({ Tag: Array.from({ length: 21 }, (_, n) => ({ Key: `k${n}` })) }),
    code: 'InvalidTagCount',
    status: 400,
    parameter: 'Tag.21',
  }),

  release(
    'unknown region',
    unknownRegion((world) => ({ AllocationId: world.eip })),
  ),
  release(
    'no EIP',
    absent('AllocationId', () => ({})),
  ),
  release(
    'unknown EIP',
    eipNotFound(() => ({ AllocationId: UNKNOWN_EIP })),
  ),
  release(
    'EIP of another account',
    eipNotFound((world) => ({ AllocationId: world.foreign.eip })),
  ),
  release(
    'EIP of another region than RegionId',
    eipNotFound((world) => ({ AllocationId: world.farEip, RegionId: 'cn-hangzhou' })),
  ),
  release(
    'EIP in use',
    wrongStatus((world) => ({ AllocationId: world.boundEip })),
  ),
  release('subscription that runs', {
    request: (world) => ({ AllocationId: world.prepaidEip }),
    code: 'Forbidden.ChargeTypeIsPrepaid',
    status: 400,
    parameter: 'AllocationId',
  }),
];
