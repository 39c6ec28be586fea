/** Creation of instances: parameters, answers, codes. */
import { action } from './action.ts';
import { creation } from './instance-creation-parameters.ts';
import { dataDiskFields, moreSystemDiskFields, systemDiskFields } from './instance-disk.ts';
import { boolean, integer, list, struct, text } from './parameter.ts';
import { unserved, unservedNumber, unservedSwitch } from './unserved.ts';
import { DESCRIPTION_PATTERN } from './wording.ts';

const SYSTEM_DISK =
  'System disk. Every instance has one of its own that grows as needed; what is asked for is shown again.';

const networkInterface = struct({
  fate: 'realised',
  help: 'An interface that the instance is born with; only the primary one is served.',
  fields: {
    DeleteOnRelease: boolean({
      fate: 'accepted',
      help: 'Whether the interface goes with the instance; a primary one always does.',
    }),
    Description: text({
      fate: 'stored',
      help: 'Description of the interface, 2 to 256 characters.',
      length: [2, 256],
      pattern: DESCRIPTION_PATTERN,
    }),
    InstanceType: text({
      fate: 'realised',
      help: 'Type of the interface; secondary ones at creation are not served yet.',
      enum: ['Primary', 'Secondary'],
      default: 'Secondary',
    }),
    Ipv6Address: list({ fate: 'refused', help: 'IPv6 addresses.', most: 100, of: unserved('An IPv6 address.') }),
    Ipv6AddressCount: integer({
      fate: 'accepted',
      help: 'Number of IPv6 addresses; only 0 is served.',
      range: [0, 0],
      invalid: 'UnsupportedParameter',
    }),
    NetworkCardIndex: integer({
      fate: 'accepted',
      help: 'Physical card of the interface; only 0 is served.',
      range: [0, 0],
      invalid: 'UnsupportedParameter',
    }),
    NetworkInterfaceId: unserved('An existing interface to attach.'),
    NetworkInterfaceName: text({
      fate: 'stored',
      help: 'Name of the interface, 2 to 128 characters.',
      length: [2, 128],
    }),
    NetworkInterfaceTrafficMode: text({
      fate: 'accepted',
      help: 'Way the traffic takes through the machine; only Standard is served.',
      enum: ['Standard'],
      invalid: 'UnsupportedParameter',
    }),
    PrimaryIpAddress: text({
      fate: 'realised',
      help: 'Primary private address, a free one of the VSwitch; chosen by the system when absent.',
    }),
    QueueNumber: integer({
      fate: 'realised',
      help: 'Queues of the interface; what the instance type gives when absent.',
      range: [1, 2048],
    }),
    QueuePairNumber: unservedNumber('Queue pairs of an RDMA interface.'),
    RxQueueSize: unservedNumber('Depth of the receive queues.'),
    SecondaryPrivateIpAddressCount: unservedNumber('Number of secondary private addresses.'),
    SecurityGroupId: text({ fate: 'realised', help: 'The one security group of the interface.' }),
    SecurityGroupIds: list({
      fate: 'realised',
      help: 'Security groups of the interface, 1 to 5.',
      most: 100,
      of: text({ fate: 'realised', help: 'Id of a security group.' }),
    }),
    SourceDestCheck: boolean({
      fate: 'realised',
      help: 'Whether the interface may only send from its own addresses.',
      default: true,
    }),
    TxQueueSize: unservedNumber('Depth of the send queues.'),
    VSwitchId: text({ fate: 'realised', help: 'VSwitch of the interface, and so of the instance.' }),
  },
});

/** Codes of both actions. */
const CREATION_ERRORS = [
  'InvalidRegionId.NotFound',
  'InvalidImageId.NotFound',
  'InvalidInstanceType.ValueNotSupported',
  'InvalidZoneId.NotFound',
  'ResourcesNotInSameZone',
  'InvalidVSwitchId.Necessary',
  'InvalidVSwitchId.NotFound',
  'IncorrectVSwitchStatus',
  'InvalidSecurityGroupId.NotFound',
  'InvalidNetworkType.Mismatch',
  'SecurityGroupInstanceLimitExceed',
  'AclLimitExceed',
  'InvalidPrivateIpAddress.Malformed',
  'InvalidPrivateIpAddress',
  'InvalidPrivateIpAddress.Duplicated',
  'QuotaExceeded.PrivateIpAddress',
  'QuotaExceed.ElasticQuota',
  'InvalidInstanceName.Malformed',
  'InvalidHostName.Malformed',
  'InvalidDescription.Malformed',
  'InvalidUserData.Base64FormatInvalid',
  'InvalidUserData.SizeExceeded',
  'InvalidPassword.Malformed',
  'InvalidInstanceChargeType.NotFound',
  'InvalidInternetChargeType.ValueNotSupported',
  'InvalidInternetMaxBandwidthIn.Malformed',
  'InvalidInternetMaxBandwidthOut.Malformed',
  'InvalidTagKey.Malformed',
  'InvalidTagValue.Malformed',
  'InvalidTagCount',
  'Duplicate.TagKey',
] as const;

