/** Actions on VSwitches: parameters, answers, codes. */
import { action } from './action.ts';
import { ownership } from './ownership.ts';
import { pages } from './paging.ts';
import { boolean, integer, text } from './parameter.ts';
import { clientToken, dryRun, optionalRegionId, regionId } from './request.ts';
import { newTags, tagFilter } from './tags.ts';
import { DESCRIPTION_PATTERN, NAME_PATTERN } from './wording.ts';

const name = text({
  fate: 'stored',
  help: 'Name: 1 to 128 characters, not starting with http:// or https://.',
  length: [1, 128],
  pattern: NAME_PATTERN,
  invalid: 'InvalidVSwitchName.Malformed',
});

const description = text({
  fate: 'stored',
  help: 'Description: up to 256 characters, not starting with http:// or https://; may be empty.',
  length: [0, 256],
  pattern: DESCRIPTION_PATTERN,
  keepEmpty: true,
  invalid: 'InvalidVSwitchDiscription.Malformed',
});

const vswitchId = text({ fate: 'realised', help: 'Id of the VSwitch.', required: true });

const IPV6_HELP = 'IPv6 is not served.';

const describedVSwitch = {
  AvailableIpAddressCount: 'long',
  CidrBlock: 'string',
  CreationTime: 'string',
  Description: 'string',
  EnabledIpv6: 'boolean',
  Ipv6CidrBlock: 'string',
  IsDefault: 'boolean',
  NetworkAclId: 'string',
  OwnerId: 'long',
  ResourceGroupId: 'string',
  RouteTable: { RouteTableId: 'string', RouteTableType: 'string' },
  ShareType: 'string',
  Status: 'string',
  Tags: { Tag: [{ Key: 'string', Value: 'string' }] },
  VSwitchId: 'string',
  VSwitchName: 'string',
  VpcId: 'string',
  ZoneId: 'string',
} as const;

export const createVSwitch = action({
  product: 'Vpc',
  name: 'CreateVSwitch',
  summary: 'Cuts a VSwitch out of a VPC in one zone.',
  effect: 'write',
  parameters: {
    CidrBlock: text({
      fate: 'realised',
      help: 'IPv4 block within the block of the VPC, /16 to /29, overlapping no other VSwitch. The mask may be dotted. Its first and last three addresses are reserved.',
      required: true,
    }),
    CidrMask: integer({ fate: 'refused', help: 'Address pools of IPAM are not served; give CidrBlock.' }),
    ClientToken: clientToken,
    Description: description,
    Ipv6CidrBlock: integer({ fate: 'refused', help: IPV6_HELP, range: [0, 255] }),
    Ipv6CidrMask: integer({ fate: 'refused', help: IPV6_HELP }),
    ...ownership,
    RegionId: optionalRegionId,
    Tag: newTags,
    VSwitchName: name,
    VpcId: text({ fate: 'realised', help: 'VPC to cut the VSwitch from; it must be Available.', required: true }),
    VpcIpv6CidrBlock: text({ fate: 'refused', help: IPV6_HELP }),
    ZoneId: text({ fate: 'realised', help: 'Zone of the VSwitch, e.g. cn-hangzhou-h.', required: true }),
  },
  answer: { VSwitchId: 'string' },
  errors: [
    'InvalidRegionId.NotFound',
    'InvalidVpcId.NotFound',
    'InvalidZoneId.NotFound',
    'InvalidCidrBlock.Malformed',
    'InvalidCirdrBlock.MaskLength',
    'InvalidParameter',
    'InvalidCidrBlock.Overlapped',
    'IncorrectVpcStatus',
    'QuotaExceeded.VSwitch',
    'InvalidVSwitchName.Malformed',
    'InvalidVSwitchDiscription.Malformed',
    'InvalidTagCount',
    'InvalidTagKey.Malformed',
    'InvalidTagValue.Malformed',
    'Duplicate.TagKey',
  ],
});

export const describeVSwitches = action({
  product: 'Vpc',
  name: 'DescribeVSwitches',
  summary: 'Lists VSwitches.',
  effect: 'read',
  parameters: {
    DryRun: dryRun,
    EnableIpv6: boolean({
      fate: 'realised',
      help: 'Only VSwitches with (true) or without (false) IPv6; none has it here.',
    }),
    IsDefault: boolean({ fate: 'realised', help: 'Only default VSwitches (true) or only others (false).' }),
    ...ownership,
    ...pages(50),
    RegionId: text({ fate: 'realised', help: 'Region of the VSwitches; without it that of this endpoint.' }),
    ResourceGroupId: text({ fate: 'realised', help: 'Only VSwitches whose VPC is in this resource group.' }),
    RouteTableId: text({ fate: 'realised', help: 'Only VSwitches whose traffic this route table directs.' }),
    Tag: tagFilter,
    VSwitchId: text({ fate: 'realised', help: 'Only this VSwitch.' }),
    VSwitchName: text({ fate: 'realised', help: 'Only VSwitches of exactly this name.' }),
    VSwitchOwnerId: integer({
      fate: 'realised',
      help: 'Only VSwitches of this account; other accounts’ VSwitches are never shown.',
    }),
    VpcId: text({ fate: 'realised', help: 'Only VSwitches of this VPC.' }),
    ZoneId: text({ fate: 'realised', help: 'Only VSwitches in this zone.' }),
  },
  answer: {
    PageNumber: 'integer',
    PageSize: 'integer',
    TotalCount: 'integer',
    VSwitches: { VSwitch: [describedVSwitch] },
  },
  errors: ['InvalidRegionId.NotFound', 'InvalidTagCount', 'InvalidTagKey.Malformed'],
});

