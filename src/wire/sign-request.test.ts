import { describe, expect, it } from 'vitest';
import { commaList, jsonList, list, text } from '../contract/parameter.ts';
import { flatten } from './flatten.ts';
import { type RequestToSign, signRequest } from './sign-request.ts';
import { parseAuthorizationV3 } from './signature-v3.ts';

const REQUEST: RequestToSign = {
  product: 'Vpc',
  action: 'CreateVpc',
  parameters: { VpcName: 'a b*', RegionId: 'cn-hangzhou' },
  key: { accessKeyId: 'ak', secret: 'secret' },
  endpoint: 'http://127.0.0.1:7070',
  time: Date.UTC(2026, 10, 23, 12, 0, 0),
  nonce: 'nonce',
};

describe('signRequest', () => {
  it('signs every header that it sends, except the signature', () => {
    const { headers, body, url, method } = signRequest(REQUEST);
    const { authorization, ...others } = headers;
    expect(parseAuthorizationV3(authorization!)).toMatchObject({
      algorithm: 'ACS3-HMAC-SHA256',
      accessKeyId: 'ak',
      signedHeaders: Object.keys(others).sort(),
    });
    expect([method, url, body]).toEqual(['POST', 'http://127.0.0.1:7070/', 'RegionId=cn-hangzhou&VpcName=a%20b%2A']);
    expect(others).toMatchObject({
      host: '127.0.0.1:7070',
      'x-acs-action': 'CreateVpc',
      'x-acs-version': '2016-04-28',
      'x-acs-date': '2026-11-23T12:00:00Z',
      'x-acs-signature-nonce': 'nonce',
    });
  });

  it('puts everything into the URL when asked to', () => {
    for (const place of [{ method: 'GET' }, { place: 'query' }] as const) {
      const { url, body, headers } = signRequest({ ...REQUEST, ...place });
      expect([url, body]).toEqual(['http://127.0.0.1:7070/?RegionId=cn-hangzhou&VpcName=a%20b%2A', '']);
      expect(headers['content-type']).toBeUndefined();
      expect(headers['x-acs-content-sha256']).toMatch(/^e3b0c442/);
    }
  });

  it('never puts the secret into what is sent', () => {
    for (const algorithm of ['HMAC-SHA1', 'ACS3-HMAC-SHA256'] as const) {
      const key = { accessKeyId: 'ak', secret: 'very-secret', securityToken: 'token' };
      expect(JSON.stringify(signRequest({ ...REQUEST, algorithm, key }))).not.toContain('very-secret');
    }
  });
});

describe('parseAuthorizationV3', () => {
  it.each([
    'ACS3-HMAC-SHA256',
    'ACS3-HMAC-SHA256 ',
    'ACS3-HMAC-SHA256 Credential=a,SignedHeaders=b',
    'ACS3-HMAC-SHA256 Credential=,SignedHeaders=b,Signature=c',
    'ACS3-HMAC-SHA256 Credential=a,SignedHeaders=b,Signature=c,More=d',
    'ACS3-HMAC-SHA256 Credential=a,Credential=a,SignedHeaders=b,Signature=c',
    'ACS3-HMAC-SHA256 Credential=a,SignedHeaders=b,Signature',
  ])('refuses %j', (header) => {
    expect(parseAuthorizationV3(header)).toBeUndefined();
  });
});

describe('flatten', () => {
  it('writes lists, structs and values as the wire has them', () => {
    const nested = {
      Tag: [{ Key: 'a', Value: 1 }, { Key: 'b' }],
      Disk: { Size: 20n, Fast: true },
      Not: undefined,
      No: [],
    };
    expect({ ...flatten(nested) }).toEqual({
      'Tag.1.Key': 'a',
      'Tag.1.Value': '1',
      'Tag.2.Key': 'b',
      'Disk.Size': '20',
      'Disk.Fast': 'true',
    });
  });

  it('writes lists in one value where the contract says so', () => {
    const fate = { fate: 'realised', help: '' } as const;
    const contract = {
      Ids: jsonList(fate),
      Some: commaList({ ...fate, most: 3 }),
      Each: list({ ...fate, most: 3, of: text(fate) }),
    };
    expect({
      ...flatten({ Ids: ['a', 'b'], Some: ['c', 'd'], Each: ['e'], __proto__: { Ids: 'x' } }, contract),
    }).toEqual({
      Ids: '["a","b"]',
      Some: 'c,d',
      'Each.1': 'e',
    });
  });
});
