/** X8: no action can be called without a right signature: every way of signing wrongly, with its code. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Action, keyOf, type Product, VERSION } from '../../../src/contract/action.ts';
import { ACTIONS, findAction } from '../../../src/contract/catalogue.ts';
import { isOfficialAction } from '../../../src/contract/official.ts';
import { SIGNATURE_WINDOW_MS } from '../../../src/gateway/nonces.ts';
import { systemClock } from '../../../src/values/clock.ts';
import { randomUuid, systemRandom } from '../../../src/values/random.ts';
import {
  type RequestToSign,
  type SignedRequest,
  type SigningKey,
  signRequest,
} from '../../../src/wire/sign-request.ts';
import { makePerson, type Person } from '../../fuzz/world.ts';
import { type Region, startRegion } from '../harness.ts';
import { basesOf, type Flat } from './base.ts';

const V3 = 'ACS3-HMAC-SHA256';
const V1 = 'HMAC-SHA1';

interface Keys {
  readonly right: SigningKey;
  readonly disabled: SigningKey;
  /** Without the token that it needs. */
  readonly temporary: SigningKey;
  /** When the request was signed that used up {@link USED}. */
  readonly usedAt: number;
}

interface Fault {
  readonly name: string;
  readonly code: string;
  /** What differs from a right request before it is signed. */
  readonly sign?: (keys: Keys) => Partial<RequestToSign>;
  /** What differs after. */
  readonly spoil?: (request: SignedRequest) => SignedRequest;
}

/** Changes a header of the request. */
const header = (name: string, change: (value: string) => string) => (request: SignedRequest) => ({
  ...request,
  headers: { ...request.headers, [name]: change(request.headers[name] ?? '') },
});

const withoutAuthorization = ({ headers: { authorization: _, ...headers }, ...request }: SignedRequest) => ({
  ...request,
  headers,
});

const inForm = (change: (body: string) => string) => (request: SignedRequest) => ({
  ...request,
  body: change(request.body),
});

const spelled = (time: number): string => `${new Date(time).toISOString().slice(0, 19)}Z`;

const FAULTS: readonly Fault[] = [
  { name: 'no signature, ACS3', code: 'MissingParameter', spoil: withoutAuthorization },
  {
    name: 'no signature in the header, ACS3',
    code: 'IncompleteSignature',
    spoil: header('authorization', (value) => value.replace(/,Signature=.*$/, '')),
  },
  {
    name: 'no signature, 1.0',
    code: 'MissingParameter',
    sign: () => ({ algorithm: V1 }),
    spoil: inForm((body) => body.replace(/&?Signature=[^&]*/, '')),
  },
  {
    name: 'another secret, ACS3',
    code: 'SignatureDoesNotMatch',
    sign: ({ right }) => ({ key: { ...right, secret: 'guess' } }),
  },
  {
    name: 'another secret, 1.0',
    code: 'SignatureDoesNotMatch',
    sign: ({ right }) => ({ key: { ...right, secret: 'guess' }, algorithm: V1 }),
  },
  {
    name: 'a parameter added afterwards, ACS3',
    code: 'SignatureDoesNotMatch',
    spoil: inForm((body) => `${body}&Added=1`),
  },
  {
    name: 'a parameter added afterwards, 1.0',
    code: 'SignatureDoesNotMatch',
    sign: () => ({ algorithm: V1 }),
    spoil: inForm((body) => `${body}&Added=1`),
  },
  {
    name: 'signed for another action, ACS3',
    code: 'SignatureDoesNotMatch',
    sign: ({ right }) => ({ key: right, action: 'Another' }),
    spoil: header('x-acs-action', () => '{action}'),
  },
  {
    name: 'too old, ACS3',
    code: 'InvalidTimeStamp.Expired',
    sign: () => ({ time: systemClock.now() - SIGNATURE_WINDOW_MS - 60_000 }),
  },
  {
    name: 'too old, 1.0',
    code: 'InvalidTimeStamp.Expired',
    sign: () => ({ time: systemClock.now() - SIGNATURE_WINDOW_MS - 60_000, algorithm: V1 }),
  },
  {
    name: 'of the future, 1.0',
    code: 'InvalidTimeStamp.Expired',
    sign: () => ({ time: systemClock.now() + SIGNATURE_WINDOW_MS + 60_000, algorithm: V1 }),
  },
  {
    name: 'made younger, ACS3',
    code: 'SignatureDoesNotMatch',
    sign: () => ({ time: systemClock.now() - SIGNATURE_WINDOW_MS - 60_000 }),
    spoil: header('x-acs-date', () => spelled(systemClock.now())),
  },
  {
    name: 'a used nonce, ACS3',
    code: 'SignatureNonceUsed',
    sign: ({ usedAt }) => ({ nonce: USED, time: usedAt }),
  },
  {
    name: 'a used nonce, 1.0',
    code: 'SignatureNonceUsed',
    sign: ({ usedAt }) => ({ nonce: USED, time: usedAt, algorithm: V1 }),
  },
  {
    name: 'a disabled key, ACS3',
    code: 'Forbidden.AccessKeyDisabled',
    sign: ({ disabled }) => ({ key: disabled }),
  },
  {
    name: 'a disabled key, 1.0',
    code: 'Forbidden.AccessKeyDisabled',
    sign: ({ disabled }) => ({ key: disabled, algorithm: V1 }),
  },
  {
    name: 'an unknown key',
    code: 'InvalidAccessKeyId.NotFound',
    sign: ({ right }) => ({ key: { ...right, accessKeyId: 'nobody' } }),
  },
  {
    name: 'a temporary key without its token',
    code: 'MissingSecurityToken',
    sign: ({ temporary }) => ({ key: temporary }),
  },
  { name: 'an unknown version, ACS3', code: 'InvalidVersion', spoil: header('x-acs-version', () => '1999-01-01') },
  {
    name: 'an unknown version, 1.0',
    code: 'InvalidVersion',
    sign: () => ({ algorithm: V1 }),
    spoil: inForm((body) => body.replace(/Version=\d{4}-\d\d-\d\d/, 'Version=1999-01-01')),
  },
];

