import { describe, expect, it } from 'vitest';
import type { Log } from '../../src/values/log.ts';
import { makeRefusal } from '../../src/values/refusal.ts';
import { CALLER, DISABLED, KEY, OTHER_TOKEN, PLAIN, TEMPORARY, testGateway } from './gateway-for-test.ts';
import { type Asked, inject, signed } from './signed.ts';

const VPC = { RegionId: 'cn-beijing', 'Tag.1.Key': 'a', 'Tag.1.Value': '1' };

describe('an accepted call', () => {
  const WAYS: [string, Asked][] = [
    ['ACS3, form', {}],
    ['ACS3, query of a POST', { place: 'query' }],
    ['ACS3, GET', { method: 'GET' }],
    ['1.0, form', { algorithm: 'HMAC-SHA1' }],
    ['1.0, query of a POST', { algorithm: 'HMAC-SHA1', place: 'query' }],
    ['1.0, GET', { algorithm: 'HMAC-SHA1', method: 'GET' }],
    ['ACS3 with a token', { key: TEMPORARY }],
    ['1.0 with a token', { key: TEMPORARY, algorithm: 'HMAC-SHA1' }],
  ];
  it.each(WAYS)('arrives typed by %s', async (_name, asked) => {
    const { gateway, calls } = testGateway({ dispatch: async () => ({ VpcId: 'vpc-1' }) });
    const { status, body, headers } = await inject(gateway, signed('Vpc', 'CreateVpc', VPC, asked));
    expect([status, body]).toEqual([200, { RequestId: expect.stringMatching(/^[0-9A-F-]{36}$/), VpcId: 'vpc-1' }]);
    expect(Object.keys(body)[0]).toBe('RequestId');
    expect(headers['content-type']).toBe('application/json;charset=utf-8');
    expect(headers['access-control-allow-origin']).toBeUndefined();
    expect(calls).toHaveLength(1);
    expect(calls[0]!.key).toBe('Vpc.CreateVpc');
    expect(calls[0]!.input).toMatchObject({ RegionId: 'cn-beijing', Tag: [{ Key: 'a', Value: '1' }] });
    expect(calls[0]!.facts).toMatchObject({
      requestId: body['RequestId'],
      regionId: 'cn-beijing',
      host: '127.0.0.1:7070',
      caller: { accountId: CALLER.accountId },
    });
  });

  it('takes the region of the endpoint when none is named', async () => {
    const { gateway, calls } = testGateway();
    await inject(gateway, signed('Vpc', 'DeleteVpc', { VpcId: 'vpc-1' }));
    expect(calls[0]!.facts.regionId).toBe('cn-hangzhou');
  });

  it('ignores unknown parameters and empty texts', async () => {
    const { gateway, calls } = testGateway();
    const parameters = { ...VPC, Unheard: 'of', 'Tag.1.Colour': 'red', VpcName: '', CidrBlock: '' };
    expect((await inject(gateway, signed('Vpc', 'CreateVpc', parameters))).status).toBe(200);
    expect(calls[0]!.input).not.toHaveProperty('Unheard');
    expect(calls[0]!.input).not.toHaveProperty('VpcName');
  });

  it('tells equal actions of two products apart by version', async () => {
    const { gateway, calls } = testGateway();
    await inject(gateway, signed('Ecs', 'DescribeRegions'));
    await inject(gateway, signed('Vpc', 'DescribeRegions'));
    expect(calls.map(({ key }) => key)).toEqual(['Ecs.DescribeRegions', 'Vpc.DescribeRegions']);
  });
});

