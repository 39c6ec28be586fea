/** Limits of an account in a region, and what it uses of them. */
import { action } from './action.ts';
import { ownership } from './ownership.ts';
import { list, text } from './parameter.ts';
import { regionId } from './request.ts';

/** Without OwnerAccount, as some actions have it. */
const { OwnerAccount: _none, ...owner } = ownership;

const ATTRIBUTES = [
  'instance-network-type',
  'max-security-groups',
  'max-elastic-network-interfaces',
  'max-postpaid-instance-vcpu-count',
  'max-spot-instance-vcpu-count',
  'used-postpaid-instance-vcpu-count',
  'used-spot-instance-vcpu-count',
  'max-postpaid-yundisk-capacity',
  'used-postpaid-yundisk-capacity',
  'max-dedicated-hosts',
  'supported-postpaid-instance-types',
  'max-axt-command-count',
  'max-axt-invocation-daily',
  'real-name-authentication',
  'max-cloud-assistant-activation-count',
] as const;

export const describeAccountAttributes = action({
  product: 'Ecs',
  name: 'DescribeAccountAttributes',
  summary: 'Tells limits of the account in a region and what it uses of them.',
  effect: 'read',
  parameters: {
    ...owner,
    RegionId: regionId,
    ZoneId: text({ fate: 'realised', help: 'Zone of supported-postpaid-instance-types; every zone has the same.' }),
    AttributeName: list({
      fate: 'realised',
      help: 'Attributes to answer; all when absent. Where there is no such limit here, no value is answered.',
      most: 15,
      of: text({ fate: 'realised', help: 'Name of an attribute.', enum: ATTRIBUTES, invalid: 'Invalid.Parameter' }),
    }),
  },
  answer: {
    AccountAttributeItems: {
      AccountAttributeItem: [
        {
          AttributeName: 'string',
          AttributeValues: {
            ValueItem: [
              {
                Count: 'integer',
                DiskCategory: 'string',
                ExpiredTime: 'string',
                InstanceChargeType: 'string',
                InstanceType: 'string',
                Value: 'string',
                ZoneId: 'string',
              },
            ],
          },
        },
      ],
    },
  },
  errors: ['InvalidRegionId.NotFound', 'InvalidZoneId.NotFound', 'Invalid.Parameter'],
});
