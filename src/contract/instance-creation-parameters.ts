/** What RunInstances and CreateInstance take alike. What is not served yet is refused by name, never ignored. */
import { ownership } from './ownership.ts';
import { boolean, float, integer, list, struct, text } from './parameter.ts';
import { clientToken, dryRun, regionId } from './request.ts';
import { newTags } from './tags.ts';
import { unserved, unservedNumber, unservedSwitch } from './unserved.ts';
import { DESCRIPTION_PATTERN } from './wording.ts';

export const creation = {
  ...ownership,
  RegionId: regionId,
  ClientToken: clientToken,
  DryRun: dryRun,
  ImageId: text({ fate: 'realised', help: 'Image the instances boot.' }),
  ImageFamily: unserved('Family whose newest image is taken.'),
  InstanceType: text({ fate: 'realised', help: 'Instance type, e.g. ecs.g6.large.' }),
  ZoneId: text({ fate: 'realised', help: 'Zone of the instances; must be the zone of the VSwitch.' }),
  Description: text({
    fate: 'stored',
    help: 'Description, 2 to 256 characters.',
    length: [2, 256],
    pattern: DESCRIPTION_PATTERN,
    invalid: 'InvalidDescription.Malformed',
  }),
  UserData: text({
    fate: 'realised',
    help: 'Script or text for the first boot, in Base64; at most 16 KB decoded.',
    invalid: 'InvalidUserData.Base64FormatInvalid',
  }),
  Password: text({
    fate: 'accepted',
    help: 'Logon password, 8 to 30 characters of three kinds. It is checked and not kept: guests have no password logon.',
    secret: true,
    invalid: 'InvalidPassword.Malformed',
  }),
  PasswordInherit: boolean({ fate: 'accepted', help: "Whether the image's password is used; images have none." }),
  KeyPairName: text({ fate: 'stored', help: 'Name of the SSH key pair; shown again, no key is installed.' }),
  DeletionProtection: boolean({
    fate: 'realised',
    help: 'true: DeleteInstance refuses until the protection is taken away.',
    default: false,
  }),
  ResourceGroupId: text({ fate: 'stored', help: 'Resource group.' }),
  Tag: newTags,
  InstanceChargeType: text({
    fate: 'realised',
    help: 'PostPaid, or PrePaid for Period: such an instance cannot be released before it expires.',
    enum: ['PrePaid', 'PostPaid'],
    default: 'PostPaid',
    invalid: 'InvalidInstanceChargeType.NotFound',
  }),
  Period: integer({
    fate: 'realised',
    help: 'Duration of a PrePaid instance: weeks 1 to 4, or months 1 to 9, 12, 24, 36, 48, 60.',
    range: [1, 60],
  }),
  PeriodUnit: text({ fate: 'realised', help: 'Unit of Period.', enum: ['Week', 'Month'], default: 'Month' }),
  AutoRenew: boolean({
    fate: 'stored',
    help: 'Whether a PrePaid instance is to be renewed; shown again, nothing is charged.',
  }),
  AutoRenewPeriod: integer({ fate: 'stored', help: 'Duration of a renewal, in PeriodUnit.', range: [1, 60] }),
  InternetChargeType: text({
    fate: 'stored',
    help: 'How public traffic is charged.',
    enum: ['PayByBandwidth', 'PayByTraffic'],
    default: 'PayByTraffic',
    invalid: 'InvalidInternetChargeType.ValueNotSupported',
  }),
  InternetMaxBandwidthIn: integer({
    fate: 'stored',
    help: 'Inbound public bandwidth in Mbit/s, 1 to 10.',
    range: [1, 10],
    default: 10,
    invalid: 'InvalidInternetMaxBandwidthIn.Malformed',
  }),
  InternetMaxBandwidthOut: integer({
    fate: 'stored',
    help: 'Outbound public bandwidth in Mbit/s; only 0 (no public address) is served so far.',
    range: [0, 100],
    default: 0,
    invalid: 'InvalidInternetMaxBandwidthOut.Malformed',
  }),
  IoOptimized: text({
    fate: 'accepted',
    help: 'Whether disks are I/O optimised; the instance type decides.',
    enum: ['none', 'optimized'],
  }),
  CreditSpecification: text({
    fate: 'stored',
    help: 'How a burstable instance runs when its credits are used up.',
    enum: ['Standard', 'Unlimited'],
  }),
  SecurityEnhancementStrategy: text({
    fate: 'accepted',
    help: 'Whether the vendor’s security agent is installed; there is none.',
    enum: ['Active', 'Deactive'],
  }),
  HttpEndpoint: text({
    fate: 'stored',
    help: 'Whether the instance may ask the metadata service.',
    enum: ['enabled', 'disabled'],
    default: 'enabled',
  }),
  HttpTokens: text({
    fate: 'stored',
    help: 'Whether the metadata service asks for a session token.',
    enum: ['optional', 'required'],
    default: 'optional',
  }),
  HttpPutResponseHopLimit: unservedNumber('Hops that a metadata token may travel.'),
  SpotStrategy: text({
    fate: 'stored',
    help: 'Whether the instance is a spot one; only NoSpot is served.',
    enum: ['NoSpot'],
    default: 'NoSpot',
    invalid: 'UnsupportedParameter',
  }),
  SpotDuration: unservedNumber('Protected hours of a spot instance.'),
  SpotInterruptionBehavior: unserved('What happens to an interrupted spot instance.'),
  SpotPriceLimit: float({ fate: 'refused', help: 'Highest hourly price of a spot instance.' }),
  Affinity: text({
    fate: 'accepted',
    help: 'Tie to a dedicated host; only default is served.',
    enum: ['default'],
    invalid: 'UnsupportedParameter',
  }),
  Tenancy: text({
    fate: 'accepted',
    help: 'Whether a dedicated host is wanted; only default is served.',
    enum: ['default'],
    invalid: 'UnsupportedParameter',
  }),
  Arn: list({
    fate: 'refused',
    help: 'Roles to assume.',
    most: 100,
    of: struct({
      fate: 'refused',
      help: 'A role to assume.',
      fields: {
        AssumeRoleFor: unservedNumber('Account to assume the role for.'),
        RoleType: unserved('Type of the role.'),
        Rolearn: unserved('Name of the role.'),
      },
    }),
  }),
  DedicatedHostId: unserved('Dedicated host.'),
  DeploymentSetGroupNo: unservedNumber('Group in the deployment set.'),
  DeploymentSetId: unserved('Deployment set.'),
  HibernationOptions: struct({
    fate: 'refused',
    help: 'Hibernation.',
    fields: { Configured: unservedSwitch('Whether the instance may hibernate.') },
  }),
  HpcClusterId: unserved('Cluster for high-performance computing.'),
  ManagedHostId: unserved('Managed host.'),
  PrivatePoolOptions: struct({
    fate: 'refused',
    help: 'Reserved capacity.',
    fields: { Id: unserved('Reserved pool.'), MatchCriteria: unserved('How the pool is chosen.') },
  }),
  RamRoleName: unserved('Role of the instance.'),
  StorageSetId: unserved('Storage set.'),
  StorageSetPartitionNumber: unservedNumber('Partitions of the storage set.'),
} as const;
