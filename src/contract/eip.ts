/** Actions on elastic public addresses (EIPs): parameters, answers, codes. */
import { action } from './action.ts';
import { ownership } from './ownership.ts';
import { pages } from './paging.ts';
import { boolean, commaList, integer, list, struct, text } from './parameter.ts';
import { clientToken, dryRun, optionalRegionId, regionId } from './request.ts';
import { newTags, tagFilter } from './tags.ts';
import { DESCRIPTION_PATTERN, NAME_PATTERN } from './wording.ts';

const name = text({
  fate: 'stored',
  help: 'Name: up to 128 characters, not starting with http:// or https://; may be empty.',
  length: [0, 128],
  pattern: NAME_PATTERN,
  keepEmpty: true,
});

const description = text({
  fate: 'stored',
  help: 'Description: up to 256 characters, not starting with http:// or https://; may be empty.',
  length: [0, 256],
  pattern: DESCRIPTION_PATTERN,
  keepEmpty: true,
});

const BANDWIDTH_HELP =
  'Most public traffic out of the target, Mbit/s: 1 to 200 (PayByTraffic), 500 (PayByBandwidth) or 1000 (PrePaid). Into the target as much, but never less than 10.';

const allocationId = text({ fate: 'realised', help: 'Id of the EIP.', required: true });

/** What the official API can associate an EIP with. */
const TARGETS = ['EcsInstance', 'NetworkInterface', 'Nat', 'SlbInstance', 'HaVip', 'IpAddress'] as const;

const targetType = (help: string) =>
  text({
    fate: 'realised',
    help: `${help} Only EcsInstance is served; NetworkInterface, Nat and HaVip follow.`,
    enum: TARGETS,
    default: 'EcsInstance',
    invalid: 'InvalidInstanceType.ValueNotSupported',
  });

export const allocateEipAddress = action({
  product: 'Vpc',
  name: 'AllocateEipAddress',
  summary: 'Buys an elastic public address.',
  effect: 'write',
  parameters: {
    ActivityId: integer({ fate: 'accepted', help: 'Without effect: there are no campaigns.' }),
    AutoPay: boolean({ fate: 'accepted', help: 'Without effect: subscriptions are paid at once.' }),
    Bandwidth: text({ fate: 'realised', help: BANDWIDTH_HELP, default: '5' }),
    ClientToken: clientToken,
    Description: description,
    ISP: text({
      fate: 'stored',
      help: 'Line: BGP everywhere, BGP_PRO in cn-hongkong and ap-southeast-1.',
      enum: ['BGP', 'BGP_PRO'],
      default: 'BGP',
    }),
    InstanceChargeType: text({
      fate: 'realised',
      help: 'PostPaid, or PrePaid: a subscription, which cannot be released before it ends.',
      enum: ['PrePaid', 'PostPaid'],
      default: 'PostPaid',
    }),
    InstanceId: text({ fate: 'refused', help: 'Ids are never given again; to get an address back name IpAddress.' }),
    InternetChargeType: text({
      fate: 'stored',
      help: 'How public traffic is charged; a subscription is PayByBandwidth.',
      enum: ['PayByBandwidth', 'PayByTraffic'],
      default: 'PayByBandwidth',
    }),
    IpAddress: text({ fate: 'realised', help: 'This address of the pool; any free one when absent.' }),
    Name: name,
    Netmode: text({ fate: 'accepted', help: 'Kind of network; there is only public.', enum: ['public'] }),
    ...ownership,
    Period: integer({
      fate: 'realised',
      help: 'Length of a subscription in PricingCycles: 1 to 9 months or 1 to 5 years. Required with PrePaid.',
      range: [1, 9],
    }),
    PricingCycle: text({
      fate: 'realised',
      help: 'Unit of Period.',
      enum: ['Month', 'Year'],
      default: 'Month',
    }),
    PublicIpAddressPoolId: text({ fate: 'refused', help: 'Pools of an account’s own addresses are not served.' }),
    RegionId: regionId,
    ResourceGroupId: text({ fate: 'stored', help: 'Resource group; any id is kept and shown again.' }),
    SecurityProtectionTypes: list({
      fate: 'refused',
      help: 'Enhanced protection is not served.',
      most: 10,
      of: text({ fate: 'refused', help: 'A kind of protection.' }),
    }),
    Tag: newTags,
    Zone: text({ fate: 'refused', help: 'EIPs belong to a region, not to a zone.' }),
  },
  answer: { AllocationId: 'string', EipAddress: 'string', OrderId: 'long', ResourceGroupId: 'string' },
  errors: [
    'InvalidRegionId.NotFound',
    'InvalidRegion.NotSupport',
    'QuotaExceeded.Eip',
    'ReserveIpFail',
    'InvalidTagCount',
    'InvalidTagKey.Malformed',
    'InvalidTagValue.Malformed',
    'Duplicate.TagKey',
  ],
});