export const describeVSwitchAttributes = action({
  product: 'Vpc',
  name: 'DescribeVSwitchAttributes',
  summary: 'Tells everything about one VSwitch.',
  effect: 'read',
  parameters: {
    DryRun: dryRun,
    ...ownership,
    RegionId: optionalRegionId,
    VSwitchId: vswitchId,
  },
  answer: describedVSwitch,
  errors: ['InvalidRegionId.NotFound', 'InvalidVSwitchId.NotFound'],
});

export const modifyVSwitchAttribute = action({
  product: 'Vpc',
  name: 'ModifyVSwitchAttribute',
  summary: 'Changes name or description of a VSwitch.',
  effect: 'write',
  parameters: {
    Description: description,
    EnableIPv6: boolean({ fate: 'realised', help: `${IPV6_HELP} true is refused.` }),
    Ipv6CidrBlock: integer({ fate: 'refused', help: IPV6_HELP, range: [0, 255] }),
    Ipv6CidrMask: integer({ fate: 'refused', help: IPV6_HELP }),
    ...ownership,
    RegionId: optionalRegionId,
    VSwitchId: vswitchId,
    VSwitchName: name,
    VpcIpv6CidrBlock: text({ fate: 'refused', help: IPV6_HELP }),
  },
  answer: {},
  errors: [
    'InvalidRegionId.NotFound',
    'InvalidVSwitchId.NotFound',
    'InvalidVSwitchName.Malformed',
    'InvalidVSwitchDiscription.Malformed',
    'IncorrectVSwitchStatus',
  ],
});

export const deleteVSwitch = action({
  product: 'Vpc',
  name: 'DeleteVSwitch',
  summary: 'Deletes a VSwitch that nothing uses.',
  effect: 'write',
  parameters: {
    DryRun: dryRun,
    ...ownership,
    RegionId: optionalRegionId,
    VSwitchId: vswitchId,
  },
  answer: {},
  errors: ['InvalidRegionId.NotFound', 'InvalidVSwitchId.NotFound', 'IncorrectVSwitchStatus', 'DependencyViolation'],
});

export const createDefaultVSwitch = action({
  product: 'Vpc',
  name: 'CreateDefaultVSwitch',
  summary: 'Creates the default VSwitch of a zone: the first free /20 of the default VPC.',
  effect: 'write',
  parameters: {
    ClientToken: clientToken,
    Ipv6CidrBlock: integer({ fate: 'refused', help: IPV6_HELP, range: [0, 255] }),
    ...ownership,
    RegionId: regionId,
    ZoneId: text({ fate: 'realised', help: 'Zone of the VSwitch, e.g. cn-hangzhou-h.', required: true }),
  },
  answer: { VSwitchId: 'string' },
  errors: [
    'InvalidRegionId.NotFound',
    'InvalidZoneId.NotFound',
    'InvalidVpcId.NotFound',
    'IncorrectVpcStatus',
    'InvalidCidrBlock.Overlapped',
    'OperationDenied',
  ],
});

export const checkCanAllocateVpcPrivateIpAddress = action({
  product: 'Vpc',
  name: 'CheckCanAllocateVpcPrivateIpAddress',
  summary: 'Tells whether a private address of a VSwitch is free.',
  effect: 'read',
  parameters: {
    IpVersion: text({ fate: 'realised', help: 'Kind of address: ipv4; ipv6 is refused.', enum: ['ipv4', 'ipv6'] }),
    ...ownership,
    PrivateIpAddress: text({
      fate: 'realised',
      help: 'Address that is asked about; one that is outside of the VSwitch or reserved is not free.',
      required: true,
    }),
    RegionId: regionId,
    VSwitchId: vswitchId,
  },
  answer: { CanAllocate: 'boolean' },
  errors: [
    'InvalidRegionId.NotFound',
    'InvalidVSwitchId.NotFound',
    'InvalidPrivateIpAddress.Malformed',
    'UnsupportedParameter',
  ],
});