export const runInstances = action({
  product: 'Ecs',
  name: 'RunInstances',
  summary: 'Creates and starts instances.',
  effect: 'write',
  parameters: {
    ...creation,
    Amount: integer({
      fate: 'realised',
      help: 'Instances to create, 1 to 100.',
      range: [1, 100],
      default: 1,
      invalid: 'InvalidParam.Amount',
    }),
    MinAmount: integer({
      fate: 'realised',
      help: 'Fewest instances to create when there is no room for Amount; without it all are created or none.',
      range: [1, 100],
      invalid: 'InvalidMinAmount.Malformed',
    }),
    VSwitchId: text({ fate: 'realised', help: 'VSwitch that the primary interfaces are in.' }),
    SecurityGroupId: text({ fate: 'realised', help: 'The one security group of the instances.' }),
    SecurityGroupIds: list({
      fate: 'realised',
      help: 'Security groups of the instances, 1 to 5, all basic or all advanced.',
      most: 100,
      of: text({ fate: 'realised', help: 'Id of a security group.' }),
    }),
    PrivateIpAddress: text({
      fate: 'realised',
      help: 'Private address of the instance, a free one of the VSwitch; with several instances the first of consecutive ones.',
    }),
    NetworkInterface: list({
      fate: 'realised',
      help: 'The primary interface, in place of VSwitchId, SecurityGroupId(s) and PrivateIpAddress.',
      most: 100,
      of: networkInterface,
    }),
    NetworkInterfaceQueueNumber: integer({
      fate: 'realised',
      help: 'Queues of the primary interface; what the instance type gives when absent.',
      range: [1, 2048],
    }),
    InstanceName: text({
      fate: 'realised',
      help: 'Name, 2 to 128 characters; PREFIX[BEGIN,DIGITS]SUFFIX numbers several instances; the id when absent.',
      length: [2, 128],
      invalid: 'InvalidInstanceName.Malformed',
    }),
    HostName: text({
      fate: 'realised',
      help: 'Host name in the guest, 2 to 64 characters (Windows 15); may be numbered like InstanceName and hold {instance_id} after a dollar sign.',
      length: [2, 128],
      invalid: 'InvalidHostName.Malformed',
    }),
    HostNames: list({
      fate: 'realised',
      help: 'A host name for each instance, in place of HostName.',
      most: 100,
      of: text({ fate: 'realised', help: 'Host name of one instance.', invalid: 'InvalidHostName.Malformed' }),
    }),
    UniqueSuffix: boolean({
      fate: 'realised',
      help: 'true: names of several instances end in 001, 002 …',
      default: false,
    }),
    AutoPay: boolean({ fate: 'accepted', help: 'Whether the order is paid at once; nothing is charged here.' }),
    SystemDisk: struct({
      fate: 'stored',
      help: SYSTEM_DISK,
      fields: { ...systemDiskFields, ...moreSystemDiskFields },
    }),
    DataDisk: list({
      fate: 'refused',
      help: 'Data disks.',
      most: 16,
      of: struct({
        fate: 'refused',
        help: 'A data disk.',
        fields: {
          ...dataDiskFields,
          AutoSnapshotPolicyId: unserved('Snapshot policy of the data disk.'),
          BurstingEnabled: unservedSwitch('Whether the data disk may burst.'),
          Encrypted: unserved('Whether the data disk is encrypted.'),
          ProvisionedIops: unservedNumber('Operations per second bought for the data disk.'),
        },
      }),
    }),
    Ipv6AddressCount: integer({
      fate: 'accepted',
      help: 'Number of IPv6 addresses; only 0 is served.',
      range: [0, 0],
      invalid: 'UnsupportedParameter',
    }),
    Ipv6Address: list({ fate: 'refused', help: 'IPv6 addresses.', most: 100, of: unserved('An IPv6 address.') }),
    AutoReleaseTime: unserved('Time of release.'),
    ClockOptions: struct({
      fate: 'accepted',
      help: 'Clock of the instance.',
      fields: {
        PtpStatus: text({
          fate: 'accepted',
          help: 'Whether the instance gets a hardware clock; only disabled is served.',
          enum: ['disabled'],
          invalid: 'UnsupportedParameter',
        }),
      },
    }),
    CpuOptions: struct({
      fate: 'refused',
      help: 'Processor layout.',
      fields: {
        Core: unservedNumber('Processor cores.'),
        Numa: unserved('Memory nodes.'),
        ThreadsPerCore: unservedNumber('Threads of a core.'),
        TopologyType: unserved('Mapping of threads to cores.'),
        NestedVirtualization: unserved('Whether guests may run guests.'),
      },
    }),
    ImageOptions: struct({
      fate: 'accepted',
      help: 'Use of the image.',
      fields: {
        LoginAsNonRoot: boolean({ fate: 'accepted', help: 'Whether ecs-user is the logon name instead of root.' }),
      },
    }),
    Isp: unserved('Carrier of the public address.'),
    LaunchTemplateId: unserved('Id of a launch template.'),
    LaunchTemplateName: unserved('Name of a launch template.'),
    LaunchTemplateVersion: unservedNumber('Version of the launch template.'),
    NetworkOptions: struct({
      fate: 'accepted',
      help: 'Network features.',
      fields: {
        BandwidthWeighting: unserved('Share of network and disk bandwidth.'),
        EnableJumboFrame: boolean({ fate: 'accepted', help: 'Whether large frames are allowed.' }),
        EnableNetworkEncryption: unservedSwitch('Whether the network is encrypted.'),
      },
    }),
    PrivateDnsNameOptions: struct({
      fate: 'refused',
      help: 'Private domain names.',
      fields: {
        EnableInstanceIdDnsAAAARecord: unservedSwitch('IPv6 name by instance id.'),
        EnableInstanceIdDnsARecord: unservedSwitch('Name by instance id.'),
        EnableIpDnsARecord: unservedSwitch('Name by address.'),
        EnableIpDnsPtrRecord: unservedSwitch('Address by name.'),
        HostnameType: unserved('How host names are made.'),
      },
    }),
    SchedulerOptions: struct({
      fate: 'refused',
      help: 'Placement.',
      fields: { DedicatedHostClusterId: unserved('Cluster of dedicated hosts.') },
    }),
    SecurityOptions: struct({
      fate: 'refused',
      help: 'Trusted computing.',
      fields: {
        ConfidentialComputingMode: unserved('Confidential computing.'),
        TrustedSystemMode: unserved('Trusted boot.'),
        EnableSecureBoot: unservedSwitch('Secure boot.'),
      },
    }),
  },
  answer: { InstanceIdSets: { InstanceIdSet: ['string'] }, OrderId: 'string', TradePrice: 'float' },
  errors: [
    ...CREATION_ERRORS,
    'InvalidParam.Amount',
    'InvalidMinAmount.Malformed',
    'JoinedGroupLimitExceed',
    'InvalidOperation.MaxEniQueueNumberExceeded',
    'InvalidParams.InstanceNameExceed',
    'EnterpriseGroupLimited.MutliGroupType',
    'InvalidParameter.Conflict',
  ],
});