export const associateEipAddress = action({
  product: 'Vpc',
  name: 'AssociateEipAddress',
  summary: 'Associates an EIP with an instance of its region that has no public address.',
  effect: 'write',
  parameters: {
    AllocationId: allocationId,
    ClientToken: clientToken,
    InstanceId: text({
      fate: 'realised',
      help: 'The instance; it is Running or Stopped. The EIP is translated to its primary private address.',
      required: true,
    }),
    InstanceRegionId: text({ fate: 'realised', help: 'Region of the instance; it is that of the EIP.' }),
    InstanceType: targetType('What InstanceId names.'),
    Mode: text({
      fate: 'realised',
      help: 'How the target has the address. Only NAT is served: translated, never visible on a card of the instance.',
      enum: ['NAT', 'MULTI_BINDED', 'BINDED'],
      default: 'NAT',
    }),
    ...ownership,
    PrivateIpAddress: text({
      fate: 'refused',
      help: 'Only for targets that are elastic network interfaces, which are not served yet.',
    }),
    RegionId: optionalRegionId,
    VpcId: text({ fate: 'refused', help: 'Only for targets that are addresses, which are not served.' }),
  },
  answer: {},
  errors: [
    'InvalidRegionId.NotFound',
    'InvalidAllocationId.NotFound',
    'InvalidInstanId.NotFound',
    'InvalidInstanceType.ValueNotSupported',
    'InvalidParameter.Mismatch',
    'Invalid.DirectEip.BindType',
    'IncorrectEipStatus',
    'IncorrectInstanceStatus',
    'InvalidAssociation.Duplicated',
  ],
});

export const unassociateEipAddress = action({
  product: 'Vpc',
  name: 'UnassociateEipAddress',
  summary: 'Takes an EIP off its instance; connections over it are cut.',
  effect: 'write',
  parameters: {
    AllocationId: allocationId,
    ClientToken: clientToken,
    Force: boolean({ fate: 'accepted', help: 'Only matters for NAT gateways, which are not served yet.' }),
    InstanceId: text({ fate: 'realised', help: 'When given, the EIP must be associated with it.' }),
    InstanceType: targetType('What InstanceId names.'),
    ...ownership,
    PrivateIpAddress: text({ fate: 'realised', help: 'When given, the EIP must be translated to it.' }),
    RegionId: optionalRegionId,
  },
  answer: {},
  errors: [
    'InvalidRegionId.NotFound',
    'InvalidAllocationId.NotFound',
    'InvalidInstanceType.ValueNotSupported',
    'IncorrectEipStatus',
    'InvalidBindingStatus',
    'InvalidBindInstance.NotFound',
  ],
});

export const modifyEipAddressAttribute = action({
  product: 'Vpc',
  name: 'ModifyEipAddressAttribute',
  summary: 'Changes bandwidth, name or description of an EIP; bandwidth at once, on running traffic.',
  effect: 'write',
  parameters: {
    AllocationId: allocationId,
    Bandwidth: text({ fate: 'realised', help: BANDWIDTH_HELP }),
    Description: description,
    Name: name,
    ...ownership,
    RegionId: optionalRegionId,
  },
  answer: {},
  errors: ['InvalidRegionId.NotFound', 'InvalidAllocationId.NotFound', 'IncorrectEipStatus'],
});

