import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { claimFile } from '../store/claim.ts';
import {
  type DaemonRecord,
  identify,
  isAlive,
  isDataDirectory,
  prepareDirectory,
  readCredentials,
  readDaemon,
  removeDirectory,
  writeCredentials,
  writeDaemon,
} from './directory.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'yunlan-directory-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const mode = (path: string): number => statSync(path).mode & 0o777;

describe('the data directory', () => {
  it('is made for its owner alone and marked as ours', async () => {
    const data = join(folder, 'a', 'b');
    expect(isDataDirectory(data)).toBe(false);
    await prepareDirectory(data);
    expect(mode(data)).toBe(0o700);
    expect(readdirSync(data)).toEqual(['claim']);
    expect(isDataDirectory(data)).toBe(true);
    await prepareDirectory(data);
  });

  it('is never one with files that are not ours', async () => {
    writeFileSync(join(folder, 'thesis.txt'), 'x');
    await expect(prepareDirectory(folder)).rejects.toThrow("holds files that are not Yunlan's");
    expect(readdirSync(folder)).toEqual(['thesis.txt']);
    await expect(prepareDirectory(join(folder, 'thesis.txt'))).rejects.toThrow('there is a file of that name');
    await expect(prepareDirectory(join(folder, 'thesis.txt', 'x'))).rejects.toThrow('a file, not a directory');
  });

  it('keeps the key where only its owner reads it', async () => {
    const key = { accessKeyId: 'LTAI', accessKeySecret: 's', region: 'cn-hangzhou' };
    expect(readCredentials(folder)).toBeUndefined();
    await writeCredentials(folder, key);
    expect(readCredentials(folder)).toEqual(key);
    expect(mode(join(folder, 'credentials.json'))).toBe(0o600);
    writeFileSync(join(folder, 'credentials.json'), '{"accessKeyId":');
    expect(readCredentials(folder)).toBeUndefined();
  });

  it('names its daemon for good: a later process of the same number is another', async () => {
    const record: DaemonRecord = { ...identify(process.pid)!, driver: 'simulated' };
    await writeDaemon(folder, record);
    expect(readDaemon(folder)).toEqual(record);
    expect(isAlive(record)).toBe(true);
    expect(isAlive({ ...record, startTicks: '1' })).toBe(false);
    expect(isAlive({ ...record, bootId: 'another boot' })).toBe(false);
    expect(identify(2 ** 30)).toBeUndefined();
  });

  it('is removed whole, also what instances closed', async () => {
    const closed = join(folder, 'disk', 'closed');
    mkdirSync(closed, { recursive: true });
    writeFileSync(join(closed, 'file'), '');
    chmodSync(closed, 0o000);
    await removeDirectory(folder);
    expect(() => statSync(folder)).toThrow('ENOENT');
  });

  it('is claimed by one at a time', () => {
    const path = join(folder, 'claim');
    const first = claimFile(path);
    expect(first).toBeDefined();
    expect(claimFile(path)).toBeUndefined();
    first?.release();
    const second = claimFile(path);
    expect(second).toBeDefined();
    second?.release();
    expect(readdirSync(folder)).toEqual(['claim']);
  });
});