export const createInstance = action({
  product: 'Ecs',
  name: 'CreateInstance',
  summary: 'Creates an instance and leaves it stopped.',
  effect: 'write',
  parameters: {
    ...creation,
    VSwitchId: text({ fate: 'realised', help: 'VSwitch that the primary interface is in.' }),
    SecurityGroupId: text({ fate: 'realised', help: 'The security group of the instance.' }),
    PrivateIpAddress: text({
      fate: 'realised',
      help: 'Private address of the instance, a free one of the VSwitch; chosen by the system when absent.',
    }),
    InstanceName: text({
      fate: 'realised',
      help: 'Name, 2 to 128 characters; the id when absent.',
      length: [2, 128],
      invalid: 'InvalidInstanceName.Malformed',
    }),
    HostName: text({
      fate: 'realised',
      help: 'Host name in the guest, 2 to 64 characters (Windows 15).',
      length: [2, 128],
      invalid: 'InvalidHostName.Malformed',
    }),
    SystemDisk: struct({ fate: 'stored', help: SYSTEM_DISK, fields: systemDiskFields }),
    DataDisk: list({
      fate: 'refused',
      help: 'Data disks.',
      most: 16,
      of: struct({
        fate: 'refused',
        help: 'A data disk.',
        fields: { ...dataDiskFields, Encrypted: unservedSwitch('Whether the data disk is encrypted.') },
      }),
    }),
    ClusterId: unserved('Physical cluster.'),
    InnerIpAddress: unserved('Private address in the classic network.'),
    NodeControllerId: unserved('Machine of the instance.'),
    UseAdditionalService: boolean({ fate: 'accepted', help: 'Whether further services are used; there are none.' }),
    VlanId: unserved('VLAN in the classic network.'),
  },
  answer: { InstanceId: 'string', OrderId: 'string', TradePrice: 'float' },
  errors: CREATION_ERRORS,
});