describe('idempotence and dry runs', () => {
  it('hashes what is asked for, not its order and not the token', async () => {
    const { gateway, calls } = testGateway();
    const ask = (parameters: Record<string, string>) => inject(gateway, signed('Vpc', 'CreateVpc', parameters));
    await ask({ RegionId: 'cn-hangzhou', CidrBlock: '10.0.0.0/8', ClientToken: 'one' });
    await ask({ ClientToken: 'two', CidrBlock: '10.0.0.0/8', RegionId: 'cn-hangzhou' });
    await ask({ ClientToken: 'one', CidrBlock: '10.0.0.0/16', RegionId: 'cn-hangzhou' });
    const [first, second, third] = calls.map(({ facts }) => facts);
    expect([first!.clientToken, second!.clientToken]).toEqual(['one', 'two']);
    expect(first!.requestHash).toBe(second!.requestHash);
    expect(third!.requestHash).not.toBe(first!.requestHash);
  });

  it.each(['x'.repeat(65), 'zwölf', 'tab\t'])('refuses the token %j', async (ClientToken) => {
    const { gateway, calls } = testGateway();
    const { status, body } = await inject(gateway, signed('Vpc', 'CreateVpc', { ...VPC, ClientToken }));
    expect([status, body['Code']]).toEqual([400, 'InvalidParameter']);
    expect(body['Message']).toContain('ClientToken');
    expect(calls).toHaveLength(0);
  });

  it('answers a passed dry run by its code, also for reads, and a failed one by the failure', async () => {
    const refused = makeRefusal('InvalidVpcId.NotFound', 404, 'no');
    let outcome: object = {};
    const { gateway, calls } = testGateway({ dispatch: async () => outcome });
    const parameters = { RegionId: 'cn-hangzhou', DryRun: 'true' };
    const dry = await inject(gateway, signed('Vpc', 'DescribeVpcs', parameters));
    expect([dry.status, dry.body['Code'], calls[0]!.facts.dryRun]).toEqual([400, 'DryRunOperation', true]);
    outcome = refused;
    const failed = await inject(gateway, signed('Vpc', 'DescribeVpcs', parameters));
    expect(failed.body['Code']).toBe('InvalidVpcId.NotFound');
  });
});

