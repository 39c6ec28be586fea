/** Actions of the billing product that clients call at their start: parameters, answers, codes. */
import { action } from './action.ts';
import { commaList, integer, text } from './parameter.ts';

const time = (help: string) => text({ fate: 'realised', help: `${help} Form: 2020-05-23T12:00:00Z.` });

export const queryAvailableInstances = action({
  product: 'BssOpenApi',
  name: 'QueryAvailableInstances',
  summary: 'Lists what the account has bought in all regions: instances and EIPs, with their terms.',
  effect: 'read',
  parameters: {
    CreateTimeEnd: time('Only what was bought at this time or before.'),
    CreateTimeStart: time('Only what was bought at this time or later.'),
    EndTimeEnd: time('Only subscriptions that end at this time or before.'),
    EndTimeStart: time('Only subscriptions that end at this time or later.'),
    InstanceIDs: commaList({ fate: 'realised', help: 'Only these: up to 100 ids separated by commas.', most: 100 }),
    OwnerId: integer({ fate: 'accepted', help: 'Without effect: the access key decides whose resources are listed.' }),
    PageNum: integer({ fate: 'realised', help: 'Page to answer, from 1.', range: [1, 1_000_000], default: 1 }),
    PageSize: integer({ fate: 'realised', help: 'Entries on a page, 1 to 300.', range: [1, 300], default: 20 }),
    ProductCode: text({ fate: 'realised', help: 'Only this product: ecs or eip; of others there is nothing here.' }),
    ProductType: text({ fate: 'realised', help: 'Only this type of product; nothing here has one.' }),
    Region: text({ fate: 'realised', help: 'Only this region.' }),
    RenewStatus: text({
      fate: 'realised',
      help: 'Only subscriptions that are renewed so.',
      enum: ['AutoRenewal', 'ManualRenewal', 'NotRenewal'],
    }),
    SubscriptionType: text({
      fate: 'realised',
      help: 'Only what is charged so.',
      enum: ['Subscription', 'PayAsYouGo'],
    }),
  },
  answer: {
    Code: 'string',
    Data: {
      InstanceList: [
        {
          CreateTime: 'string',
          EndTime: 'string',
          ExpectedReleaseTime: 'string',
          InstanceID: 'string',
          OwnerId: 'long',
          ProductCode: 'string',
          ProductType: 'string',
          Region: 'string',
          ReleaseTime: 'string',
          RenewStatus: 'string',
          RenewalDuration: 'integer',
          RenewalDurationUnit: 'string',
          Seller: 'string',
          SellerId: 'long',
          Status: 'string',
          StopTime: 'string',
          SubStatus: 'string',
          SubscriptionType: 'string',
        },
      ],
      PageNum: 'integer',
      PageSize: 'integer',
      TotalCount: 'integer',
    },
    Message: 'string',
    Success: 'boolean',
  },
  errors: ['InvalidParameter'],
});
