/** Actions on regions: parameters, answers, codes. */
import { action } from './action.ts';
import { boolean, integer, text } from './parameter.ts';

export const describeRegions = action({
  product: 'Ecs', name: 'DescribeRegions', summary: 'Lists the regions of this deployment.', effect: 'read',
  parameters: {
    AcceptLanguage: text({ fate: 'realised', help: 'Language of display names.', enum: ['zh-CN', 'zh-TW', 'en-US', 'ja', 'fr', 'de', 'ko'] }),
    InstanceChargeType: text({ fate: 'realised', help: 'Instance Charge Type.', enum: ['PrePaid', 'PostPaid', 'SpotWithPriceLimit', 'SpotAsPriceGo'] }),
    OwnerAccount: text({ fate: 'accepted', help: 'Ignored.' }),
    OwnerId: integer({ fate: 'accepted', help: 'Ignored.' }),
    ResourceOwnerAccount: text({ fate: 'accepted', help: 'Ignored.' }),
    ResourceOwnerId: integer({ fate: 'accepted', help: 'Ignored.' }),
    ResourceType: text({ fate: 'realised', help: 'Resource Type.', enum: ['instance', 'disk', 'reservedinstance', 'scu'] }),
  },
  answer: { Regions: { Region: [{ LocalName: 'string', RegionEndpoint: 'string', RegionId: 'string', Status: 'string' }] } },
  errors: [],
});

export const describeZones = action({
  product: 'Ecs', name: 'DescribeZones', summary: 'Lists the zones of a region.', effect: 'read',
  parameters: {
    AcceptLanguage: text({ fate: 'realised', help: 'Language of display names.', enum: ['zh-CN', 'zh-TW', 'en-US', 'ja', 'fr', 'de', 'ko'] }),
    InstanceChargeType: text({ fate: 'realised', help: 'Instance Charge Type.', enum: ['PrePaid', 'PostPaid'] }),
    OwnerAccount: text({ fate: 'accepted', help: 'Ignored.' }),
    OwnerId: integer({ fate: 'accepted', help: 'Ignored.' }),
    RegionId: text({ fate: 'realised', help: 'Region, e.g. cn-hangzhou.', required: true }),
    ResourceOwnerAccount: text({ fate: 'accepted', help: 'Ignored.' }),
    ResourceOwnerId: integer({ fate: 'accepted', help: 'Ignored.' }),
    SpotStrategy: text({ fate: 'accepted', help: 'Spot Strategy.', enum: ['NoSpot', 'SpotWithPriceLimit', 'SpotAsPriceGo'] }),
    Verbose: boolean({ fate: 'realised', help: 'Verbose.' }),
  },
  answer: { Zones: { Zone: [{ AvailableDedicatedHostTypes: { DedicatedHostType: ['string'] }, AvailableDiskCategories: { DiskCategories: ['string'] }, AvailableInstanceTypes: { InstanceTypes: ['string'] }, AvailableResourceCreation: { ResourceTypes: ['string'] }, AvailableResources: { ResourcesInfo: [{ DataDiskCategories: { supportedDataDiskCategory: ['string'] }, InstanceGenerations: { supportedInstanceGeneration: ['string'] }, InstanceTypeFamilies: { supportedInstanceTypeFamily: ['string'] }, InstanceTypes: { supportedInstanceType: ['string'] }, IoOptimized: 'boolean', NetworkTypes: { supportedNetworkCategory: ['string'] }, SystemDiskCategories: { supportedSystemDiskCategory: ['string'] } }] }, AvailableVolumeCategories: { VolumeCategories: ['string'] }, DedicatedHostGenerations: { DedicatedHostGeneration: ['string'] }, LocalName: 'string', ZoneId: 'string', ZoneType: 'string' }] } },
  errors: [],
});

export const vpcDescribeRegions = action({
  product: 'Vpc', name: 'DescribeRegions', summary: 'Lists the regions of this deployment.', effect: 'read',
  parameters: {
    AcceptLanguage: text({ fate: 'realised', help: 'Language of display names.', enum: ['zh-CN', 'en-US'] }),
    OwnerAccount: text({ fate: 'accepted', help: 'Ignored.' }),
    OwnerId: integer({ fate: 'accepted', help: 'Ignored.' }),
    ProductType: text({ fate: 'realised', help: 'Product Type.' }),
    ResourceOwnerAccount: text({ fate: 'accepted', help: 'Ignored.' }),
    ResourceOwnerId: integer({ fate: 'accepted', help: 'Ignored.' }),
  },
  answer: { Regions: { Region: [{ LocalName: 'string', RegionEndpoint: 'string', RegionId: 'string' }] } },
  errors: [],
});

export const vpcDescribeZones = action({
  product: 'Vpc', name: 'DescribeZones', summary: 'Lists the zones of a region.', effect: 'read',
  parameters: {
    AcceptLanguage: text({ fate: 'realised', help: 'Language of display names.', enum: ['zh-cn', 'en-us', 'ja'] }),
    OwnerAccount: text({ fate: 'accepted', help: 'Ignored.' }),
    OwnerId: integer({ fate: 'accepted', help: 'Ignored.' }),
    RegionId: text({ fate: 'realised', help: 'Region, e.g. cn-hangzhou.', required: true }),
    ResourceOwnerAccount: text({ fate: 'accepted', help: 'Ignored.' }),
    ResourceOwnerId: integer({ fate: 'accepted', help: 'Ignored.' }),
    ZoneType: text({ fate: 'realised', help: 'Zone Type.' }),
  },
  answer: { Zones: { Zone: [{ LocalName: 'string', ZoneId: 'string', ZoneType: 'string' }] } },
  errors: [],
});

export const describeEndpoints = action({
  product: 'Location', name: 'DescribeEndpoints', summary: 'Tells the endpoint that serves a product.', effect: 'read',
  parameters: {
    Id: text({ fate: 'realised', help: 'Id.' }),
    ServiceCode: text({ fate: 'realised', help: 'Service Code.' }),
    Type: text({ fate: 'realised', help: 'Type.' }),
  },
  answer: { Success: 'boolean', Endpoints: { Endpoint: [{ Endpoint: 'string', Id: 'string', Namespace: 'string', SerivceCode: 'string', Type: 'string', Protocols: { Protocols: ['string'] } }] } },
  errors: [],
});