describe('refusals', () => {
  const cases: [string, Parameters<typeof signed>, number, string, string][] = [
    [
      'unknown key',
      ['Vpc', 'CreateVpc', VPC, { key: { ...KEY, accessKeyId: 'nobody' } }],
      404,
      'InvalidAccessKeyId.NotFound',
      'Credential',
    ],
    [
      'wrong secret',
      ['Vpc', 'CreateVpc', VPC, { key: { ...KEY, secret: 'guess' } }],
      400,
      'SignatureDoesNotMatch',
      'server string to sign is:ACS3-HMAC-SHA256\n',
    ],
    [
      'wrong secret, 1.0',
      ['Vpc', 'CreateVpc', VPC, { key: { ...KEY, secret: 'guess' }, algorithm: 'HMAC-SHA1' }],
      400,
      'SignatureDoesNotMatch',
      'server string to sign is:POST&%2F&',
    ],
    ['disabled key', ['Vpc', 'CreateVpc', VPC, { key: DISABLED }], 403, 'Forbidden.AccessKeyDisabled', 'Credential'],
    [
      'disabled key, wrong secret',
      ['Vpc', 'CreateVpc', VPC, { key: { ...DISABLED, secret: 'guess' } }],
      400,
      'SignatureDoesNotMatch',
      '',
    ],
    [
      'token of a permanent key',
      ['Vpc', 'CreateVpc', VPC, { key: { ...KEY, securityToken: 'x' } }],
      400,
      'InvalidSecurityToken.MismatchWithAccessKey',
      'x-acs-security-token',
    ],
    [
      'token of a permanent key, 1.0',
      ['Vpc', 'CreateVpc', VPC, { key: { ...KEY, securityToken: 'x' }, algorithm: 'HMAC-SHA1' }],
      400,
      'InvalidSecurityToken.MismatchWithAccessKey',
      'SecurityToken',
    ],
    [
      'a token that nobody issued',
      ['Vpc', 'CreateVpc', VPC, { key: { ...TEMPORARY, securityToken: 'x' } }],
      400,
      'InvalidSecurityToken.Malformed',
      'x-acs-security-token',
    ],
    [
      'the token of another key, 1.0',
      ['Vpc', 'CreateVpc', VPC, { key: { ...TEMPORARY, securityToken: OTHER_TOKEN }, algorithm: 'HMAC-SHA1' }],
      400,
      'InvalidSecurityToken.MismatchWithAccessKey',
      'SecurityToken',
    ],
    [
      'a temporary key without its token',
      ['Vpc', 'CreateVpc', VPC, { key: { accessKeyId: TEMPORARY.accessKeyId, secret: TEMPORARY.secret } }],
      400,
      'MissingSecurityToken',
      'x-acs-security-token',
    ],
    [
      'lasting keys for temporary ones',
      ['Yunlan', 'CreateAccessKey', {}, { key: TEMPORARY }],
      403,
      'Forbidden.RAM',
      'temporary',
    ],
    [
      'old',
      ['Vpc', 'CreateVpc', VPC, { time: Date.now() - 16 * 60_000 }],
      400,
      'InvalidTimeStamp.Expired',
      'x-acs-date',
    ],
    [
      'future, 1.0',
      ['Vpc', 'CreateVpc', VPC, { time: Date.now() + 16 * 60_000, algorithm: 'HMAC-SHA1' }],
      400,
      'InvalidTimeStamp.Expired',
      'Timestamp',
    ],
    [
      'nonce too long',
      ['Vpc', 'CreateVpc', VPC, { nonce: 'n'.repeat(129) }],
      400,
      'InvalidParameter',
      'x-acs-signature-nonce',
    ],
    [
      'nonce empty',
      ['Vpc', 'CreateVpc', VPC, { nonce: '', algorithm: 'HMAC-SHA1' }],
      400,
      'MissingParameter',
      'SignatureNonce',
    ],
    ['unknown action', ['Vpc', 'CreateMoon', VPC], 404, 'InvalidAction.NotFound', 'x-acs-action'],
    ['prototype as action', ['Vpc', '__proto__', VPC], 404, 'InvalidAction.NotFound', 'x-acs-action'],
    ['official action not served', ['Ecs', 'CreateHpcCluster', VPC], 400, 'UnsupportedOperation', 'not served yet'],
    ['action of another product', ['Ecs', 'CreateMoon', VPC], 404, 'InvalidAction.NotFound', 'Ecs 2014-05-26'],
    ['required parameter', ['Vpc', 'DeleteVpc', {}], 400, 'MissingParameter', 'VpcId'],
    ['empty required parameter', ['Vpc', 'DeleteVpc', { VpcId: '' }], 400, 'MissingParameter', 'VpcId'],
    [
      'refused parameter',
      ['Vpc', 'CreateVpc', { ...VPC, Ipv6CidrBlock: '::/56' }],
      400,
      'UnsupportedParameter',
      'Ipv6CidrBlock',
    ],
    [
      'a stream asked for plainly',
      ['Yunlan', 'ExecInstance', { Instance: 'i', 'Command.1': 'true' }],
      426,
      'UpgradeRequired',
      'yunlan-exec',
    ],
    ['only for administrators', ['Yunlan', 'ListAccounts', {}, { key: PLAIN }], 403, 'Forbidden.RAM', 'administers'],
    ['a NUL', ['Vpc', 'CreateVpc', { ...VPC, VpcName: 'a\0b' }], 400, 'InvalidParameter', 'VpcName'],
  ];
  it.each(cases)('%s', async (_name, request, status, code, part) => {
    const { gateway, calls } = testGateway();
    const { body, status: answered, headers } = await inject(gateway, signed(...request));
    expect(answered).toBe(status);
    expect(body['Code']).toBe(code);
    expect(body['Message']).toContain(part);
    expect(body['RequestId']).toMatch(/^[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}$/);
    expect(headers['x-acs-request-id']).toBe(body['RequestId']);
    expect(body['HostId']).toBe('127.0.0.1:7070');
    expect(body['Recommend']).toContain(
      `http://127.0.0.1:7070/docs/errors?code=${encodeURIComponent(String(body['Code']))}`,
    );
    expect(calls).toHaveLength(0);
    const page = await gateway.inject({
      url: String(body['Recommend']).slice('http://127.0.0.1:7070'.length),
      headers: { host: '127.0.0.1' },
    });
    expect(page.statusCode).toBe(200);
    expect(page.body).toContain(String(body['Code']));
  });

  it('a nonce may be used once, by the one who signed it', async () => {
    const { gateway, calls } = testGateway();
    const forged = signed('Vpc', 'CreateVpc', VPC, { nonce: 'once', key: { ...KEY, secret: 'guess' } });
    expect((await inject(gateway, forged)).body['Code']).toBe('SignatureDoesNotMatch');
    const request = signed('Vpc', 'CreateVpc', VPC, { nonce: 'once' });
    const [first, second] = await Promise.all([inject(gateway, request), inject(gateway, request)]);
    expect([first.status, second.status].sort()).toEqual([200, 400]);
    expect([first, second].find(({ status }) => status === 400)!.body['Code']).toBe('SignatureNonceUsed');
    const other = signed('Vpc', 'CreateVpc', VPC, { nonce: 'once', key: PLAIN });
    expect((await inject(gateway, other)).status).toBe(200);
    expect(calls).toHaveLength(2);
  });

  it.each([
    ['2026-13-45T00:00:00Z', 'IllegalTimestamp'],
    ['now', 'IllegalTimestamp'],
    ['', 'MissingParameter'],
  ])('the time %j', async (time, code) => {
    const { gateway } = testGateway();
    const request = signed('Vpc', 'CreateVpc', VPC);
    const { body } = await inject(gateway, { ...request, headers: { ...request.headers, 'x-acs-date': time } });
    expect([body['Code'], body['Message']]).toEqual([code, expect.stringContaining('x-acs-date')]);
  });

  it.each<[string, Record<string, string>, string]>([
    ['the key named twice, differently', { 'x-acs-accesskey-id': PLAIN.accessKeyId }, 'different keys'],
    ['a header that is signed and not sent', { 'content-type': '' }, 'was not sent'],
  ])('%s', async (_name, change, part) => {
    const { gateway, calls } = testGateway();
    const request = signed('Vpc', 'CreateVpc', VPC, { key: TEMPORARY, place: 'query' });
    const headers: Record<string, string> = { ...request.headers, ...change };
    if (change['content-type'] === '') {
      delete headers['content-type'];
      headers['authorization'] = headers['authorization']!.replace('SignedHeaders=', 'SignedHeaders=content-type;');
    }
    const { body } = await inject(gateway, { ...request, headers });
    expect([body['Code'], body['Message']]).toEqual(['IncompleteSignature', expect.stringContaining(part)]);
    expect(calls).toHaveLength(0);
  });

  const raw = (url: string, more: object = {}) =>
    testGateway().gateway.inject({ method: 'GET', url, headers: { host: 'localhost' }, ...more });
  const FORM = { method: 'POST', headers: { host: 'localhost', 'content-type': 'application/x-www-form-urlencoded' } };
  it.each<[string, Parameters<typeof raw>, number, string, string]>([
    ['nothing', ['/'], 400, 'MissingParameter', 'Action'],
    ['no version', ['/?Action=X'], 400, 'MissingParameter', 'Version'],
    ['unknown version', ['/?Action=X&Version=1999-01-01'], 400, 'InvalidVersion', 'Version'],
    ['no key', ['/?Action=DescribeVpcs&Version=2016-04-28'], 400, 'MissingParameter', 'AccessKeyId'],
    [
      'action in unsigned headers only',
      [
        '/?AccessKeyId=a',
        { headers: { host: 'localhost', 'x-acs-action': 'DescribeVpcs', 'x-acs-version': '2016-04-28' } },
      ],
      400,
      'MissingParameter',
      'Action',
    ],
    [
      'another method of signing',
      [
        '/?Action=DescribeVpcs&Version=2016-04-28&AccessKeyId=a&SignatureMethod=RSA&SignatureVersion=1.0&SignatureNonce=1&Timestamp=t&Signature=s',
      ],
      400,
      'InvalidParamater',
      'SignatureMethod',
    ],
    [
      'another version of signing',
      [
        '/?Action=DescribeVpcs&Version=2016-04-28&AccessKeyId=a&SignatureMethod=HMAC-SHA1&SignatureVersion=9&SignatureNonce=1&Timestamp=t&Signature=s',
      ],
      400,
      'InvalidParamater',
      'SignatureVersion',
    ],
    [
      'a bearer token',
      [
        '/?Action=DescribeVpcs&Version=2016-04-28&AccessKeyId=a&SignatureMethod=HMAC-SHA1&SignatureVersion=1.0&SignatureNonce=1&Timestamp=t&Signature=s&SignatureType=BEARERTOKEN',
      ],
      400,
      'InvalidParamater',
      'SignatureType',
    ],
    [
      'another scheme',
      [
        '/',
        {
          headers: {
            host: 'localhost',
            authorization: 'Basic YTpi',
            'x-acs-action': 'DescribeVpcs',
            'x-acs-version': '2016-04-28',
          },
        },
      ],
      400,
      'InvalidParamater',
      'Authorization',
    ],
    [
      'half an authorization',
      [
        '/',
        {
          headers: {
            host: 'localhost',
            authorization: 'ACS3-HMAC-SHA256 Credential=a',
            'x-acs-action': 'DescribeVpcs',
            'x-acs-version': '2016-04-28',
          },
        },
      ],
      400,
      'IncompleteSignature',
      'Authorization',
    ],
    ['a name twice', ['/?Action=A&Action=B'], 400, 'InvalidParameter', 'Action'],
    ['a name in query and form', ['/?Action=A', { ...FORM, payload: 'Action=B' }], 400, 'InvalidParameter', 'Action'],
    ['a broken escape', ['/?Action=%GG'], 400, 'InvalidParameter', 'UTF-8'],
    ['bytes that are no UTF-8', ['/?Action=%FF'], 400, 'InvalidParameter', 'UTF-8'],
    [
      'a JSON body',
      ['/', { method: 'POST', headers: { host: 'localhost', 'content-type': 'application/json' }, payload: '{}' }],
      400,
      'InvalidParameter',
      'Content-Type',
    ],
    [
      'a body of no type',
      ['/', { method: 'POST', headers: { host: 'localhost' }, payload: 'a=b' }],
      400,
      'InvalidParameter',
      'Content-Type',
    ],
    ['PUT', ['/', { method: 'PUT' }], 403, 'UnsupportedHTTPMethod', 'GET and POST'],
    ['PROPFIND', ['/', { method: 'PROPFIND' }], 403, 'UnsupportedHTTPMethod', 'GET and POST'],
    ['OPTIONS', ['/', { method: 'OPTIONS' }], 403, 'UnsupportedHTTPMethod', 'GET and POST'],
    ['another path', ['/etc/passwd'], 404, 'InvalidPath.NotFound', 'path'],
    ['a broken path', ['/%zz'], 404, 'InvalidPath.NotFound', 'path'],
    ['another host', ['/', { headers: { host: 'evil.example' } }], 403, 'Forbidden.HostNotAllowed', 'Host'],
    [
      'an address of a loopback server',
      ['/', { headers: { host: '192.0.2.1:7070' } }],
      403,
      'Forbidden.HostNotAllowed',
      'Host',
    ],
    [
      'a page of another site',
      ['/', { headers: { host: 'localhost:7070', origin: 'http://evil.example' } }],
      403,
      'Forbidden.OriginNotAllowed',
      'Origin',
    ],
    [
      'a sandboxed page',
      ['/', { headers: { host: 'localhost:7070', origin: 'null' } }],
      403,
      'Forbidden.OriginNotAllowed',
      'Origin',
    ],
    ['a status page that there is not', ['/console/'], 404, 'InvalidPath.NotFound', 'path'],
  ])('unsigned: %s', async (_name, request, status, code, part) => {
    const response = await raw(...request);
    const body = JSON.parse(response.body);
    expect([response.statusCode, body.Code]).toEqual([status, code]);
    expect(body.Message).toContain(part);
  });

  it('more parameters than are read', async () => {
    const { gateway } = testGateway({ limits: { parameters: 50 } });
    const many = Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`A${index}`, 'x']));
    const { status, body } = await inject(gateway, signed('Vpc', 'CreateVpc', many));
    expect([status, body['Code']]).toEqual([413, 'RequestTooLarge']);
  });
});

