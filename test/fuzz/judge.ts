/** What every answer must be, whatever was asked. Faults are told in words; none is an empty list. */
import { SaxesParser } from 'saxes';
import type { Action, AnswerShape } from '../../src/contract/action.ts';
import { ERRORS, type ErrorCode } from '../../src/contract/errors.ts';
import { mayRefuse } from '../scenario/listed-codes.ts';
import type { HttpAnswer } from './send.ts';

const REQUEST_ID = /^[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}$/;

export interface Judged {
  /** `OK` or the code; '' when the answer cannot be read. */
  readonly code: string;
  /** Of a JSON answer that succeeded. */
  readonly body: unknown;
  readonly faults: readonly string[];
}

export function judge(action: Action, answer: HttpAnswer): Judged {
  const { status, headers, body } = answer;
  const type = headers['content-type'] ?? '';
  const faults: string[] = [];
  let fields: Record<string, unknown>;
  try {
    fields = type.startsWith('text/xml') ? readXml(body, action, status) : readJson(body);
  } catch (error) {
    return {
      code: '',
      body: undefined,
      faults: [`status ${status}, ${type}: ${String(error)}: ${body.slice(0, 300)}`],
    };
  }
  const id = fields['RequestId'];
  if (typeof id !== 'string' || !REQUEST_ID.test(id)) faults.push(`RequestId is ${JSON.stringify(id)}`);
  else if (headers['x-acs-request-id'] !== id) faults.push('the header x-acs-request-id names another request');
  if (status === 200) {
    const { RequestId: _, ...rest } = fields;
    faults.push(...shapeFaults(rest, action.answer, action.name, type.startsWith('text/xml')));
    return { code: 'OK', body: rest, faults };
  }
  return {
    code: String(fields['Code']),
    body: undefined,
    faults: [...faults, ...refusalFaults(action, status, fields)],
  };
}

function isCode(word: string): word is ErrorCode {
  return Object.hasOwn(ERRORS, word);
}

function refusalFaults(action: Action, status: number, fields: Record<string, unknown>): string[] {
  const code = String(fields['Code']);
  const faults = ['HostId', 'Message', 'Recommend'].filter(
    (name) => typeof fields[name] !== 'string' || fields[name] === '',
  );
  const told = faults.map((name) => `${name} of the refusal is ${JSON.stringify(fields[name])}`);
  if (!isCode(code)) return [...told, `the code ${code} is not in the table`];
  if (status >= 500) return [...told, `${status} ${code}: ${String(fields['Message'])}`];
  if (!mayRefuse(action, code)) told.push(`refused with ${code}, which is not among its errors`);
  return told;
}

function readJson(text: string): Record<string, unknown> {
  const value: unknown = JSON.parse(text);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error('the answer is no object');
  return value as Record<string, unknown>;
}

/** Fields that an answer has and its shape has not, and values of another type. */
export function shapeFaults(value: unknown, shape: AnswerShape, path: string, texts: boolean): string[] {
  if (value === undefined) return [];
  if (typeof shape === 'string')
    return isOf(value, shape, texts) ? [] : [`${path} is no ${shape}: ${JSON.stringify(value)}`];
  if (Array.isArray(shape)) {
    const list = Array.isArray(value) ? value : texts ? [value] : undefined;
    if (!list) return [`${path} is no list: ${JSON.stringify(value)}`];
    return list.flatMap((item, index) => shapeFaults(item, shape[0] as AnswerShape, `${path}[${index}]`, texts));
  }
  // An element without content is an empty object as well as an empty text.
  if (texts && value === '') return [];
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return [`${path} is no object: ${JSON.stringify(value)}`];
  }
  const fields = shape as { readonly [name: string]: AnswerShape };
  return Object.entries(value).flatMap(([name, inner]) =>
    Object.hasOwn(fields, name)
      ? shapeFaults(inner, fields[name]!, `${path}.${name}`, texts)
      : [`${path}.${name} is not in the contract`],
  );
}

function isOf(value: unknown, leaf: string, texts: boolean): boolean {
  if (texts && typeof value !== 'string') return false;
  switch (leaf) {
    case 'string':
      return typeof value === 'string';
    case 'boolean':
      return texts ? value === 'true' || value === 'false' : typeof value === 'boolean';
    case 'float':
      return texts ? Number.isFinite(Number(value)) : typeof value === 'number' && Number.isFinite(value);
    default:
      return Number.isSafeInteger(texts && value !== '' ? Number(value) : value);
  }
}

interface Element {
  readonly name: string;
  readonly below: [string, unknown][];
  text: string;
}

/** An XML answer by a strict parser: elements as objects, repeated ones as lists, all values as texts. */
function readXml(xml: string, action: Action, status: number): Record<string, unknown> {
  const open: Element[] = [{ name: '', below: [], text: '' }];
  const parser = new SaxesParser();
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', ({ name }) => open.push({ name, below: [], text: '' }));
  parser.on('text', (text) => {
    open.at(-1)!.text += text;
  });
  parser.on('closetag', () => {
    const { name, below, text } = open.pop()!;
    open.at(-1)!.below.push([name, below.length === 0 ? text : grouped(below)]);
  });
  parser.write(xml).close();
  const [root, value] = open[0]!.below[0]!;
  const expected = status === 200 ? `${action.name}Response` : 'Error';
  if (root !== expected) throw new Error(`the root is ${root}, not ${expected}`);
  return value as Record<string, unknown>;
}

function grouped(below: readonly [string, unknown][]): Record<string, unknown> {
  const fields: Record<string, unknown> = Object.create(null);
  for (const [name, value] of below) {
    if (!(name in fields)) fields[name] = value;
    else fields[name] = [...(Array.isArray(fields[name]) ? fields[name] : [fields[name]]), value];
  }
  return fields;
}
