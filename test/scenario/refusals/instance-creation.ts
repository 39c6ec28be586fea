/** Invalid calls of CreateInstance. What it shares with RunInstances is checked by the same code; a sample of each kind. */
import type { Request } from '../harness.ts';
import { callsOf, type World } from './catalogue.ts';

/** A good request to create an instance, changed by `change`. */
function creating(change: Request | ((world: World) => Request)) {
  return (world: World): Request => ({
    ImageId: world.image,
    InstanceType: 'ecs.g6.large',
    VSwitchId: world.vswitch,
    SecurityGroupId: world.group,
    ...(typeof change === 'function' ? change(world) : change),
  });
}

export const INSTANCE_CREATION_CALLS = callsOf('Ecs', 'CreateInstance', [
  { why: 'dry run', request: creating({ DryRun: true }), code: 'DryRunOperation', status: 400 },
  {
    why: 'unknown region',
    request: creating({ RegionId: 'cn-nowhere' }),
    code: 'InvalidRegionId.NotFound',
    status: 404,
    parameter: 'RegionId',
  },
  {
    why: 'unknown image',
    request: creating({ ImageId: 'm-unknown' }),
    code: 'InvalidImageId.NotFound',
    status: 404,
    parameter: 'ImageId',
  },
  {
    why: 'unknown type',
    request: creating({ InstanceType: 'ecs.huge' }),
    code: 'InvalidInstanceType.ValueNotSupported',
    status: 400,
    parameter: 'InstanceType',
  },
  {
    why: 'no VSwitch',
    request: creating({ VSwitchId: '' }),
    code: 'InvalidVSwitchId.Necessary',
    status: 400,
    parameter: 'VSwitchId',
  },
  {
    why: "another account's VSwitch",
    request: creating((w) => ({ VSwitchId: w.foreign.vswitch })),
    code: 'InvalidVSwitchId.NotFound',
    status: 404,
    parameter: 'VSwitchId',
  },
  {
    why: "another account's group",
    request: creating((w) => ({ SecurityGroupId: w.foreign.group })),
    code: 'InvalidSecurityGroupId.NotFound',
    status: 404,
    parameter: 'SecurityGroupId',
  },
  {
    why: 'group of another VPC',
    request: creating((w) => ({ SecurityGroupId: w.otherGroup })),
    code: 'InvalidNetworkType.Mismatch',
    status: 403,
    parameter: 'SecurityGroupId',
  },
  {
    why: 'address in use',
    request: creating({ PrivateIpAddress: '10.0.1.10' }),
    code: 'InvalidPrivateIpAddress.Duplicated',
    status: 400,
    parameter: 'PrivateIpAddress',
  },
  {
    why: 'reserved address',
    request: creating({ PrivateIpAddress: '10.0.1.0' }),
    code: 'InvalidPrivateIpAddress',
    status: 400,
    parameter: 'PrivateIpAddress',
  },
  {
    why: 'a name that would number several',
    request: creating({ InstanceName: 'web[1,3]' }),
    code: 'InvalidInstanceName.Malformed',
    status: 400,
    parameter: 'InstanceName',
  },
  {
    why: 'a host name that would number several',
    request: creating({ HostName: 'web[1,3]' }),
    code: 'InvalidHostName.Malformed',
    status: 400,
    parameter: 'HostName',
  },
  {
    why: 'a host name too long for Windows',
    request: creating({ ImageId: 'win2016_64_dtc_en-us_40G_alibase_20200904.vhd', HostName: 'a-name-of-17-char' }),
    code: 'InvalidHostName.Malformed',
    status: 400,
    parameter: 'HostName',
  },
  {
    why: 'user data not in Base64',
    request: creating({ UserData: '#!/bin/sh' }),
    code: 'InvalidUserData.Base64FormatInvalid',
    status: 403,
    parameter: 'UserData',
  },
  {
    why: 'weak password',
    request: creating({ Password: 'password' }),
    code: 'InvalidPassword.Malformed',
    status: 400,
    parameter: 'Password',
  },
  {
    why: 'PrePaid without Period',
    request: creating({ InstanceChargeType: 'PrePaid' }),
    code: 'MissingParameter',
    status: 400,
    parameter: 'Period',
  },
  {
    why: 'data disk',
    request: creating({ DataDisk: [{ Size: 20 }] }),
    code: 'UnsupportedParameter',
    status: 400,
    parameter: 'DataDisk.1.Size',
  },
  {
    why: 'classic address',
    request: creating({ InnerIpAddress: '10.1.2.3' }),
    code: 'UnsupportedParameter',
    status: 400,
    parameter: 'InnerIpAddress',
  },
  {
    why: 'disk of 0 GiB',
    request: creating({ SystemDisk: { Size: 0 } }),
    code: 'InvalidParameter',
    status: 400,
    parameter: 'SystemDisk.Size',
  },
  {
    why: 'public bandwidth',
    request: creating({ InternetMaxBandwidthOut: 5 }),
    code: 'UnsupportedParameter',
    status: 400,
    parameter: 'InternetMaxBandwidthOut',
  },
  {
    why: 'unknown charge type of traffic',
    request: creating({ InternetChargeType: 'PayByMoon' }),
    code: 'InvalidInternetChargeType.ValueNotSupported',
    status: 400,
    parameter: 'InternetChargeType',
  },
  {
    why: 'inbound bandwidth of 11',
    request: creating({ InternetMaxBandwidthIn: 11 }),
    code: 'InvalidInternetMaxBandwidthIn.Malformed',
    status: 400,
    parameter: 'InternetMaxBandwidthIn',
  },
]);
