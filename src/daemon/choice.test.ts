import { describe, expect, it } from 'vitest';
import { chooseDriver, type LinuxFacts } from './choice.ts';

const good: LinuxFacts = { namespaces: { ok: true }, missing: [] };
const forbidden: LinuxFacts = { namespaces: { ok: false, reason: 'forbidden', remedy: 'allow them' }, missing: [] };
const lacking: LinuxFacts = {
  namespaces: { ok: true },
  missing: [
    { program: 'ip', package: 'iproute2' },
    { program: 'tc', package: 'iproute2' },
  ],
};

describe('the choice of a driver', () => {
  it('is real packets where they work', () => {
    expect(chooseDriver('auto', good)).toEqual({ driver: 'linux' });
    expect(chooseDriver('linux', good)).toEqual({ driver: 'linux' });
  });

  it('is simulated when asked for, whatever works', () => {
    expect(chooseDriver('simulated', undefined)).toEqual({ driver: 'simulated' });
    expect(chooseDriver('simulated', good)).toEqual({ driver: 'simulated' });
  });

  it('falls back, saying why and what to do', () => {
    expect(chooseDriver('auto', forbidden)).toEqual({ driver: 'simulated', why: 'forbidden', remedy: 'allow them' });
    expect(chooseDriver('auto', lacking)).toEqual({
      driver: 'simulated',
      why: 'missing programs: ip, tc',
      remedy: 'as root: apt-get install iproute2',
    });
  });

  it('refuses when real packets were demanded', () => {
    expect(chooseDriver('linux', forbidden)).toEqual({
      refused: 'driver linux cannot work here: forbidden; allow them',
    });
  });
});
