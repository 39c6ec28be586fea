/** XML answers, read by a strict parser that is not ours: the same as the JSON of the same answer, for every action. */
import * as Ecs from '@alicloud/ecs20140526';
import fc from 'fast-check';
import { SaxesParser } from 'saxes';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Action, AnswerShape } from '../../src/contract/action.ts';
import { ACTIONS } from '../../src/contract/catalogue.ts';
import { refuse } from '../../src/contract/errors.ts';
import { answerOf } from '../../src/gateway/answer.ts';
import { acceptedFormat, type Format } from '../../src/gateway/format.ts';
import { readHeaders } from '../../src/gateway/request.ts';
import type { Gateway } from '../../src/gateway/server.ts';
import { escapeXml, writeXml } from '../../src/wire/xml.ts';
import { KEY, testGateway } from './gateway-for-test.ts';
import { type Asked, signed } from './signed.ts';

interface Element {
  readonly name: string;
  readonly children: Element[];
  text: string;
}

/** The root element of a document. Throws when it is not well-formed. */
function parse(xml: string): Element {
  const document: Element = { name: '', children: [], text: '' };
  const open = [document];
  const parser = new SaxesParser();
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', ({ name }) => {
    const element: Element = { name, children: [], text: '' };
    open.at(-1)!.children.push(element);
    open.push(element);
  });
  parser.on('text', (text) => {
    open.at(-1)!.text += text;
  });
  parser.on('closetag', () => {
    open.pop();
  });
  parser.write(xml).close();
  return document.children[0]!;
}

/** An element as the value that its shape says; fields that the answer has none of are left out. */
function readValue(element: Element, shape: AnswerShape): unknown {
  switch (shape) {
    case 'string':
      return element.text;
    case 'boolean':
      return element.text === 'true' ? true : element.text === 'false' ? false : element.text;
    case 'integer':
    case 'long':
    case 'float':
      return Number(element.text);
  }
  const value: Record<string, unknown> = {};
  for (const [name, inner] of Object.entries(shape)) {
    const found = element.children.filter((child) => child.name === name);
    if (isList(inner)) value[name] = found.map((child) => readValue(child, inner[0]));
    else if (found.length > 0) value[name] = readValue(found[0]!, inner);
  }
  expect(element.children.filter((child) => !Object.hasOwn(shape, child.name))).toEqual([]);
  return value;
}

function isList(shape: AnswerShape): shape is readonly [AnswerShape] {
  return Array.isArray(shape);
}

/** Every text that a JSON answer may hold and XML can carry; odd ones among them. */
const TEXT = fc
  .string({ unit: 'grapheme', maxLength: 20 })
  .map((text) => text.replace(/[\0-\x08\x0b\x0c\x0e-\x1f]/g, ''));
const ODD = fc.constantFrom('', ' ', '\r\n', '\t a \n', '<&>"\'', ']]>', '<!--', '&amp;', '名字', '🐙', '\u0085\u2028');

/** Answers of a shape. Lists are always there, since JSON tells an empty one from none and XML does not. */
function answers(shape: AnswerShape): fc.Arbitrary<unknown> {
  switch (shape) {
    case 'string':
      return fc.oneof(TEXT, ODD);
    case 'boolean':
      return fc.boolean();
    case 'integer':
      return fc.integer();
    case 'long':
      return fc.maxSafeInteger();
    case 'float':
      return fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => number + 0);
  }
  if (isList(shape)) return fc.array(answers(shape[0]), { maxLength: 3 });
  const fields = Object.entries(shape).map(([name, inner]) => {
    const some = answers(inner);
    return [name, typeof inner === 'string' ? fc.option(some, { nil: undefined }) : some] as const;
  });
  return fc.record(Object.fromEntries(fields));
}

const ASKED = { requestId: '0A1B', host: 'localhost:7070', secure: false };

describe('answers as XML', () => {
  const served = ACTIONS.filter((action) => action.effect !== 'stream');

  it.each(served.map((action): [string, Action] => [`${action.product}.${action.name}`, action]))(
    '%s: the same as JSON',
    (_name, action) => {
      const shape = { RequestId: 'string', ...action.answer } as const;
      fc.assert(
        fc.property(answers(action.answer) as fc.Arbitrary<object>, (answer) => {
          const as = (format: Format) => answerOf(answer, { ...ASKED, format, actionName: action.name });
          const root = parse(as('XML').body);
          expect(root.name).toBe(`${action.name}Response`);
          expect(as('XML').type).toBe('text/xml;charset=utf-8');
          expect(readValue(root, shape)).toEqual(JSON.parse(as('JSON').body));
        }),
        { numRuns: 20 },
      );
    },
  );

  it('no shape holds a list in a list, which XML could not tell apart', () => {
    const nested = (shape: AnswerShape): boolean =>
      typeof shape !== 'string' &&
      (isList(shape) ? isList(shape[0]) || nested(shape[0]) : Object.values(shape).some(nested));
    expect(ACTIONS.filter((action) => nested(action.answer))).toEqual([]);
  });

  it('what XML cannot carry becomes U+FFFD, line ends stay', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const expected = [...text.toWellFormed()].map((character) =>
          /[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/.test(character) ? '\ufffd' : character,
        );
        expect(parse(writeXml('A', { B: text })).children[0]!.text).toBe(expected.join(''));
      }),
    );
    expect(escapeXml('\ud800 a\r\n')).toBe('\ufffd a&#13;\n');
  });
});

