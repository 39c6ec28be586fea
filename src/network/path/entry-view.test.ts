import { describe, expect, it } from 'vitest';
import { parseCidr } from '../../values/cidr.ts';
import { shownEntry, wordsOf } from './entry-view.ts';
import type { Names } from './names.ts';
import type { Direction, Entry } from './port.ts';

const names: Names = {
  isOpen: () => true,
  instanceOf: () => undefined,
  groupName: (id) => (id === 'sg-1' ? 'web' : ''),
  rule: (id) =>
    id === 'sgr-list' ? ({ peer_kind: 'prefixList', peer: 'pl-1', description: 'offices' } as never) : undefined,
};
const entry = (match: Entry['match'], more: Partial<Entry> = {}): Entry => ({
  match,
  verdict: 'accept',
  origin: { kind: 'rule', groupId: 'sg-1', ruleId: 'sgr-1', priority: 3 },
  ...more,
});
const words = (one: Entry, direction: Direction = 'ingress') => wordsOf(one, direction, names);
const block = (text: string) => parseCidr(text)!;

describe('X1 the words of a rule', () => {
  it('say what it asks, seen from its gate', () => {
    expect(words(entry({}))).toBe('accept all from anywhere');
    expect(words(entry({}), 'egress')).toBe('accept all to anywhere');
    expect(words(entry({ protocol: 'tcp', ports: { from: 80, to: 80 }, peer: { groupId: 'sg-1' } }))).toBe(
      'accept tcp port 80 from group web (sg-1)',
    );
    const whole = {
      protocol: 'udp',
      ports: { from: 1, to: 9 },
      sourcePorts: { from: 53, to: 53 },
      peer: { cidr: block('10.0.0.0/8') },
      local: block('10.1.0.0/16'),
    };
    expect(words(entry(whole, { verdict: 'drop' }), 'egress')).toBe(
      'drop udp ports 1-9 to 10.0.0.0/8 from source port 53 on 10.1.0.0/16',
    );
    expect(words(entry({ peer: { groupId: 'sg-2' } }))).toBe('accept all from group sg-2');
  });

  it('say where nobody wrote a rule', () => {
    expect(words(entry({}, { origin: { kind: 'inner-access', groupId: 'sg-1' } }))).toBe(
      'members of group web (sg-1) reach each other',
    );
    expect(words(entry({}, { verdict: 'drop', origin: { kind: 'default' } }))).toBe(
      'inbound traffic that no rule matches is refused',
    );
    expect(words(entry({}, { origin: { kind: 'default' } }), 'egress')).toBe(
      'outbound traffic that no rule matches is accepted',
    );
  });

  it('a prefix list stays named where its block stands', () => {
    const origin = { kind: 'rule', groupId: 'sg-1', ruleId: 'sgr-list', priority: 1 } as const;
    expect(shownEntry(entry({ peer: { cidr: block('10.0.0.0/8') } }, { origin }), 'ingress', 2, names)).toMatchObject({
      Position: 2,
      PeerCidrIp: '10.0.0.0/8',
      PeerPrefixListId: 'pl-1',
      Description: 'offices',
    });
  });
});
