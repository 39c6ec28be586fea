import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { blockOf, formatCidr } from '../../values/cidr.ts';
import { formatIpv4, ipv4FromNumber } from '../../values/ip.ts';
import { isRefusal } from '../../values/refusal.ts';
import { acceptChange, acceptEntries, type Entry, mayBePrefixListName, mayHold } from './rules.ts';

const block = fc
  .tuple(fc.nat(0xffffffff), fc.nat(32))
  .map(([address, prefix]) => formatCidr(blockOf(ipv4FromNumber(address), prefix)));

const entry = (cidr: string): Entry => ({ cidr, description: '' });

describe('N9 entries of a prefix list', () => {
  it('are canonical blocks, each once', () => {
    fc.assert(
      fc.property(fc.uniqueArray(block, { maxLength: 30 }), (blocks) => {
        const given = blocks.map((Cidr) => ({ Cidr, Description: `of ${Cidr}` }));
        const entries = acceptEntries(given, 'Entry');
        expect(entries).toEqual(blocks.map((cidr) => ({ cidr, description: `of ${cidr}` })));
      }),
    );
  });

  it('may be addresses, which are blocks of their own', () => {
    fc.assert(
      fc.property(fc.nat(0xffffffff), (number) => {
        const address = formatIpv4(ipv4FromNumber(number));
        expect(acceptEntries([{ Cidr: address }], 'Entry')).toEqual([entry(`${address}/32`)]);
        expect(acceptEntries([{ Cidr: address }, { Cidr: `${address}/32` }], 'Entry')).toMatchObject({
          code: 'InvalidParameter.CidrDuplicated',
          parameter: 'Entry.2.Cidr',
        });
      }),
    );
  });

  it.each(['10.0.0.1/8', '10.0.0.0/33', '10.0.0.0/255.0.0.0', 'ten', '', '2001:db8::/32'])('are never %j', (Cidr) => {
    expect(acceptEntries([{ Cidr }], 'AddEntry')).toMatchObject({
      code: 'InvalidParameter.CidrMalformed',
      parameter: 'AddEntry.1.Cidr',
    });
  });

  it('change as a set does: what is removed was there, what is added is there afterwards, and no more than may be', () => {
    const few = fc.uniqueArray(
      fc.constantFrom<string>('10.0.0.0/8', '11.0.0.0/8', '12.0.0.0/8', '13.0.0.0/8', '14.0.0.0/8'),
    );
    fc.assert(
      fc.property(few, few, few, fc.integer({ min: 1, max: 5 }), (present, add, remove, most) => {
        const change = acceptChange(new Set(present), add.map(entry), remove.map(entry), most);
        const wanted = new Set([...present, ...add].filter((cidr) => !remove.includes(cidr)));
        const allowed =
          remove.every((cidr) => present.includes(cidr)) &&
          add.every((cidr) => !remove.includes(cidr)) &&
          wanted.size <= most;
        expect(isRefusal(change)).toBe(!allowed);
        if (isRefusal(change)) return;
        const after = new Set(present);
        for (const cidr of change.removed) after.delete(cidr);
        for (const { cidr } of change.added) {
          expect(after.has(cidr)).toBe(false);
          after.add(cidr);
        }
        for (const { cidr } of change.described) expect(present).toContain(cidr);
        expect(after).toEqual(wanted);
      }),
    );
  });

  it('fit up to the last place', () => {
    expect(mayHold(3, 3, 'Entry')).toBeUndefined();
    expect(mayHold(4, 3, 'Entry')).toMatchObject({ code: 'LimitExceed.MaxEntries', parameter: 'Entry' });
  });
});

describe('names of prefix lists', () => {
  it.each(['ab', 'Büro-1', '办公室', 'a.b:c_d-e'])('%s is allowed', (name) => {
    expect(mayBePrefixListName(name)).toBeUndefined();
  });

  it.each(['1a', '-a', 'a b', 'http://a', 'com.aliyun.x', 'Com.AlibabaCloud.x', 'a/b'])('%s is not', (name) => {
    expect(mayBePrefixListName(name)).toMatchObject({ code: 'InvalidParameter.PrefixListName' });
  });
});