export const describeEipAddresses = action({
  product: 'Vpc',
  name: 'DescribeEipAddresses',
  summary: 'Lists EIPs.',
  effect: 'read',
  parameters: {
    AllocationId: commaList({
      fate: 'realised',
      help: 'Only these EIPs: up to 50 ids separated by commas.',
      most: 50,
    }),
    AssociatedInstanceId: text({ fate: 'realised', help: 'Only EIPs associated with this resource.' }),
    AssociatedInstanceType: text({
      fate: 'realised',
      help: 'Only EIPs associated with this kind of resource.',
      enum: TARGETS,
      invalid: 'InvalidIAssociatedInstanceType.ValueNotSupported',
    }),
    ChargeType: text({
      fate: 'realised',
      help: 'Only EIPs charged so.',
      enum: ['PostPaid', 'PrePaid'],
      invalid: 'InvalidChargeType.ValueNotSupported',
    }),
    DryRun: dryRun,
    EipAddress: commaList({
      fate: 'realised',
      help: 'Only EIPs with these addresses: up to 50 separated by commas.',
      most: 50,
    }),
    EipName: text({ fate: 'realised', help: 'Only EIPs of exactly this name.' }),
    Filter: list({
      fate: 'realised',
      help: 'Further conditions.',
      most: 5,
      of: struct({
        fate: 'realised',
        help: 'A condition.',
        fields: {
          Key: text({ fate: 'realised', help: 'CreationStartTime: only EIPs bought then or later.' }),
          Value: text({ fate: 'realised', help: 'Time in UTC: yyyy-MM-ddTHH:mmZ.' }),
        },
      }),
    }),
    ISP: text({ fate: 'realised', help: 'Only EIPs of this line.' }),
    IncludeReservationData: boolean({
      fate: 'realised',
      help: 'Also tell of orders that are not in force yet; there are none.',
    }),
    LockReason: text({
      fate: 'realised',
      help: 'Only EIPs locked for this reason; none is locked.',
      enum: ['financial', 'security'],
      invalid: 'InvalidLockReason.NotFound',
    }),
    ...ownership,
    ...pages(100),
    PublicIpAddressPoolId: text({
      fate: 'realised',
      help: 'Only EIPs of this pool; as there are no such pools, any id gives an empty list.',
    }),
    RegionId: regionId,
    ResourceGroupId: text({ fate: 'realised', help: 'Only EIPs of this resource group.' }),
    SecurityProtectionEnabled: boolean({
      fate: 'realised',
      help: 'Only EIPs with (true) or without (false) enhanced protection; none has it.',
    }),
    SegmentInstanceId: text({
      fate: 'realised',
      help: 'Only EIPs of this contiguous group; as there are none, any id gives an empty list.',
    }),
    ServiceManaged: boolean({
      fate: 'realised',
      help: 'Only EIPs that a cloud service manages (true) or that none does (false); none is managed so.',
    }),
    Status: text({
      fate: 'realised',
      help: 'Only EIPs in this state.',
      enum: ['Associating', 'Unassociating', 'InUse', 'Available', 'Releasing'],
    }),
    Tag: tagFilter,
  },
  answer: {
    EipAddresses: {
      EipAddress: [
        {
          AllocationId: 'string',
          AllocationTime: 'string',
          // Not in the vendor's models any more, but answered: the Terraform provider does not live without it.
          AvailableRegions: { AvailableRegion: ['string'] },
          Bandwidth: 'string',
          BandwidthPackageBandwidth: 'string',
          BandwidthPackageId: 'string',
          BandwidthPackageType: 'string',
          BizType: 'string',
          BusinessStatus: 'string',
          ChargeType: 'string',
          DeletionProtection: 'boolean',
          Description: 'string',
          EipBandwidth: 'string',
          ExpiredTime: 'string',
          HDMonitorStatus: 'string',
          HasReservationData: 'string',
          ISP: 'string',
          InstanceId: 'string',
          InstanceRegionId: 'string',
          InstanceType: 'string',
          InternetChargeType: 'string',
          IpAddress: 'string',
          Mode: 'string',
          Name: 'string',
          Netmode: 'string',
          OperationLocks: { LockReason: [{ LockReason: 'string' }] },
          PrivateIpAddress: 'string',
          PublicIpAddressPoolId: 'string',
          RegionId: 'string',
          ReservationActiveTime: 'string',
          ReservationBandwidth: 'string',
          ReservationInternetChargeType: 'string',
          ReservationOrderType: 'string',
          ResourceGroupId: 'string',
          SecondLimited: 'boolean',
          SecurityProtectionTypes: { SecurityProtectionType: ['string'] },
          SegmentInstanceId: 'string',
          ServiceID: 'long',
          ServiceManaged: 'integer',
          Status: 'string',
          Tags: { Tag: [{ Key: 'string', Value: 'string' }] },
          VpcId: 'string',
          Zone: 'string',
        },
      ],
    },
    PageNumber: 'integer',
    PageSize: 'integer',
    TotalCount: 'integer',
  },
  errors: [
    'InvalidRegionId.NotFound',
    'InvalidChargeType.ValueNotSupported',
    'InvalidIAssociatedInstanceType.ValueNotSupported',
    'InvalidFilterKey.NotFound',
    'InvalidFilterValue',
    'InvalidLockReason.NotFound',
    'InvalidTagCount',
    'InvalidTagKey.Malformed',
  ],
});

export const releaseEipAddress = action({
  product: 'Vpc',
  name: 'ReleaseEipAddress',
  summary: 'Gives an EIP back; it must be associated with nothing.',
  effect: 'write',
  parameters: { AllocationId: allocationId, ...ownership, RegionId: optionalRegionId },
  answer: {},
  errors: [
    'InvalidRegionId.NotFound',
    'InvalidAllocationId.NotFound',
    'IncorrectEipStatus',
    'Forbidden.ChargeTypeIsPrepaid',
  ],
});
