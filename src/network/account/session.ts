/**
 * Temporary credentials. Nothing of them is stored: the security token is the sealed session itself, with the key's
 * secret in it, so it survives a restart and is gone when it expires. It ends early with the lasting key that it was
 * issued to, directly or through other sessions: whoever disables a key that got lost disables those too.
 */
import { createHash } from 'node:crypto';
import { type Random, randomText } from '../../values/random.ts';
import type { Seal } from '../call.ts';

/** What ids and secrets of keys are made of. */
export const LETTERS_AND_DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** Official clients tell temporary keys by it. */
export const SESSION_PREFIX = 'STS.';

/** Tokens are a few hundred characters; longer ones were not issued here. */
const LONGEST_TOKEN = 4096;

export interface Session {
  readonly accessKeyId: string;
  readonly secret: string;
  readonly accountId: string;
  readonly role: string;
  /** Of the session. */
  readonly name: string;
  /** The lasting key that ends it when it is disabled. */
  readonly issuedTo: string;
  /** Milliseconds since 1970, by the real clock. */
  readonly expiresAt: number;
}

/** The form of the token's content. */
const FORM = 'session1';

/** New credentials, and the token that carries them. */
export function issueSession(
  facts: Omit<Session, 'accessKeyId' | 'secret'>,
  seal: Seal,
  random: Random,
): { readonly session: Session; readonly token: string } {
  const session = {
    ...facts,
    accessKeyId: SESSION_PREFIX + randomText(random, LETTERS_AND_DIGITS, 24),
    secret: randomText(random, LETTERS_AND_DIGITS, 44),
  };
  const { accessKeyId, secret, accountId, role, name, issuedTo, expiresAt } = session;
  const content = [FORM, accessKeyId, secret, accountId, role, name, issuedTo, expiresAt];
  return { session, token: seal.seal(JSON.stringify(content)) };
}

/** The session of a token; undefined when the token was not issued here. */
export function openSession(token: string, seal: Seal): Session | undefined {
  if (token.length > LONGEST_TOKEN) return undefined;
  let content: unknown;
  try {
    content = JSON.parse(seal.open(token));
  } catch {
    return undefined; // not sealed with our key, or a sealed text of another kind
  }
  if (!Array.isArray(content) || content[0] !== FORM) return undefined;
  const [, accessKeyId, secret, accountId, role, name, issuedTo, expiresAt] = content;
  return { accessKeyId, secret, accountId, role, name, issuedTo, expiresAt };
}

/** The account and the name in `acs:ram::ACCOUNT_ID:role/NAME`, whose form the contract has checked. */
export function roleOf(arn: string): { readonly accountId: string; readonly role: string } {
  const [, , , accountId = '', resource = ''] = arn.split(':');
  return { accountId, role: resource.slice('role/'.length) };
}

/** The number by which the official API tells roles apart; the same for the same name in an account. */
export function roleId(accountId: string, role: string): string {
  const digest = createHash('sha256').update(`${accountId} ${role}`).digest();
  return `3${(digest.readBigUInt64BE() % 10n ** 17n).toString().padStart(17, '0')}`;
}
