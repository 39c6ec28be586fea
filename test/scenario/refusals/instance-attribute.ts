/** Invalid calls on the attributes of an instance. */
import type { Request } from '../harness.ts';
import { type Case, callsOf, type World } from './catalogue.ts';

function change(request: Request | ((world: World) => Request)) {
  return (world: World): Request => ({
    InstanceId: world.running,
    ...(typeof request === 'function' ? request(world) : request),
  });
}

const whose: readonly Case[] = [
  { why: 'no instance', request: () => ({}), code: 'MissingParameter', status: 400, parameter: 'InstanceId' },
  {
    why: 'unknown instance',
    request: () => ({ InstanceId: 'i-unknown' }),
    code: 'InvalidInstanceId.NotFound',
    status: 404,
    parameter: 'InstanceId',
  },
  {
    why: "another account's instance",
    request: (w) => ({ InstanceId: w.foreign.instance }),
    code: 'InvalidInstanceId.NotFound',
    status: 404,
    parameter: 'InstanceId',
  },
];

export const INSTANCE_ATTRIBUTE_CALLS = [
  ...callsOf('Ecs', 'DescribeInstanceAttribute', whose),
  ...callsOf('Ecs', 'DescribeUserData', [
    ...whose,
    {
      why: 'unknown region',
      request: (w) => ({ RegionId: 'cn-nowhere', InstanceId: w.running }),
      code: 'InvalidRegionId.NotFound',
      status: 404,
      parameter: 'RegionId',
    },
  ]),
  ...callsOf('Ecs', 'ModifyInstanceAttribute', [
    ...whose,
    {
      why: 'name that starts with a digit',
      request: change({ InstanceName: '1st' }),
      code: 'InvalidInstanceName.Malformed',
      status: 400,
      parameter: 'InstanceName',
    },
    {
      why: 'name of 129 characters',
      request: change({ InstanceName: 'x'.repeat(129) }),
      code: 'InvalidInstanceName.Malformed',
      status: 400,
      parameter: 'InstanceName',
    },
    {
      why: 'description that is a link',
      request: change({ Description: 'http://example.com' }),
      code: 'InvalidDescription.Malformed',
      status: 400,
      parameter: 'Description',
    },
    {
      why: 'host name with a hyphen at its end',
      request: change({ HostName: 'host-' }),
      code: 'InvalidHostName.Malformed',
      status: 400,
      parameter: 'HostName',
    },
    {
      why: 'user data not in Base64',
      request: change({ UserData: '%%%%' }),
      code: 'InvalidUserData.Base64FormatInvalid',
      status: 403,
      parameter: 'UserData',
    },
    {
      why: 'user data of more than 16 KB',
      request: change({ UserData: Buffer.alloc(16_385, 'x').toString('base64') }),
      code: 'InvalidUserData.SizeExceeded',
      status: 400,
      parameter: 'UserData',
    },
    {
      why: 'weak password',
      request: change({ Password: 'abcdefgh' }),
      code: 'InvalidPassword.Malformed',
      status: 400,
      parameter: 'Password',
    },
    {
      why: 'credits of a type that is not burstable',
      request: change({ CreditSpecification: 'Unlimited' }),
      code: 'InvalidParameter.CreditSpecification',
      status: 400,
      parameter: 'CreditSpecification',
    },
    {
      why: 'unknown CreditSpecification',
      request: change({ CreditSpecification: 'Endless' }),
      code: 'InvalidParameter.CreditSpecification',
      status: 400,
      parameter: 'CreditSpecification',
    },
    {
      why: 'no queues',
      request: (w) => ({ InstanceId: w.stopped, NetworkInterfaceQueueNumber: 0 }),
      code: 'InvalidParameter.InvalidEniQueueNumber',
      status: 403,
      parameter: 'NetworkInterfaceQueueNumber',
    },
    {
      why: '2049 queues',
      request: (w) => ({ InstanceId: w.stopped, NetworkInterfaceQueueNumber: 2049 }),
      code: 'InvalidParameter.InvalidEniQueueNumber',
      status: 403,
      parameter: 'NetworkInterfaceQueueNumber',
    },
    {
      why: 'more queues than the type has',
      request: (w) => ({ InstanceId: w.stopped, NetworkInterfaceQueueNumber: 64 }),
      code: 'InvalidOperation.MaxEniQueueNumberExceeded',
      status: 403,
      parameter: 'NetworkInterfaceQueueNumber',
    },
    {
      why: 'queues of a running instance',
      request: change({ NetworkInterfaceQueueNumber: 1 }),
      code: 'InvalidStatus.StoppedRequired',
      status: 400,
      parameter: 'NetworkInterfaceQueueNumber',
    },
    {
      why: 'unknown group',
      request: change((w) => ({ SecurityGroupIds: [w.group, 'sg-unknown'] })),
      code: 'InvalidSecurityGroupId.NotFound',
      status: 404,
      parameter: 'SecurityGroupIds.2',
    },
    {
      why: "another account's group",
      request: change((w) => ({ SecurityGroupIds: [w.foreign.group] })),
      code: 'InvalidSecurityGroupId.NotFound',
      status: 404,
      parameter: 'SecurityGroupIds.1',
    },
    {
      why: 'group of another VPC',
      request: change((w) => ({ SecurityGroupIds: [w.group, w.otherGroup] })),
      code: 'InvalidSecurityGroupVpc.NotBelongToOneVpc',
      status: 404,
      parameter: 'SecurityGroupIds.2',
    },
    {
      why: 'a group twice',
      request: change((w) => ({ SecurityGroupIds: [w.group, w.group] })),
      code: 'InvalidParameter.SecurityGroupIdRepeated',
      status: 404,
      parameter: 'SecurityGroupIds.2',
    },
    {
      why: 'basic and advanced groups',
      request: change((w) => ({ SecurityGroupIds: [w.group, w.advancedGroup] })),
      code: 'EnterpriseGroupLimited.MutliGroupType',
      status: 403,
      parameter: 'SecurityGroupIds',
    },
    {
      why: 'a good name and a bad group: nothing changes',
      request: change((w) => ({ InstanceName: 'good', SecurityGroupIds: [w.otherGroup] })),
      code: 'InvalidSecurityGroupVpc.NotBelongToOneVpc',
      status: 404,
      parameter: 'SecurityGroupIds.1',
    },
    {
      why: 'large frames',
      request: change({ EnableJumboFrame: true }),
      code: 'UnsupportedParameter',
      status: 400,
      parameter: 'EnableJumboFrame',
    },
    {
      why: 'processor layout',
      request: change({ CpuOptions: { Core: 2 } }),
      code: 'UnsupportedParameter',
      status: 400,
      parameter: 'CpuOptions.Core',
    },
  ]),
];
