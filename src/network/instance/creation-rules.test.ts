import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isRefusal } from '../../values/refusal.ts';
import {
  acceptAmounts,
  acceptSubscription,
  acceptUserData,
  mayBePassword,
  mayHaveBandwidth,
  mayHaveQueues,
} from './creation-rules.ts';

const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');

describe('amounts', () => {
  it('are all or none unless fewer will do', () => {
    expect(acceptAmounts(5, undefined)).toEqual({ most: 5, least: 5 });
    expect(acceptAmounts(5, 2)).toEqual({ most: 5, least: 2 });
    expect(acceptAmounts(5, 5)).toEqual({ most: 5, least: 5 });
    expect(acceptAmounts(5, 6)).toMatchObject({ code: 'InvalidMinAmount.Malformed', parameter: 'MinAmount' });
  });
});

describe('user data', () => {
  it('is the text that was encoded', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (text) => {
        expect(acceptUserData(base64(Buffer.from(text)))).toBe(text);
      }),
    );
    expect(acceptUserData(undefined)).toBe('');
    expect(acceptUserData('IyEvYmlu\nL3No\r\n')).toBe('#!/bin/sh');
  });

  it('has at most 16 KB', () => {
    expect(acceptUserData(base64(new Uint8Array(16 * 1024).fill(97)))).toHaveLength(16 * 1024);
    for (const size of [16 * 1024 + 1, 16 * 1024 + 2, 1 << 20]) {
      expect(acceptUserData(base64(new Uint8Array(size).fill(97)))).toMatchObject({
        code: 'InvalidUserData.SizeExceeded',
      });
    }
  });

  it('is Base64 of text', () => {
    for (const text of ['#!/bin/sh', 'YQ', 'YQ=', 'Y=Q=', 'YQ===', base64(Uint8Array.of(0xff, 0xfe))]) {
      expect([text, acceptUserData(text)]).toMatchObject([text, { code: 'InvalidUserData.Base64FormatInvalid' }]);
    }
  });
});

describe('passwords', () => {
  it('have 8 to 30 characters of three kinds', () => {
    for (const password of [undefined, 'Abcdefg1', 'abcdef-1', 'ABC~1234', `aA1${'x'.repeat(27)}`]) {
      expect(mayBePassword(password)).toBeUndefined();
    }
    for (const password of ['Abcdef1', 'abcdefgh', 'abcdefg1', `aA1${'x'.repeat(28)}`, 'Abcdef 1', 'Abcdef1é']) {
      expect(mayBePassword(password)).toMatchObject({ code: 'InvalidPassword.Malformed' });
    }
  });

  it('are not repeated in the refusal', () => {
    expect(mayBePassword('hunter2')?.message).not.toContain('hunter2');
  });
});

describe('subscriptions', () => {
  const at = (text: string) => Date.parse(text);
  const end = (Period: number | undefined, PeriodUnit: 'Week' | 'Month', now: string) => {
    const expiry = acceptSubscription({ InstanceChargeType: 'PrePaid', Period, PeriodUnit }, at(now));
    if (isRefusal(expiry)) return `${expiry.code} ${expiry.parameter}`;
    return expiry === undefined ? undefined : new Date(expiry).toISOString();
  };

  it('end after weeks or calendar months', () => {
    expect(end(1, 'Week', '2026-02-25T10:00:00Z')).toBe('2026-03-04T10:00:00.000Z');
    expect(end(1, 'Month', '2026-01-31T10:00:00Z')).toBe('2026-02-28T10:00:00.000Z');
    expect(end(1, 'Month', '2026-03-15T10:00:00Z')).toBe('2026-04-15T10:00:00.000Z');
    expect(end(12, 'Month', '2028-02-29T00:00:00Z')).toBe('2029-02-28T00:00:00.000Z');
  });

  it('have one of the periods that are sold', () => {
    expect(end(undefined, 'Month', '2026-01-01T00:00:00Z')).toBe('MissingParameter Period');
    expect(end(5, 'Week', '2026-01-01T00:00:00Z')).toBe('InvalidParameter Period');
    expect(end(10, 'Month', '2026-01-01T00:00:00Z')).toBe('InvalidParameter Period');
  });

  it('are nothing to pay-as-you-go', () => {
    expect(acceptSubscription({ InstanceChargeType: 'PostPaid', Period: 99, PeriodUnit: 'Month' }, 0)).toBeUndefined();
  });
});

describe('what is not served or not given', () => {
  it('refuses public bandwidth above 0', () => {
    expect(mayHaveBandwidth(0)).toBeUndefined();
    expect(mayHaveBandwidth(1)).toMatchObject({ code: 'UnsupportedParameter', parameter: 'InternetMaxBandwidthOut' });
  });

  it('refuses more queues than the type has', () => {
    expect(mayHaveQueues(2, 2, 'QueueNumber')).toBeUndefined();
    expect(mayHaveQueues(3, 2, 'QueueNumber')).toMatchObject({ parameter: 'QueueNumber', status: 403 });
  });
});
