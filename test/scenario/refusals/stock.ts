/** Invalid calls that ask for disks, stock, limits and catalogues. */
import { type Case, callsOf } from './catalogue.ts';

const unknownRegion: Case = {
  why: 'unknown region',
  request: () => ({
    RegionId: 'cn-nowhere',
    ImageId: 'm-1',
    ResourceId: 'i-1',
    DestinationResource: 'InstanceType',
  }),
  code: 'InvalidRegionId.NotFound',
  status: 404,
  parameter: 'RegionId',
};

const unknownZone: Case = {
  why: 'unknown zone',
  request: (w) => ({ ZoneId: 'cn-hangzhou-z', ResourceId: w.running, DestinationResource: 'InstanceType' }),
  code: 'InvalidZoneId.NotFound',
  status: 404,
  parameter: 'ZoneId',
};

const malformed = (why: string, request: Case['request'], parameter: string): Case => ({
  why,
  request,
  code: 'InvalidParameter',
  status: 400,
  parameter,
});

const missing = (why: string, request: Case['request'], parameter: string): Case => ({
  why,
  request,
  code: 'MissingParameter',
  status: 400,
  parameter,
});

export const STOCK_CALLS = [
  ...callsOf('Ecs', 'DescribeDisks', [
    unknownRegion,
    malformed('ids not a JSON array', () => ({ DiskIds: 'd-1' }), 'DiskIds'),
    malformed('unknown type', () => ({ DiskType: 'floppy' }), 'DiskType'),
    malformed('unknown kind', () => ({ Category: 'tape' }), 'Category'),
    malformed('unknown state', () => ({ Status: 'Lost' }), 'Status'),
    malformed('101 on a page', () => ({ PageSize: 101 }), 'PageSize'),
    malformed('token from elsewhere', () => ({ NextToken: 'AAAAAdDWBF2' }), 'NextToken'),
    {
      why: 'unknown filter',
      request: () => ({ Filter: [{ Key: 'Colour', Value: 'red' }] }),
      code: 'InvalidFilterKey.NotFound',
      status: 404,
      parameter: 'Filter.1.Key',
    },
    {
      why: 'malformed time',
      request: () => ({ Filter: [{ Key: 'CreationStartTime', Value: 'now' }] }),
      code: 'InvalidFilterValue',
      status: 404,
      parameter: 'Filter.1.Value',
    },
    {
      why: '21 tags',
      request: () => ({ Tag: Array.from({ length: 21 }, (_, n) => ({ Key: `k${n}` })) }),
      code: 'InvalidTagCount',
      status: 400,
      parameter: 'Tag.21',
    },
    { why: 'dry run', request: () => ({ DryRun: true }), code: 'DryRunOperation', status: 400 },
  ]),
  ...callsOf('Ecs', 'DescribeKeyPairs', [
    unknownRegion,
    malformed('51 on a page', () => ({ PageSize: 51 }), 'PageSize'),
    {
      why: 'tag without a key',
      request: () => ({ Tag: [{ Value: 'v' }] }),
      code: 'InvalidTagKey.Malformed',
      status: 400,
      parameter: 'Tag.1.Key',
    },
  ]),
  ...callsOf('Ecs', 'DescribeAvailableResource', [
    unknownRegion,
    unknownZone,
    missing('nothing asked for', () => ({}), 'DestinationResource'),
    malformed('unknown resource', () => ({ DestinationResource: 'Luck' }), 'DestinationResource'),
    missing('system disks of no type', () => ({ DestinationResource: 'SystemDisk' }), 'InstanceType'),
    {
      why: 'system disks of an unknown type',
      request: () => ({ DestinationResource: 'SystemDisk', InstanceType: 'ecs.huge' }),
      code: 'InvalidInstanceType.ValueNotSupported',
      status: 400,
      parameter: 'InstanceType',
    },
    malformed('memory in words', () => ({ DestinationResource: 'InstanceType', Memory: 'much' }), 'Memory'),
  ]),
  ...callsOf('Ecs', 'DescribeResourcesModification', [
    unknownRegion,
    unknownZone,
    missing('no instance', () => ({ DestinationResource: 'InstanceType' }), 'ResourceId'),
    missing('nothing asked for', (w) => ({ ResourceId: w.running }), 'DestinationResource'),
    missing(
      'system disks of no type',
      (w) => ({ ResourceId: w.running, DestinationResource: 'SystemDisk' }),
      'InstanceType',
    ),
    {
      why: "another account's instance",
      request: (w) => ({ ResourceId: w.foreign.instance, DestinationResource: 'InstanceType' }),
      code: 'InvalidInstanceId.NotFound',
      status: 404,
      parameter: 'ResourceId',
    },
    malformed(
      'unknown direction',
      (w) => ({ ResourceId: w.running, DestinationResource: 'InstanceType', OperationType: 'Sidegrade' }),
      'OperationType',
    ),
  ]),
  ...callsOf('Ecs', 'DescribeInstanceTypeFamilies', [
    unknownRegion,
    malformed('unknown generation', () => ({ Generation: 'ecs-0' }), 'Generation'),
  ]),
  ...callsOf('Ecs', 'DescribeImageSupportInstanceTypes', [
    unknownRegion,
    missing('no image', () => ({}), 'ImageId'),
    {
      why: 'unknown image',
      request: () => ({ ImageId: 'm-unknown' }),
      code: 'InvalidImageId.NotFound',
      status: 404,
      parameter: 'ImageId',
    },
  ]),
  ...callsOf('Ecs', 'DescribeImages', [
    unknownRegion,
    malformed('unknown state', () => ({ Status: 'Available,Lost' }), 'Status'),
    malformed('every state and one', () => ({ Status: 'ALL,Available' }), 'Status'),
    { why: 'dry run', request: () => ({ DryRun: true }), code: 'DryRunOperation', status: 400 },
  ]),
  ...callsOf('Ecs', 'DescribeAccountAttributes', [
    unknownRegion,
    unknownZone,
    {
      why: 'unknown attribute',
      request: () => ({ AttributeName: ['max-luck'] }),
      code: 'Invalid.Parameter',
      status: 403,
      parameter: 'AttributeName.1',
    },
  ]),
];
