import { describe, expect, it } from 'vitest';
import { isRefusal } from '../../values/refusal.ts';
import { type Asked, acceptAsked, type Bought, subscriptionTypeOf } from './rules.ts';

const HOURLY: Bought = {
  id: 'i-hourly',
  regionId: 'cn-hangzhou',
  productCode: 'ecs',
  boughtAt: Date.parse('2020-09-01T00:00:00Z'),
  endsAt: undefined,
  renewStatus: '',
  renewalDuration: 0,
  renewalUnit: '',
};
const MONTHLY: Bought = {
  ...HOURLY,
  id: 'eip-monthly',
  regionId: 'cn-beijing',
  productCode: 'eip',
  endsAt: Date.parse('2020-10-01T00:00:00Z'),
  renewStatus: 'ManualRenewal',
};

function asked(input: Asked): string[] {
  const isAsked = acceptAsked(input);
  if (isRefusal(isAsked)) throw new Error(isAsked.message);
  return [HOURLY, MONTHLY].filter(isAsked).map((bought) => bought.id);
}

describe('what has been bought', () => {
  it.each<[Asked, string[]]>([
    [{}, ['i-hourly', 'eip-monthly']],
    [{ ProductCode: 'ecs' }, ['i-hourly']],
    [{ ProductType: 'any' }, []],
    [{ Region: 'cn-beijing' }, ['eip-monthly']],
    [{ InstanceIDs: ['i-hourly', 'i-other'] }, ['i-hourly']],
    [{ SubscriptionType: 'Subscription' }, ['eip-monthly']],
    [{ RenewStatus: 'NotRenewal' }, []],
    [{ CreateTimeStart: '2020-09-01T00:00:00Z', CreateTimeEnd: '2020-09-01T00:00:00Z' }, ['i-hourly', 'eip-monthly']],
    [{ CreateTimeStart: '2020-09-01T00:00:01Z' }, []],
    [{ CreateTimeEnd: '2020-08-31T23:59:59Z' }, []],
    [{ EndTimeStart: '2020-10-01T00:00:00Z' }, ['eip-monthly']],
    [{ EndTimeEnd: '2020-09-30T23:59:59Z' }, []],
  ])('%j asks for %j', (input, ids) => {
    expect(asked(input)).toEqual(ids);
  });

  it('is refused to be asked for by a time that is none', () => {
    expect(acceptAsked({ CreateTimeEnd: '2020-13-01T00:00:00Z' })).toMatchObject({
      code: 'InvalidParameter',
      parameter: 'CreateTimeEnd',
    });
  });

  it('is charged by its end', () => {
    expect([HOURLY, MONTHLY].map(subscriptionTypeOf)).toEqual(['PayAsYouGo', 'Subscription']);
  });
});