/** Used up before anything else. */
const USED = 'used-before';

describe('X8 signatures', () => {
  let region: Region;
  let person: Person;
  let keys: Keys;
  let before: unknown;

  beforeAll(async () => {
    region = await startRegion();
    person = await makePerson(region, 'signer');
    const { accessKeyId, accessKeySecret } = person.client.key;
    const right = { accessKeyId, secret: accessKeySecret };
    const disabled = await person.client.ok('Yunlan', 'CreateAccessKey');
    await person.client.ok('Yunlan', 'DisableAccessKey', { UserAccessKeyId: disabled.AccessKeyId });
    const { Credentials } = await person.client.ok('Sts', 'AssumeRole', {
      RoleArn: `acs:ram::${person.accountId}:role/one`,
      RoleSessionName: 'one',
    });
    const usedAt = systemClock.now();
    keys = {
      usedAt,
      right,
      disabled: { accessKeyId: disabled.AccessKeyId, secret: disabled.AccessKeySecret },
      temporary: { accessKeyId: Credentials.AccessKeyId, secret: Credentials.AccessKeySecret },
    };
    const first = await send(requestTo(findAction('Ecs.DescribeRegions')!, {}, { nonce: USED, time: usedAt }));
    expect(first.status).toBe(200);
    before = await region.snapshot();
  });
  afterAll(() => region.close());

  function requestTo({ product, name }: Action, parameters: Flat, more: Partial<RequestToSign> = {}): SignedRequest {
    return signRequest({
      product,
      action: name,
      parameters,
      key: keys.right,
      endpoint: region.endpoint,
      time: systemClock.now(),
      nonce: randomUuid(systemRandom),
      algorithm: V3,
      ...more,
    });
  }

  async function send({ method, url, headers, body }: SignedRequest): Promise<{ status: number; code: string }> {
    const response = await fetch(url, { method, headers, ...(body === '' ? {} : { body }) });
    const answer = (await response.json()) as { readonly Code?: string };
    return { status: response.status, code: answer.Code ?? 'OK' };
  }

  it.each(ACTIONS.map((action) => [keyOf(action), action] as const))('%s', async (_key, action) => {
    const base = basesOf(action, person)[1]!;
    for (const { name, code, sign, spoil } of FAULTS) {
      const signed = requestTo(action, base, sign?.(keys));
      const spoilt = spoil ? spoil(signed) : signed;
      const named = header('x-acs-action', (value) => value.replace('{action}', action.name))(spoilt);
      expect((await send('x-acs-action' in spoilt.headers ? named : spoilt)).code, name).toBe(code);
    }
  });

  it.each(ACTIONS.map((action) => [keyOf(action), action] as const))(
    '%s under the versions of other products',
    async (_key, action) => {
      for (const product of Object.keys(VERSION) as Product[]) {
        if (product === action.product || findAction(`${product}.${action.name}`)) continue;
        const expected = isOfficialAction(product, action.name) ? 'UnsupportedOperation' : 'InvalidAction.NotFound';
        const { code } = await send(requestTo({ ...action, product }, {}));
        expect(code, product).toBe(expected);
      }
    },
  );

  it('nothing was changed by any of it', async () => {
    expect(await region.snapshot()).toEqual(before);
  });

  it('a right signature passes', async () => {
    for (const algorithm of [V1, V3] as const) {
      const { code } = await send(
        requestTo(findAction('Vpc.DescribeVpcs')!, { RegionId: 'cn-hangzhou' }, { algorithm }),
      );
      expect(code).toBe('OK');
    }
  });
});
