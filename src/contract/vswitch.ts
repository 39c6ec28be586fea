/** Actions on vswitchs: parameters, answers, codes. */
import { action } from './action.ts';
import { boolean, integer, list, struct, text } from './parameter.ts';

export const createVSwitch = action({
  product: 'Vpc', name: 'CreateVSwitch', summary: 'Cuts a VSwitch out of a VPC in one zone.', effect: 'write',
  parameters: {
    CidrBlock: text({ fate: 'realised', help: 'IPv4 block in CIDR form, e.g. 10.0.0.0/16.', required: true }),
    CidrMask: integer({ fate: 'realised', help: 'Cidr Mask.' }),
    ClientToken: text({ fate: 'realised', help: 'Makes the call safe to repeat: the same token gives the same answer (at most 64 ASCII characters).' }),
    Description: text({ fate: 'stored', help: 'Description.', length: [1, 256] }),
    Ipv6CidrBlock: integer({ fate: 'refused', help: 'Ipv6 Cidr Block.', range: [0, 255] }),
    Ipv6CidrMask: integer({ fate: 'refused', help: 'Ipv6 Cidr Mask.' }),
    OwnerAccount: text({ fate: 'accepted', help: 'Ignored.' }),
    OwnerId: integer({ fate: 'accepted', help: 'Ignored.' }),
    RegionId: text({ fate: 'realised', help: 'Region, e.g. cn-hangzhou.' }),
    ResourceOwnerAccount: text({ fate: 'accepted', help: 'Ignored.' }),
    ResourceOwnerId: integer({ fate: 'accepted', help: 'Ignored.' }),
    Tag: list({ fate: 'realised', help: 'Tags: at most 20 keys with values.', most: 20, of: struct({ fate: 'realised', help: 'Tags: at most 20 keys with values.', fields: { Key: text({ fate: 'realised', help: 'Key of the tag.' }), Value: text({ fate: 'realised', help: 'Value of the tag.' }) } }) }),
    VSwitchName: text({ fate: 'realised', help: 'Name of the VSwitch.', length: [1, 128] }),
    VpcId: text({ fate: 'realised', help: 'Id of the VPC.', required: true }),
    VpcIpv6CidrBlock: text({ fate: 'refused', help: 'Vpc Ipv6 Cidr Block.' }),
    ZoneId: text({ fate: 'realised', help: 'Zone, e.g. cn-hangzhou-h.', required: true }),
  },
  answer: { VSwitchId: 'string' },
  errors: [],
});

export const describeVSwitches = action({
  product: 'Vpc', name: 'DescribeVSwitches', summary: 'Lists VSwitches.', effect: 'read',
  parameters: {
    DryRun: boolean({ fate: 'realised', help: 'true: only check, change nothing; success is reported as DryRunOperation.' }),
    EnableIpv6: boolean({ fate: 'accepted', help: 'Enable Ipv6.' }),
    IsDefault: boolean({ fate: 'realised', help: 'Is Default.' }),
    OwnerAccount: text({ fate: 'accepted', help: 'Ignored.' }),
    OwnerId: integer({ fate: 'accepted', help: 'Ignored.' }),
    PageNumber: integer({ fate: 'realised', help: 'Page to answer, from 1.', default: 1 }),
    PageSize: integer({ fate: 'realised', help: 'Entries on a page.', range: [1, 50], default: 10 }),
    RegionId: text({ fate: 'realised', help: 'Region, e.g. cn-hangzhou.' }),
    ResourceGroupId: text({ fate: 'realised', help: 'Resource group.' }),
    ResourceOwnerAccount: text({ fate: 'accepted', help: 'Ignored.' }),
    ResourceOwnerId: integer({ fate: 'accepted', help: 'Ignored.' }),
    RouteTableId: text({ fate: 'realised', help: 'Id of the route table.' }),
    Tag: list({ fate: 'realised', help: 'Tags: at most 20 keys with values.', most: 20, of: struct({ fate: 'realised', help: 'Tags: at most 20 keys with values.', fields: { Key: text({ fate: 'realised', help: 'Key of the tag.' }), Value: text({ fate: 'realised', help: 'Value of the tag.' }) } }) }),
    VSwitchId: text({ fate: 'realised', help: 'Id of the VSwitch.' }),
    VSwitchName: text({ fate: 'realised', help: 'Name of the VSwitch.', length: [1, 128] }),
    VSwitchOwnerId: integer({ fate: 'realised', help: 'VSwitch Owner Id.' }),
    VpcId: text({ fate: 'realised', help: 'Id of the VPC.' }),
    ZoneId: text({ fate: 'realised', help: 'Zone, e.g. cn-hangzhou-h.' }),
  },
  answer: { PageNumber: 'integer', PageSize: 'integer', TotalCount: 'integer', VSwitches: { VSwitch: [{ AvailableIpAddressCount: 'long', CidrBlock: 'string', CreationTime: 'string', Description: 'string', EnabledIpv6: 'boolean', Ipv6CidrBlock: 'string', IsDefault: 'boolean', NetworkAclId: 'string', OwnerId: 'long', ResourceGroupId: 'string', RouteTable: { RouteTableId: 'string', RouteTableType: 'string' }, ShareType: 'string', Status: 'string', Tags: { Tag: [{ Key: 'string', Value: 'string' }] }, VSwitchId: 'string', VSwitchName: 'string', VpcId: 'string', ZoneId: 'string' }] } },
  errors: [],
});