describe('failures inside', () => {
  it('are told by RequestId only; the log has the cause', async () => {
    const lines: { facts: Record<string, unknown>; message: string }[] = [];
    const push = (facts: object, message: string) => lines.push({ facts: { ...facts }, message });
    const log: Log = { debug: push, info: push, warn: push, error: push, child: () => log };
    const cause = new Error('disk on fire');
    const { gateway } = testGateway({
      log,
      dispatch: async () => {
        throw new Error('inner', { cause });
      },
    });
    const { status, body } = await inject(gateway, signed('Vpc', 'CreateVpc', VPC));
    expect([status, body['Code']]).toEqual([500, 'InternalError']);
    expect(JSON.stringify(body)).not.toMatch(/inner|fire|\.ts/);
    const failure = lines.find(({ facts }) => facts['error'] !== undefined)!;
    expect(failure.facts['requestId']).toBe(body['RequestId']);
    expect((failure.facts['error'] as Error).cause).toBe(cause);
    const access = lines.find(({ message }) => message === 'request')!;
    expect(access.facts).toMatchObject({
      action: 'Vpc.CreateVpc',
      code: 'InternalError',
      status: 500,
      account: CALLER.accountId,
    });
    expect(JSON.stringify(lines)).not.toContain(KEY.secret);
  });

  it('also when the key cannot be found out', async () => {
    const { gateway } = testGateway({ findKey: () => Promise.reject(new Error('store closed')) });
    expect((await inject(gateway, signed('Vpc', 'CreateVpc', VPC))).body['Code']).toBe('InternalError');
  });
});

describe('pages', () => {
  const get = (url: string, options = {}) =>
    testGateway({ statusPage: () => '<h1>Yunlan</h1>', ...options }).gateway.inject({
      url,
      headers: { host: 'localhost' },
    });

  it('serves the status page and no script from anywhere', async () => {
    const page = await get('/console/');
    expect([page.statusCode, page.body, page.headers['content-type']]).toEqual([
      200,
      '<h1>Yunlan</h1>',
      'text/html;charset=utf-8',
    ]);
    expect(page.headers['content-security-policy']).toContain("default-src 'none'");
  });

  it('explains a code, lists all, and escapes what it is given', async () => {
    expect((await get('/docs/errors?code=InvalidVpcId.NotFound')).body).toContain('404');
    expect((await get('/docs/errors')).body).toContain('InvalidVpcId.NotFound');
    const hostile = await get('/docs/errors?code=InvalidVpcId.NotFound&requestId=%3Cscript%3E');
    expect(hostile.body).not.toContain('<script>');
    expect((await get('/docs/errors?code=__proto__')).body).toContain('InvalidVpcId.NotFound');
  });
});
