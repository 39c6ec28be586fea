/** Attributes of one instance: changing and reading them. */
import { action } from './action.ts';
import { ownership } from './ownership.ts';
import { boolean, integer, list, struct, text } from './parameter.ts';
import { regionId } from './request.ts';
import { unserved, unservedNumber, unservedSwitch } from './unserved.ts';
import { DESCRIPTION_PATTERN } from './wording.ts';

const instanceId = text({ fate: 'realised', help: 'Id of the instance.', required: true });

/** Without OwnerAccount, as some actions have it. */
const { OwnerAccount: _none, ...owner } = ownership;

export const modifyInstanceAttribute = action({
  product: 'Ecs',
  name: 'ModifyInstanceAttribute',
  summary: 'Changes attributes of an instance; what is not given stays.',
  effect: 'write',
  parameters: {
    ...ownership,
    InstanceId: instanceId,
    InstanceName: text({
      fate: 'realised',
      help: 'New name, 2 to 128 characters.',
      length: [2, 128],
      invalid: 'InvalidInstanceName.Malformed',
    }),
    Description: text({
      fate: 'stored',
      help: 'New description, 2 to 256 characters.',
      length: [2, 256],
      pattern: DESCRIPTION_PATTERN,
      invalid: 'InvalidDescription.Malformed',
    }),
    HostName: text({
      fate: 'realised',
      help: 'New host name, 2 to 64 characters (Windows 15). The guest has it from its next start on, names are answered at once.',
      length: [2, 128],
      invalid: 'InvalidHostName.Malformed',
    }),
    UserData: text({
      fate: 'realised',
      help: 'New user data in Base64, at most 16 KB decoded. It runs at the first start; afterwards it is only shown.',
      invalid: 'InvalidUserData.Base64FormatInvalid',
    }),
    Password: text({
      fate: 'accepted',
      help: 'New logon password, 8 to 30 characters of three kinds. It is checked and not kept: guests have no password logon.',
      secret: true,
      invalid: 'InvalidPassword.Malformed',
    }),
    SecurityGroupIds: list({
      fate: 'realised',
      help: 'Exactly the security groups that the instance is in from now on, 1 to 5, all basic or all advanced.',
      most: 100,
      of: text({ fate: 'realised', help: 'Id of a security group of its VPC.' }),
    }),
    DeletionProtection: boolean({
      fate: 'realised',
      help: 'true: the instance cannot be released until the protection is taken away. Only for PostPaid instances.',
    }),
    Recyclable: boolean({ fate: 'stored', help: 'Whether a released instance goes to a recycle bin; there is none.' }),
    CreditSpecification: text({
      fate: 'stored',
      help: 'How a burstable instance runs when its credits are used up.',
      enum: ['Standard', 'Unlimited'],
      invalid: 'InvalidParameter.CreditSpecification',
    }),
    NetworkInterfaceQueueNumber: integer({
      fate: 'realised',
      help: 'Queues of the primary interface of a stopped instance; -1 for what the instance type gives.',
      range: [-1, 2048],
      invalid: 'InvalidParameter.InvalidEniQueueNumber',
    }),
    EnableJumboFrame: unservedSwitch('Whether large frames are allowed.'),
    EnableNetworkEncryption: unservedSwitch('Whether the network is encrypted.'),
    CpuOptions: struct({
      fate: 'refused',
      help: 'Processor layout.',
      fields: {
        Core: unservedNumber('Processor cores.'),
        ThreadsPerCore: unservedNumber('Threads of a core.'),
        TopologyType: unserved('Mapping of threads to cores.'),
        NestedVirtualization: unserved('Whether guests may run guests.'),
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
    RemoteConnectionOptions: struct({
      fate: 'refused',
      help: 'Remote console.',
      fields: {
        Password: text({ fate: 'refused', help: 'Password of the remote console.', secret: true }),
        Type: unserved('Kind of the remote console.'),
      },
    }),
  },
  answer: {},
  errors: [
    'InvalidInstanceId.NotFound',
    'IncorrectInstanceStatus',
    'InvalidStatus.StoppedRequired',
    'InvalidInstanceName.Malformed',
    'InvalidDescription.Malformed',
    'InvalidHostName.Malformed',
    'InvalidUserData.Base64FormatInvalid',
    'InvalidUserData.SizeExceeded',
    'InvalidPassword.Malformed',
    'ChargeTypeViolation',
    'InvalidParameter.CreditSpecification',
    'InvalidParameter.InvalidEniQueueNumber',
    'InvalidOperation.MaxEniQueueNumberExceeded',
    'InvalidParameter.SecurityGroupIdRepeated',
    'InvalidSecurityGroupId.NotFound',
    'InvalidSecurityGroupVpc.NotBelongToOneVpc',
    'EnterpriseGroupLimited.MutliGroupType',
    'JoinedGroupLimitExceed',
    'SecurityGroupInstanceLimitExceed',
    'AclLimitExceed',
  ],
});

export const describeInstanceAttribute = action({
  product: 'Ecs',
  name: 'DescribeInstanceAttribute',
  summary: 'Tells the attributes of an instance.',
  effect: 'read',
  parameters: { ...ownership, InstanceId: instanceId },
  answer: {
    ClusterId: 'string',
    Cpu: 'integer',
    CreationTime: 'string',
    CreditSpecification: 'string',
    DedicatedHostAttribute: { DedicatedHostId: 'string', DedicatedHostName: 'string' },
    Description: 'string',
    EipAddress: {
      AllocationId: 'string',
      Bandwidth: 'integer',
      InternetChargeType: 'string',
      IpAddress: 'string',
    },
    EnableJumboFrame: 'boolean',
    EnableNetworkEncryption: 'boolean',
    ExpiredTime: 'string',
    HostName: 'string',
    ImageId: 'string',
    InnerIpAddress: { IpAddress: ['string'] },
    InstanceChargeType: 'string',
    InstanceId: 'string',
    InstanceName: 'string',
    InstanceNetworkType: 'string',
    InstanceType: 'string',
    InternetChargeType: 'string',
    InternetMaxBandwidthIn: 'integer',
    InternetMaxBandwidthOut: 'integer',
    IoOptimized: 'string',
    Memory: 'integer',
    NetworkOptions: {
      BandwidthWeighting: 'string',
      EnableJumboFrame: 'boolean',
      EnableNetworkEncryption: 'boolean',
    },
    OperationLocks: { LockReason: [{ LockReason: 'string' }] },
    PublicIpAddress: { IpAddress: ['string'] },
    RegionId: 'string',
    SecurityGroupIds: { SecurityGroupId: ['string'] },
    SecurityOptions: { EnableSecureBoot: 'boolean' },
    SerialNumber: 'string',
    Status: 'string',
    StoppedMode: 'string',
    VlanId: 'string',
    VpcAttributes: {
      NatIpAddress: 'string',
      PrivateIpAddress: { IpAddress: ['string'] },
      VSwitchId: 'string',
      VpcId: 'string',
    },
    ZoneId: 'string',
  },
  errors: ['InvalidInstanceId.NotFound'],
});

export const describeUserData = action({
  product: 'Ecs',
  name: 'DescribeUserData',
  summary: 'Tells the user data of an instance, in Base64.',
  effect: 'read',
  parameters: { ...owner, RegionId: regionId, InstanceId: instanceId },
  answer: { InstanceId: 'string', RegionId: 'string', UserData: 'string' },
  errors: ['InvalidRegionId.NotFound', 'InvalidInstanceId.NotFound'],
});
