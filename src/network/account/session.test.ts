import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { openSeal } from '../../store/seal.ts';
import { systemRandom } from '../../values/random.ts';
import { issueSession, openSession, roleId, roleOf } from './session.ts';

const folder = mkdtempSync(join(tmpdir(), 'yunlan-session-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const seal = openSeal(join(folder, 'seal.key'));
const FACTS = { accountId: '1234567890123456', role: 'admin', name: 'x', issuedTo: 'LTAI1', expiresAt: 1_000 };

describe('temporary credentials', () => {
  it('come back whole from their token, and only from it', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.nat(), (role, name, expiresAt) => {
        const { session, token } = issueSession({ ...FACTS, role, name, expiresAt }, seal, systemRandom);
        expect(openSession(token, seal)).toEqual(session);
      }),
    );
    const { session, token } = issueSession(FACTS, seal, systemRandom);
    expect(session).toMatchObject(FACTS);
    expect(session.accessKeyId).toMatch(/^STS\.[A-Za-z0-9]{24}$/);
    expect(session.secret).toMatch(/^[A-Za-z0-9]{44}$/);
    expect(token).not.toContain(session.secret);
    expect(issueSession(FACTS, seal, systemRandom).session.accessKeyId).not.toBe(session.accessKeyId);
  });

  it('do not come back from what was not issued here', () => {
    const { token } = issueSession(FACTS, seal, systemRandom);
    const other = issueSession(FACTS, openSeal(join(folder, 'other.key')), systemRandom).token;
    // What the store keeps of lasting keys is sealed alike, and is no token.
    const sealedSecret = seal.seal('a'.repeat(30));
    for (const text of [
      '',
      'x',
      other,
      `${token}A`,
      token.slice(0, -4),
      token.toUpperCase(),
      sealedSecret,
      seal.seal('[]'),
    ]) {
      expect(openSession(text, seal)).toBeUndefined();
    }
    const changed = [...token];
    for (let at = 3; at < token.length; at += 7) {
      const before = changed[at]!;
      changed[at] = before === 'A' ? 'B' : 'A';
      expect(openSession(changed.join(''), seal)).toBeUndefined();
      changed[at] = before;
    }
    expect(openSession('s1.'.padEnd(1_000_000, 'A'), seal)).toBeUndefined();
  });
});

describe('roles', () => {
  it('are named by account and name, and have a number of 18 digits', () => {
    expect(roleOf('acs:ram::1234567890123456:role/a.b-c')).toEqual({ accountId: '1234567890123456', role: 'a.b-c' });
    expect(roleId('1', 'a')).toMatch(/^3\d{17}$/);
    expect(roleId('1', 'a')).toBe(roleId('1', 'a'));
    expect(new Set([roleId('1', 'a'), roleId('1', 'b'), roleId('2', 'a')]).size).toBe(3);
  });
});
