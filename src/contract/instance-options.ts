/**
 * What clients read around an instance: its role, its reserved capacity, its maintenance, the renewal of its
 * subscription. Instances here have the official product's defaults, which nothing changes yet.
 */
import { action } from './action.ts';
import { ownership } from './ownership.ts';
import { pages } from './paging.ts';
import { commaList, jsonList, list, text } from './parameter.ts';
import { regionId } from './request.ts';

/** Without OwnerAccount, as some actions have it. */
const { OwnerAccount: _none, ...owner } = ownership;

export const describeInstanceRamRole = action({
  product: 'Ecs',
  name: 'DescribeInstanceRamRole',
  summary: 'Tells the role of instances; none has one.',
  effect: 'read',
  parameters: {
    ...owner,
    RegionId: regionId,
    InstanceIds: jsonList({
      fate: 'realised',
      help: 'The instances: a JSON array of up to 100 ids. This or RamRoleName is needed.',
    }),
    RamRoleName: text({ fate: 'realised', help: 'Only instances with this role; none has one.' }),
    ...pages(50),
  },
  answer: {
    InstanceRamRoleSets: { InstanceRamRoleSet: [{ InstanceId: 'string', RamRoleName: 'string' }] },
    RegionId: 'string',
    TotalCount: 'integer',
  },
  errors: ['InvalidRegionId.NotFound', 'MissingParameter'],
});

export const describeInstanceAttachmentAttributes = action({
  product: 'Ecs',
  name: 'DescribeInstanceAttachmentAttributes',
  summary: 'Tells which reserved capacity instances use: none.',
  effect: 'read',
  parameters: {
    ...ownership,
    RegionId: regionId,
    InstanceIds: jsonList({
      fate: 'realised',
      help: 'The instances: a JSON array of up to 100 ids.',
      required: true,
    }),
    ...pages(100),
  },
  answer: {
    Instances: {
      Instance: [{ InstanceId: 'string', PrivatePoolOptionsId: 'string', PrivatePoolOptionsMatchCriteria: 'string' }],
    },
    PageNumber: 'integer',
    PageSize: 'integer',
    TotalCount: 'integer',
  },
  errors: ['InvalidRegionId.NotFound'],
});

export const describeInstanceMaintenanceAttributes = action({
  product: 'Ecs',
  name: 'DescribeInstanceMaintenanceAttributes',
  summary: 'Tells what becomes of instances when their machine is maintained: they start again.',
  effect: 'read',
  parameters: {
    ...ownership,
    RegionId: regionId,
    InstanceId: list({
      fate: 'realised',
      help: 'Only these instances, up to 100.',
      most: 100,
      of: text({ fate: 'realised', help: 'Id of an instance.' }),
    }),
    ...pages(100),
  },
  answer: {
    MaintenanceAttributes: {
      MaintenanceAttribute: [
        {
          ActionOnMaintenance: {
            DefaultValue: 'string',
            SupportedValues: { SupportedValue: ['string'] },
            Value: 'string',
          },
          InstanceId: 'string',
          MaintenanceWindows: { MaintenanceWindow: [{ EndTime: 'string', StartTime: 'string' }] },
          NotifyOnMaintenance: 'boolean',
        },
      ],
    },
    PageNumber: 'integer',
    PageSize: 'integer',
    TotalCount: 'integer',
  },
  errors: ['InvalidRegionId.NotFound'],
});

export const describeInstanceAutoRenewAttribute = action({
  product: 'Ecs',
  name: 'DescribeInstanceAutoRenewAttribute',
  summary: 'Tells whether subscriptions are to be renewed, as asked at creation; PostPaid instances are not listed.',
  effect: 'read',
  parameters: {
    ...ownership,
    RegionId: regionId,
    InstanceId: commaList({
      fate: 'realised',
      help: 'The instances: up to 100 ids separated by commas. This or RenewalStatus is needed.',
      most: 100,
    }),
    RenewalStatus: text({
      fate: 'realised',
      help: 'Only instances with this way of renewal.',
      enum: ['AutoRenewal', 'Normal', 'NotRenewal'],
    }),
    ...pages(100),
  },
  answer: {
    InstanceRenewAttributes: {
      InstanceRenewAttribute: [
        {
          AutoRenewEnabled: 'boolean',
          Duration: 'integer',
          EnableExpectedRenewDay: 'boolean',
          InstanceId: 'string',
          PeriodUnit: 'string',
          RenewalStatus: 'string',
        },
      ],
    },
    PageNumber: 'integer',
    PageSize: 'integer',
    TotalCount: 'integer',
  },
  errors: ['InvalidRegionId.NotFound', 'MissingParameter'],
});
