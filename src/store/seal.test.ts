import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSeal } from './seal.ts';

describe('a seal', () => {
  let directory: string;
  let count = 0;
  const newPath = () => join(directory, `seal-${count++}.key`);

  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'yunlan-seal-'));
  });
  afterAll(() => {
    rmSync(directory, { recursive: true, force: true });
  });

  it('opens what it sealed, also after the file is opened again', () => {
    const path = newPath();
    const sealer = openSeal(path);
    const again = openSeal(path);
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (secret) => {
        expect(again.open(sealer.seal(secret))).toBe(Buffer.from(secret, 'utf8').toString('utf8'));
      }),
    );
  });

  it('hides the secret and seals it differently each time', () => {
    const path = newPath();
    const sealer = openSeal(path);
    const sealed = new Set(Array.from({ length: 100 }, () => sealer.seal('the secret of a key')));
    expect(sealed.size).toBe(100);
    for (const text of sealed) {
      expect(text).toMatch(/^s1\.[\w-]+$/);
      expect(Buffer.from(text.slice(3), 'base64url').includes('secret')).toBe(false);
    }
  });

  it('notices every changed byte, a shortened text and a text of another key', () => {
    const sealer = openSeal(newPath());
    const sealed = sealer.seal('secret');
    const bytes = Buffer.from(sealed.slice(3), 'base64url');
    for (let index = 0; index < bytes.length; index++) {
      const changed = Buffer.from(bytes);
      changed[index]! ^= 1;
      expect(() => sealer.open(`s1.${changed.toString('base64url')}`), `byte ${index}`).toThrow();
      expect(() => sealer.open(`s1.${bytes.subarray(0, index).toString('base64url')}`), `length ${index}`).toThrow();
    }
    expect(() => openSeal(newPath()).open(sealed)).toThrow();
    for (const text of ['', 's1', 's1.', 'secret', `s2${sealed.slice(2)}`, `${sealed}.x`]) {
      expect(() => sealer.open(text), text).toThrow('not a sealed text');
    }
  });

  it('makes its key for its owner only and leaves no other file', () => {
    const own = mkdtempSync(join(directory, 'own-'));
    const path = join(own, 'seal.key');
    openSeal(path);
    expect(readdirSync(own)).toEqual(['seal.key']);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(path).size).toBe(32);
    const key = readFileSync(path);
    openSeal(path);
    expect(readFileSync(path)).toEqual(key);
    expect(readFileSync(newKey(own))).not.toEqual(key);
  });

  const newKey = (own: string): string => {
    const path = join(own, 'other.key');
    openSeal(path);
    return path;
  };

  it('goes on after a crash in the middle of making the key', () => {
    const path = newPath();
    writeFileSync(`${path}.new`, 'half');
    const sealer = openSeal(path);
    expect(openSeal(path).open(sealer.seal('x'))).toBe('x');
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('closes a key file that others can read', () => {
    const path = newPath();
    openSeal(path);
    chmodSync(path, 0o644);
    openSeal(path);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('says that the key file is damaged, and never replaces it', () => {
    const path = newPath();
    openSeal(path);
    truncateSync(path, 31);
    expect(() => openSeal(path)).toThrow(
      `The key file ${path} is damaged (it has 31 bytes instead of 32). Restore it from a backup.`,
    );
    expect(statSync(path).size).toBe(31);
    truncateSync(path, 0);
    expect(() => openSeal(path)).toThrow('0 bytes');
  });

  it('says that the key file cannot be made', () => {
    const path = join(directory, 'none', 'seal.key');
    expect(() => openSeal(path)).toThrow(/^The key file .*none\/seal\.key cannot be read or made \(ENOENT/);
  });
});
