/** Actions on regions, zones and endpoints: parameters, answers, codes. */
import { action } from './action.ts';
import { ownership } from './ownership.ts';
import { boolean, text } from './parameter.ts';
import { regionId } from './request.ts';

const ECS_LANGUAGES = ['zh-CN', 'zh-TW', 'en-US', 'ja', 'fr', 'de', 'ko'] as const;
const LANGUAGE_HELP = 'Language of display names: Chinese for zh-CN (the default) and zh-TW, else English.';

const ecsLanguage = text({
  fate: 'realised',
  help: LANGUAGE_HELP,
  enum: ECS_LANGUAGES,
  anyCase: true,
  default: 'zh-CN',
  invalid: 'InvalidAcceptLanguage.NotFound',
});

export const describeRegions = action({
  product: 'Ecs',
  name: 'DescribeRegions',
  summary: 'Lists the regions of this deployment.',
  effect: 'read',
  parameters: {
    AcceptLanguage: ecsLanguage,
    InstanceChargeType: text({
      fate: 'accepted',
      help: 'Charge type that the regions must offer; every region offers all of them.',
      enum: ['PrePaid', 'PostPaid', 'SpotWithPriceLimit', 'SpotAsPriceGo'],
    }),
    ...ownership,
    ResourceType: text({
      fate: 'accepted',
      help: 'Kind of resource that the regions must offer; every region is listed for each kind.',
      enum: ['instance', 'disk', 'reservedinstance', 'scu'],
      invalid: 'InvalidResourceType.NotFound',
    }),
  },
  answer: {
    Regions: { Region: [{ LocalName: 'string', RegionEndpoint: 'string', RegionId: 'string', Status: 'string' }] },
  },
  errors: ['InvalidAcceptLanguage.NotFound', 'InvalidResourceType.NotFound'],
});

export const describeZones = action({
  product: 'Ecs',
  name: 'DescribeZones',
  summary: 'Lists the zones of a region and what can be created there.',
  effect: 'read',
  parameters: {
    AcceptLanguage: ecsLanguage,
    InstanceChargeType: text({
      fate: 'accepted',
      help: 'Charge type that the zones must offer; every zone offers both.',
      enum: ['PrePaid', 'PostPaid'],
      invalid: 'InvalidInstanceChargeType.NotFound',
    }),
    ...ownership,
    RegionId: regionId,
    SpotStrategy: text({
      fate: 'accepted',
      help: 'Spot strategy that the zones must offer; spot instances are not served, the list is the same.',
      enum: ['NoSpot', 'SpotWithPriceLimit', 'SpotAsPriceGo'],
    }),
    Verbose: boolean({
      fate: 'realised',
      help: 'false: leave out what each zone offers and answer ids and names only.',
      default: true,
    }),
  },
  answer: {
    Zones: {
      Zone: [
        {
          AvailableDedicatedHostTypes: { DedicatedHostType: ['string'] },
          AvailableDiskCategories: { DiskCategories: ['string'] },
          AvailableInstanceTypes: { InstanceTypes: ['string'] },
          AvailableResourceCreation: { ResourceTypes: ['string'] },
          AvailableResources: {
            ResourcesInfo: [
              {
                DataDiskCategories: { supportedDataDiskCategory: ['string'] },
                InstanceGenerations: { supportedInstanceGeneration: ['string'] },
                InstanceTypeFamilies: { supportedInstanceTypeFamily: ['string'] },
                InstanceTypes: { supportedInstanceType: ['string'] },
                IoOptimized: 'boolean',
                NetworkTypes: { supportedNetworkCategory: ['string'] },
                SystemDiskCategories: { supportedSystemDiskCategory: ['string'] },
              },
            ],
          },
          AvailableVolumeCategories: { VolumeCategories: ['string'] },
          DedicatedHostGenerations: { DedicatedHostGeneration: ['string'] },
          LocalName: 'string',
          ZoneId: 'string',
          ZoneType: 'string',
        },
      ],
    },
  },
  errors: ['InvalidRegionId.NotFound', 'InvalidAcceptLanguage.NotFound', 'InvalidInstanceChargeType.NotFound'],
});

export const vpcDescribeRegions = action({
  product: 'Vpc',
  name: 'DescribeRegions',
  summary: 'Lists the regions of this deployment.',
  effect: 'read',
  parameters: {
    AcceptLanguage: text({
      fate: 'realised',
      help: LANGUAGE_HELP,
      enum: ['zh-CN', 'en-US'],
      anyCase: true,
      default: 'zh-CN',
    }),
    ...ownership,
    ProductType: text({ fate: 'accepted', help: 'Product that the regions must offer; every region is listed.' }),
  },
  answer: { Regions: { Region: [{ LocalName: 'string', RegionEndpoint: 'string', RegionId: 'string' }] } },
  errors: [],
});

export const vpcDescribeZones = action({
  product: 'Vpc',
  name: 'DescribeZones',
  summary: 'Lists the zones of a region.',
  effect: 'read',
  parameters: {
    AcceptLanguage: text({
      fate: 'realised',
      help: LANGUAGE_HELP,
      enum: ['zh-cn', 'en-us', 'ja'],
      anyCase: true,
      default: 'zh-cn',
    }),
    ...ownership,
    RegionId: regionId,
    ZoneType: text({
      fate: 'realised',
      help: 'Kind of zones to list; all zones here are of the kind AvailabilityZone.',
      default: 'AvailabilityZone',
    }),
  },
  answer: { Zones: { Zone: [{ LocalName: 'string', ZoneId: 'string', ZoneType: 'string' }] } },
  errors: ['InvalidRegionId.NotFound'],
});

export const describeEndpoints = action({
  product: 'Location',
  name: 'DescribeEndpoints',
  summary: 'Tells the endpoint that serves a product in a region: this server.',
  effect: 'read',
  parameters: {
    Id: text({ fate: 'realised', help: 'Region whose endpoint is asked for.', required: true }),
    ServiceCode: text({
      fate: 'realised',
      help: 'Product whose endpoint is asked for: ecs, vpc, sts, location, resourcemanager, bssopenapi. Others have none here.',
      required: true,
    }),
    Type: text({ fate: 'realised', help: 'Kind of endpoint; only openAPI has one.', default: 'openAPI' }),
  },
  answer: {
    Success: 'boolean',
    Endpoints: {
      Endpoint: [
        {
          Endpoint: 'string',
          Id: 'string',
          Namespace: 'string',
          SerivceCode: 'string',
          Type: 'string',
          Protocols: { Protocols: ['string'] },
        },
      ],
    },
  },
  errors: ['InvalidRegionId.NotFound'],
});