describe('which format', () => {
  const sent = async (
    gateway: Gateway,
    parameters: Record<string, string>,
    asked: Asked = {},
    headers: Record<string, string> = {},
  ) => {
    const request = signed('Vpc', 'DeleteVpc', parameters, { method: 'GET', ...asked });
    const { pathname, search } = new URL(request.url);
    const response = await gateway.inject({
      method: request.method,
      url: pathname + search,
      headers: { ...request.headers, ...headers },
      ...(request.body === '' ? {} : { payload: request.body }),
    });
    return { status: response.statusCode, type: response.headers['content-type'], body: response.body };
  };
  const JSON_TYPE = 'application/json;charset=utf-8';
  const XML_TYPE = 'text/xml;charset=utf-8';

  it.each<[string, Record<string, string>, Asked, Record<string, string>, string]>([
    ['nothing', {}, {}, {}, JSON_TYPE],
    ['nothing, 1.0', { Format: '' }, { algorithm: 'HMAC-SHA1' }, {}, JSON_TYPE],
    ['Format=XML', { Format: 'XML' }, {}, {}, XML_TYPE],
    ['Format=xml in a form', { Format: 'xml' }, { method: 'POST' }, {}, XML_TYPE],
    ['Format=XML, 1.0', { Format: 'XML' }, { algorithm: 'HMAC-SHA1' }, {}, XML_TYPE],
    ['Format=Json', { Format: 'Json' }, {}, { accept: 'text/xml' }, JSON_TYPE],
    ['Accept: application/xml', {}, {}, { accept: 'application/xml' }, XML_TYPE],
    ['Accept: application/json', {}, {}, { accept: 'application/json' }, JSON_TYPE],
    ['Accept of curl', {}, {}, { accept: '*/*' }, JSON_TYPE],
    ['XML preferred', {}, {}, { accept: 'application/json;q=0.5, text/xml' }, XML_TYPE],
    ['JSON preferred', {}, {}, { accept: 'text/xml; q=0.5, application/json;q=0.6' }, JSON_TYPE],
    ['a garbled Accept', {}, {}, { accept: ';;q=,text/xml;q=x' }, JSON_TYPE],
  ])('%s', async (_name, parameters, asked, headers, type) => {
    const { gateway } = testGateway({ dispatch: async () => ({ VpcId: 'vpc-1' }) });
    const answer = await sent(gateway, { VpcId: 'vpc-1', ...parameters }, asked, headers);
    expect([answer.status, answer.type]).toEqual([200, type]);
    const refused = await sent(gateway, parameters, asked, headers);
    expect([refused.status, refused.type]).toEqual([400, type]);
    if (type !== XML_TYPE) return;
    expect(parse(answer.body).name).toBe('DeleteVpcResponse');
    const error = parse(refused.body);
    expect(error.name).toBe('Error');
    expect(error.children.map(({ name }) => name)).toEqual(['RequestId', 'HostId', 'Code', 'Message', 'Recommend']);
    expect(readValue(error.children[2]!, 'string')).toBe('MissingParameter');
  });

  it('another format is refused by name, before anything is done', async () => {
    const { gateway, calls } = testGateway();
    const { status, type, body } = await sent(gateway, { VpcId: 'vpc-1', Format: 'YAML' });
    expect([status, type, JSON.parse(body).Code]).toEqual([400, JSON_TYPE, 'InvalidParameter']);
    expect(JSON.parse(body).Message).toContain('Format');
    expect(calls).toHaveLength(0);
  });

  it.each([
    ['who signed', { key: { ...KEY, secret: 'guess' } }, 'SignatureDoesNotMatch'],
    ['an unknown key', { key: { ...KEY, accessKeyId: '<nobody>' } }, 'InvalidAccessKeyId.NotFound'],
  ])('refusals about %s come in it too', async (_name, asked, code) => {
    const { gateway } = testGateway();
    const { body } = await sent(gateway, { VpcId: 'v', Format: 'XML' }, asked);
    expect(
      readValue(parse(body), {
        Code: 'string',
        Message: 'string',
        RequestId: 'string',
        HostId: 'string',
        Recommend: 'string',
      }),
    ).toMatchObject({ Code: code });
  });

  it('also what is refused before it could be read as a request', async () => {
    const { gateway } = testGateway({ limits: { bodyBytes: 10 } });
    const response = await gateway.inject({
      method: 'POST',
      url: '/',
      headers: { host: 'localhost', accept: 'text/xml' },
      payload: 'x'.repeat(20),
    });
    expect(response.headers['content-type']).toBe(XML_TYPE);
    expect(parse(response.body).children[2]!.text).toBe('RequestTooLarge');
  });

  it('reads Accept without a header and with many', () => {
    expect(acceptedFormat(readHeaders([]))).toBe('JSON');
    const browser = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';
    expect(acceptedFormat(readHeaders(['Accept', browser]))).toBe('XML');
  });
});

describe('the vendor’s client', () => {
  const server = testGateway({
    dispatch: async () => refuse('InvalidInstanceId.NotFound', { parameter: 'a < b & c' }),
  });
  let endpoint: string;
  beforeAll(async () => {
    ({ endpoint } = await server.listen());
  });
  afterAll(() => server.gateway.close());

  it('reads a refusal in XML', async () => {
    const exported = Ecs.default as unknown;
    const Client = (typeof exported === 'function' ? exported : (exported as { default: unknown }).default) as new (
      config: object,
    ) => Ecs.default;
    const client = new Client({
      accessKeyId: KEY.accessKeyId,
      accessKeySecret: KEY.secret,
      endpoint: endpoint.slice('http://'.length),
      protocol: 'HTTP',
      regionId: 'cn-hangzhou',
    });
    const failure = client.stopInstanceWithOptions(new Ecs.StopInstanceRequest({ instanceId: 'i-404' }), {
      extendsParameters: { queries: { Format: 'XML' } },
    } as never);
    await expect(failure).rejects.toMatchObject({ code: 'InvalidInstanceId.NotFound', statusCode: 404 });
    await expect(failure).rejects.toThrow('a < b & c');
  });
});