export const describeVSwitchAttributes = action({
  product: 'Vpc', name: 'DescribeVSwitchAttributes', summary: 'Tells everything about one VSwitch.', effect: 'read',
  parameters: {
    DryRun: boolean({ fate: 'realised', help: 'true: only check, change nothing; success is reported as DryRunOperation.' }),
    OwnerAccount: text({ fate: 'accepted', help: 'Ignored.' }),
    OwnerId: integer({ fate: 'accepted', help: 'Ignored.' }),
    RegionId: text({ fate: 'realised', help: 'Region, e.g. cn-hangzhou.' }),
    ResourceOwnerAccount: text({ fate: 'accepted', help: 'Ignored.' }),
    ResourceOwnerId: integer({ fate: 'accepted', help: 'Ignored.' }),
    VSwitchId: text({ fate: 'realised', help: 'Id of the VSwitch.', required: true }),
  },
  answer: { AvailableIpAddressCount: 'long', CidrBlock: 'string', CreationTime: 'string', Description: 'string', EnabledIpv6: 'boolean', Ipv6CidrBlock: 'string', IsDefault: 'boolean', NetworkAclId: 'string', OwnerId: 'long', ResourceGroupId: 'string', RouteTable: { RouteTableId: 'string', RouteTableType: 'string' }, ShareType: 'string', Status: 'string', Tags: { Tag: [{ Key: 'string', Value: 'string' }] }, VSwitchId: 'string', VSwitchName: 'string', VpcId: 'string', ZoneId: 'string' },
  errors: [],
});

export const modifyVSwitchAttribute = action({
  product: 'Vpc', name: 'ModifyVSwitchAttribute', summary: 'Changes name or description of a VSwitch.', effect: 'write',
  parameters: {
    Description: text({ fate: 'stored', help: 'Description.', length: [1, 256] }),
    EnableIPv6: boolean({ fate: 'refused', help: 'Enable IPv6.' }),
    Ipv6CidrBlock: integer({ fate: 'refused', help: 'Ipv6 Cidr Block.', range: [0, 255] }),
    Ipv6CidrMask: integer({ fate: 'refused', help: 'Ipv6 Cidr Mask.' }),
    OwnerAccount: text({ fate: 'accepted', help: 'Ignored.' }),
    OwnerId: integer({ fate: 'accepted', help: 'Ignored.' }),
    RegionId: text({ fate: 'realised', help: 'Region, e.g. cn-hangzhou.' }),
    ResourceOwnerAccount: text({ fate: 'accepted', help: 'Ignored.' }),
    ResourceOwnerId: integer({ fate: 'accepted', help: 'Ignored.' }),
    VSwitchId: text({ fate: 'realised', help: 'Id of the VSwitch.', required: true }),
    VSwitchName: text({ fate: 'realised', help: 'Name of the VSwitch.', length: [1, 128] }),
    VpcIpv6CidrBlock: text({ fate: 'refused', help: 'Vpc Ipv6 Cidr Block.' }),
  },
  answer: {  },
  errors: [],
});

export const deleteVSwitch = action({
  product: 'Vpc', name: 'DeleteVSwitch', summary: 'Deletes a VSwitch that nothing uses.', effect: 'write',
  parameters: {
    DryRun: boolean({ fate: 'realised', help: 'true: only check, change nothing; success is reported as DryRunOperation.' }),
    OwnerAccount: text({ fate: 'accepted', help: 'Ignored.' }),
    OwnerId: integer({ fate: 'accepted', help: 'Ignored.' }),
    RegionId: text({ fate: 'realised', help: 'Region, e.g. cn-hangzhou.' }),
    ResourceOwnerAccount: text({ fate: 'accepted', help: 'Ignored.' }),
    ResourceOwnerId: integer({ fate: 'accepted', help: 'Ignored.' }),
    VSwitchId: text({ fate: 'realised', help: 'Id of the VSwitch.', required: true }),
  },
  answer: {  },
  errors: [],
});
