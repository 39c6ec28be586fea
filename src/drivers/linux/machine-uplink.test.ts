import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { silentLog } from '../../values/log.ts';
import { MACHINE_LINK, parseRecord, undoMachineUplink } from './machine-uplink.ts';

const RECORD = {
  token: '00c0ffee',
  bootId: 'of another boot',
  namespace: 'net:[1]',
  settings: { 'conf/all/accept_redirects': '0', 'conf/eth0.5/forwarding': '1' },
};

describe('the record of an uplink', () => {
  it('is read as it was written', () => {
    expect(parseRecord(JSON.stringify(RECORD))).toEqual(RECORD);
    const { settings: _, ...short } = RECORD;
    expect(parseRecord(JSON.stringify(short))).toEqual(short);
  });

  it.each([
    ['no JSON', '{"token":'],
    ['no object', 'null'],
    ['another token', JSON.stringify({ ...RECORD, token: '0; rm' })],
    ['no boot', JSON.stringify({ ...RECORD, bootId: undefined })],
    ['a path that leads elsewhere', JSON.stringify({ ...RECORD, settings: { '../../kernel/x': '1' } })],
    ['a path that climbs', JSON.stringify({ ...RECORD, settings: { 'conf/../forwarding': '1' } })],
    ['a value that is none', JSON.stringify({ ...RECORD, settings: { 'conf/all/forwarding': '1\n' } })],
  ])('with %s is none', (_name, text) => {
    expect(parseRecord(text)).toBeUndefined();
  });

  it('of another boot or namespace is dropped, and nothing else happens', async () => {
    const data = mkdtempSync(join(tmpdir(), 'yunlan-record-'));
    const said: string[] = [];
    const log = { ...silentLog, info: (_facts: object, message: string) => said.push(message) };
    try {
      writeFileSync(join(data, 'uplink.json'), JSON.stringify(RECORD));
      await undoMachineUplink(data, log);
      expect(existsSync(join(data, 'uplink.json'))).toBe(false);
      await undoMachineUplink(data, log);
      expect(said).toEqual([]);
    } finally {
      rmSync(data, { recursive: true, force: true });
    }
  });

  it('belongs to a link whose name the kernel takes', () => {
    expect(MACHINE_LINK.length).toBeLessThanOrEqual(15);
  });
});
