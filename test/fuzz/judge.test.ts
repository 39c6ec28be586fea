/** The judge of the fuzzer finds what it is there for: answers that no contract tells. */
import { describe, expect, it } from 'vitest';
import { action } from '../../src/contract/action.ts';
import { findAction } from '../../src/contract/catalogue.ts';
import { GENERAL_CODES, mayRefuse } from '../scenario/listed-codes.ts';
import { judge } from './judge.ts';

const ID = '0A1B2C3D-0A1B-4C3D-8E9F-0A1B2C3D4E5F';

const LISTING = action({
  product: 'Ecs',
  name: 'DescribeThings',
  summary: 'Lists things.',
  effect: 'read',
  parameters: {},
  answer: { Things: { Thing: [{ Name: 'string', Size: 'integer', Real: 'boolean' }] }, TotalCount: 'integer' },
  errors: ['InvalidVpcId.NotFound'],
});

function judged(status: number, body: string, type = 'application/json;charset=utf-8', id = ID) {
  return judge(LISTING, { status, headers: { 'content-type': type, 'x-acs-request-id': id }, body });
}

const listing = (fields: object) => JSON.stringify({ RequestId: ID, ...fields });
const refusal = (Code: string, more = {}) =>
  JSON.stringify({ RequestId: ID, HostId: 'h', Code, Message: 'm', Recommend: 'r', ...more });
const XML = 'text/xml;charset=utf-8';

describe('the judge of answers', () => {
  it.each([
    ['a list', 200, listing({ Things: { Thing: [{ Name: 'a', Size: 1, Real: true }] }, TotalCount: 1 }), undefined],
    ['a field left out', 200, listing({ Things: { Thing: [] } }), undefined],
    ['a code of its own', 404, refusal('InvalidVpcId.NotFound'), undefined],
    ['a general code', 400, refusal('MissingParameter'), undefined],
    [
      'XML with one item',
      200,
      `<DescribeThingsResponse><RequestId>${ID}</RequestId><Things><Thing><Name/><Size>1</Size></Thing></Things></DescribeThingsResponse>`,
      XML,
    ],
    [
      'XML with nothing in a list',
      200,
      `<DescribeThingsResponse><RequestId>${ID}</RequestId><Things></Things></DescribeThingsResponse>`,
      XML,
    ],
  ])('lets pass: %s', (_name, status, body, type) => {
    expect(judged(status, body, type).faults).toEqual([]);
  });

  it.each([
    ['an internal error', 500, refusal('InternalError'), undefined, '500 InternalError'],
    ['being unavailable', 503, refusal('ServiceUnavailable'), undefined, '503 ServiceUnavailable'],
    ['a code that is not in the table', 400, refusal('Nonsense'), undefined, 'Nonsense is not in the table'],
    ['a code of another action', 404, refusal('InvalidEniId.NotFound'), undefined, 'not among its errors'],
    ['a refusal without words', 400, refusal('MissingParameter', { Message: '' }), undefined, 'Message of the refusal'],
    ['an unknown field', 200, listing({ Colour: 'red' }), undefined, 'DescribeThings.Colour is not in the contract'],
    ['a number as a text', 200, listing({ TotalCount: '1' }), undefined, 'TotalCount is no integer'],
    ['a text as a number', 200, listing({ Things: { Thing: [{ Name: 1 }] } }), undefined, 'Thing[0].Name is no string'],
    ['nothing for a number', 200, listing({ TotalCount: null }), undefined, 'TotalCount is no integer'],
    ['a list that is none', 200, listing({ Things: { Thing: {} } }), undefined, 'Thing is no list'],
    ['no request id', 200, '{}', undefined, 'RequestId'],
    ['half an answer', 200, '{"RequestId":', undefined, 'SyntaxError'],
    ['a page', 200, '<html></html>', 'text/html', 'SyntaxError'],
    ['XML that is not well-formed', 200, '<DescribeThingsResponse><a></DescribeThingsResponse>', XML, 'unexpected'],
    ['XML of another action', 200, `<Other><RequestId>${ID}</RequestId></Other>`, XML, 'the root is Other'],
    [
      'no number in XML',
      200,
      `<DescribeThingsResponse><RequestId>${ID}</RequestId><TotalCount>x</TotalCount></DescribeThingsResponse>`,
      XML,
      'TotalCount is no integer',
    ],
  ])('finds %s', (_name, status, body, type, words) => {
    expect(judged(status, body, type).faults.join('\n')).toContain(words);
  });

  it('finds another request id in the headers', () => {
    expect(judged(200, listing({}), undefined, 'other').faults.join()).toContain('x-acs-request-id');
  });

  it('knows the general codes by the sources that give them', () => {
    const general = ['MissingParameter', 'SignatureDoesNotMatch', 'DryRunOperation', 'IdempotentParameterMismatch'];
    for (const code of general) expect(GENERAL_CODES).toContain(code);
    for (const code of ['InvalidVpcId.NotFound', 'QuotaExceeded.Vpc']) expect(GENERAL_CODES).not.toContain(code);
    expect(mayRefuse(findAction('Vpc.DeleteVpc')!, 'InvalidVpcId.NotFound')).toBe(true);
    expect(mayRefuse(findAction('Vpc.DeleteVpc')!, 'InvalidEniId.NotFound')).toBe(false);
  });
});
