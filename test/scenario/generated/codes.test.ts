/** The table of error codes, what makes them, what lists them and what provokes them: none is missing, none is idle. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Action, keyOf } from '../../../src/contract/action.ts';
import { ACTIONS, findAction } from '../../../src/contract/catalogue.ts';
import { ERRORS, type ErrorCode } from '../../../src/contract/errors.ts';
import type { Parameter, Parameters } from '../../../src/contract/parameter.ts';
import { GENERAL_CODES, mayRefuse } from '../listed-codes.ts';
import type { InvalidCall } from '../refusals/catalogue.ts';
import { expectedCodes, testTexts } from './provoked.ts';

const CODES = Object.keys(ERRORS) as ErrorCode[];
const SRC = join(import.meta.dirname, '..', '..', '..', 'src');

/** Codes that no test provokes, with the reason. This list may only shrink. */
const NOT_PROVOKED: { readonly [code: string]: string } = {
  'InvalidOperation.VpcMismatch': 'needs a secondary interface, which no action makes yet',
};

/** Every invalid call of the catalogue. */
async function invalidCalls(): Promise<InvalidCall[]> {
  const folder = join(import.meta.dirname, '..', 'refusals');
  const files = readdirSync(folder).filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'));
  const calls: InvalidCall[] = [];
  for (const file of files) {
    const module: { readonly [name: string]: unknown } = await import(join(folder, file));
    for (const exported of Object.values(module)) {
      if (Array.isArray(exported)) calls.push(...(exported as unknown[]).filter(isInvalidCall));
    }
  }
  return calls;
}

function isInvalidCall(value: unknown): value is InvalidCall {
  return typeof value === 'object' && value !== null && 'action' in value && 'product' in value && 'code' in value;
}

/** Codes that the decoder can give for these parameters. */
function codesOf(parameters: Parameters): ErrorCode[] {
  return Object.values(parameters).flatMap(parameterCodes);
}

function parameterCodes(parameter: Parameter): ErrorCode[] {
  const own = [parameter.invalid, parameter.required ? parameter.missing : undefined].filter(
    (code) => code !== undefined,
  );
  if (parameter.kind === 'list') return [...own, ...parameterCodes(parameter.of)];
  if (parameter.kind === 'struct') return [...own, ...codesOf(parameter.fields)];
  return own;
}

const listed = ({ errors }: Action): readonly string[] => errors;

describe('X8 error codes', () => {
  it('each is made by some part of the system', () => {
    const text = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts') && path !== join('contract', 'errors.ts'))
      .map((path) => readFileSync(join(SRC, path), 'utf8').replaceAll(/errors: \[[^\]]*\]|_?ERRORS = \[[^\]]*\]/g, ''))
      .join('\n');
    expect(CODES.filter((code) => !text.includes(`'${code}'`))).toEqual([]);
  });

  it('each is given by the gateway to any action, or listed by some action', () => {
    const all = new Set<string>(ACTIONS.flatMap(({ errors }) => errors));
    expect(CODES.filter((code) => !GENERAL_CODES.has(code) && !all.has(code))).toEqual([]);
  });

  it('each is provoked by some test', () => {
    const expected = expectedCodes(testTexts());
    const missing = CODES.filter((code) => !expected.has(code));
    // In both directions: a code that is provoked now, or is no more, must leave the list.
    expect(missing.sort()).toEqual(Object.keys(NOT_PROVOKED).sort());
  });

  it('are found in tests only where they are expected', () => {
    const codesIn = (text: string) => [...expectedCodes([{ path: 'a', text }]).keys()];
    expect(codesIn("expect(code).toBe('InvalidVpcId.NotFound');")).toEqual(['InvalidVpcId.NotFound']);
    expect(codesIn("code: 'InvalidVpcId.NotFound',")).toEqual(['InvalidVpcId.NotFound']);
    expect(codesIn("expect(refusal(body)).toBe('404 InvalidVpcId.NotFound VpcId');")).toEqual([
      'InvalidVpcId.NotFound',
    ]);
    expect(codesIn("  it('InvalidVpcId.NotFound', async () => {")).toEqual([]);
    expect(codesIn("expect(code).not.toBe('InvalidVpcId.NotFound');")).toEqual([]);
    expect(codesIn("// like 'InvalidVpcId.NotFound'")).toEqual([]);
    expect(codesIn("/* 'InvalidVpcId.NotFound' */ const word = 'InvalidVpcId';")).toEqual([]);
    expect(codesIn("const made = makeRefusal('InvalidVpcId.NotFound', 404, '');")).toEqual([]);
  });

  it.each(ACTIONS.map((action) => [keyOf(action), action] as const))('%s lists each code once', (_key, action) => {
    expect(new Set(action.errors).size).toBe(action.errors.length);
    expect(action.errors.filter((code) => !Object.hasOwn(ERRORS, code))).toEqual([]);
  });

  it.each(ACTIONS.map((action) => [keyOf(action), action] as const))(
    '%s lists the codes of its parameters',
    (_key, action) => {
      const codes = new Set(codesOf(action.parameters));
      expect([...codes].filter((code) => !GENERAL_CODES.has(code) && !listed(action).includes(code))).toEqual([]);
    },
  );

  it('every code of the catalogue of invalid calls is listed by its action', async () => {
    const calls = await invalidCalls();
    expect(calls.length).toBeGreaterThan(690);
    const unlisted = calls
      .filter(({ product, action, code }) => {
        const found = findAction(`${product}.${action}`);
        return !found || !mayRefuse(found, code);
      })
      .map(({ name, code }) => `${name}: ${code}`);
    expect(unlisted).toEqual([]);
  });
});
