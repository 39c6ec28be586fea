/**
 * Seals secrets that the store keeps, with a key that lies beside the database in a file of its own. Whoever has a copy
 * of the database alone cannot read them. AES-256-GCM: a changed text or another key is noticed.
 */
import { createCipheriv, createDecipheriv } from 'node:crypto';
import { closeSync, fchmodSync, fstatSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { systemRandom } from '../values/random.ts';
import { StoreUnavailable } from './unavailable.ts';

const ALGORITHM = 'aes-256-gcm';
const KEY_BYTES = 32;
/** Nonces are random: 2^32 seals under one key before a repetition is likelier than 2^-32. */
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** First part of a sealed text: the form that follows. */
const FORM = 's1';

export interface Sealer {
  /** The sealed form: printable, different at each call. */
  seal(secret: string): string;
  /** The secret again. Throws when the text was not sealed with this key or was changed. */
  open(sealed: string): string;
}

/**
 * Opens the key file, made at first use (mode 0600). The caller owns the data directory (`openStore` first). Throws
 * StoreUnavailable when the file cannot be read or made, or is no key.
 */
export function openSeal(path: string): Sealer {
  const key = keyAt(path);
  return {
    seal(secret) {
      const nonce = systemRandom.bytes(NONCE_BYTES);
      const cipher = createCipheriv(ALGORITHM, key, nonce, { authTagLength: TAG_BYTES });
      const hidden = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
      return `${FORM}.${Buffer.concat([nonce, cipher.getAuthTag(), hidden]).toString('base64url')}`;
    },
    open(sealed) {
      const [form, text, ...rest] = sealed.split('.');
      if (form !== FORM || text === undefined || rest.length > 0) throw new Error('not a sealed text');
      const bytes = Buffer.from(text, 'base64url');
      // The decoder passes over what it does not know; a sealed text has one spelling.
      if (bytes.length < NONCE_BYTES + TAG_BYTES || bytes.toString('base64url') !== text)
        throw new Error('not a sealed text');
      const decipher = createDecipheriv(ALGORITHM, key, bytes.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES });
      decipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
      return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]).toString(
        'utf8',
      );
    },
  };
}

function keyAt(path: string): Uint8Array {
  try {
    return readKey(path) ?? makeKey(path);
  } catch (error) {
    if (error instanceof StoreUnavailable) throw error;
    const words = error instanceof Error ? error.message : String(error);
    throw new StoreUnavailable('cannot-open', `The key file ${path} cannot be read or made (${words}).`, error);
  }
}

/** The key in the file; undefined when there is none. */
function readKey(path: string): Uint8Array | undefined {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    const key = readFileSync(file);
    if (key.length !== KEY_BYTES) {
      const words = `it has ${key.length} bytes instead of ${KEY_BYTES}`;
      throw new StoreUnavailable('corrupt', `The key file ${path} is damaged (${words}). Restore it from a backup.`);
    }
    // A copy from a backup may have come back readable for others.
    if ((fstatSync(file).mode & 0o077) !== 0) fchmodSync(file, 0o600);
    return key;
  } finally {
    closeSync(file);
  }
}

/**
 * Makes the key under another name, on disk in full before it gets its own: a crash leaves either no key or a whole
 * one, and never a sealed secret whose key is lost.
 */
function makeKey(path: string): Uint8Array {
  const key = systemRandom.bytes(KEY_BYTES);
  const unfinished = `${path}.new`;
  const file = openSync(unfinished, 'w', 0o600);
  try {
    fchmodSync(file, 0o600);
    writeSync(file, key);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(unfinished, path);
  const directory = openSync(dirname(path), 'r');
  try {
    fsyncSync(directory);
  } finally {
    closeSync(directory);
  }
  return key;
}
