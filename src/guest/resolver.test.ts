import { type DecodedPacket, decode } from 'dns-packet';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Ipv4, parseIpv4 } from '../values/ip.ts';
import { silentLog } from '../values/log.ts';
import type { Directory } from './directory.ts';
import { type Asked, isAnswerTo, LONGEST_QUESTION, readQuestion, type Transport } from './message.ts';
import { question } from './message-for-test.ts';
import { createResolver } from './resolver.ts';

const ip = (text: string): Ipv4 => parseIpv4(text)!;

const many = Array.from({ length: 300 }, (_, index) => ip(`10.0.${index >> 8}.${index & 255}`));
const ADDRESSES: { readonly [name: string]: readonly Ipv4[] } = {
  web: [ip('10.0.0.1')],
  'a.b': [ip('10.0.0.2')],
  many,
  twenty: many.slice(0, 20),
};
const HOSTS = new Map([[ip('10.0.0.1'), 'web']]);

const directory: Directory = {
  addressesOf: async (networkId, name) => (networkId === 'vpc-a' ? (ADDRESSES[name] ?? []) : []),
  nameAt: async (networkId, address) => (networkId === 'vpc-a' ? HOSTS.get(address) : undefined),
};
const resolver = createResolver({ directory, log: silentLog });

type Answer = DecodedPacket & { readonly rcode: string };

async function ask(bytes: Buffer, transport: Transport = 'udp', asked = resolver, network = 'vpc-a'): Promise<Answer> {
  const answer = await asked.answer(network, bytes, transport);
  return decode(answer!) as Answer;
}

const dataOf = ({ answers }: DecodedPacket) => answers?.map((answer) => 'data' in answer && answer.data);
const lookUp = async (name: string, type = 'A') => {
  const answer = await ask(question(name, type));
  return answer.rcode === 'NOERROR' ? dataOf(answer) : answer.rcode;
};

describe('X5 resolver', () => {
  it('answers names of instances, alone and below the domain, in any case', async () => {
    for (const name of ['web', 'WEB', 'web.vpc.internal', 'Web.VPC.Internal'])
      expect([name, await lookUp(name)]).toEqual([name, ['10.0.0.1']]);
    for (const name of ['a.b', 'a.b.vpc.internal']) expect(await lookUp(name)).toEqual(['10.0.0.2']);
    expect(await lookUp('web', 'ANY')).toEqual(['10.0.0.1']);
    const answer = await ask(question('wEb'));
    expect(answer).toMatchObject({ id: 4711, flag_qr: true, flag_aa: true, flag_rd: true, flag_ra: true });
    expect(answer.questions).toEqual([{ name: 'wEb', type: 'A', class: 'IN' }]);
    expect(answer.answers).toMatchObject([{ name: 'wEb', ttl: 5 }]);
    expect((await ask(question('web', 'A', { flags: 0 }))).flag_rd).toBe(false);
  });

  it('knows no other names of its own, and no other kinds of records', async () => {
    for (const name of ['none', 'none.vpc.internal', 'a.none.vpc.internal'])
      expect([name, await lookUp(name)]).toEqual([name, 'NXDOMAIN']);
    expect((await ask(question('web'), 'udp', resolver, 'vpc-b')).rcode).toBe('NXDOMAIN');
    for (const type of ['AAAA', 'MX', 'TXT', 'UNKNOWN_65', 'SOA'])
      expect([type, await lookUp('web', type)]).toEqual([type, []]);
    expect(await lookUp('vpc.internal', 'NS')).toEqual([]);
  });

  it('names private addresses', async () => {
    expect(await lookUp('1.0.0.10.in-addr.arpa', 'PTR')).toEqual(['web.vpc.internal']);
    expect(await lookUp('1.0.0.10.IN-ADDR.ARPA', 'PTR')).toEqual(['web.vpc.internal']);
    expect(await lookUp('1.0.0.10.in-addr.arpa')).toEqual([]);
    for (const name of [
      '2.0.0.10',
      '1.1.16.172',
      '1.1.31.172',
      '1.1.168.192',
      '136.2.100.100',
      '256.0.0.10',
      'x.0.0.10',
      '1.2.0.0.10',
    ])
      expect([name, await lookUp(`${name}.in-addr.arpa`, 'PTR')]).toEqual([name, 'NXDOMAIN']);
    for (const name of ['10', '0.10']) expect(await lookUp(`${name}.in-addr.arpa`, 'PTR')).toEqual([]);
    for (const name of ['8.8.8.8', '1.1.15.172', '1.1.32.172', '1.1.1.101', '1.1.128.100', '1.110'])
      expect([name, await lookUp(`${name}.in-addr.arpa`, 'PTR')]).toEqual([name, 'REFUSED']);
  });

  it('refuses what is not its own when nobody else may be asked', async () => {
    for (const name of ['www.example.com', 'web.example.com', 'xvpc.internal', 'internal.', '.', 'vpc.internal.com']) {
      const expected = name === 'internal.' ? 'NXDOMAIN' : 'REFUSED';
      expect([name, await lookUp(name)]).toEqual([name, expected]);
    }
    expect(await lookUp('web', 'AXFR')).toBe('REFUSED');
    const chaos = question('version.bind', 'TXT');
    chaos.writeUInt16BE(3, chaos.length - 2);
    expect((await ask(chaos)).rcode).toBe('REFUSED');
  });

  it('asks somebody else for those, and only for those', async () => {
    const heard: string[] = [];
    const forward = async (networkId: string, asked: Asked) => {
      heard.push(`${networkId} ${asked.name}`);
      return asked.name === 'nobody.example.com' ? undefined : Buffer.from('answer');
    };
    const open = createResolver({ directory, log: silentLog, forward });
    expect(await open.answer('vpc-a', question('www.example.com'), 'udp')).toEqual(Buffer.from('answer'));
    expect((await ask(question('nobody.example.com'), 'udp', open)).rcode).toBe('REFUSED');
    for (const name of ['none', 'none.vpc.internal', 'web', '9.9.9.10.in-addr.arpa'])
      await ask(question(name), 'udp', open);
    expect(heard).toEqual(['vpc-a www.example.com', 'vpc-a nobody.example.com']);
  });

  it('says that it failed when it did', async () => {
    const fails = () => Promise.reject(new Error('no store'));
    const broken = createResolver({ directory: { addressesOf: fails, nameAt: fails }, log: silentLog });
    expect((await ask(question('web'), 'udp', broken)).rcode).toBe('SERVFAIL');
  });

  it('cuts answers to what the client takes, and marks them', async () => {
    const over = async (name: string, takes?: number, transport: Transport = 'udp') => {
      const bytes = question(name, 'A', takes === undefined ? {} : { takes });
      const answer = (await resolver.answer('vpc-a', bytes, transport))!;
      const { flag_tc, answers, additionals } = decode(answer);
      expect(additionals).toHaveLength(takes === undefined ? 0 : 1);
      return { length: answer.length, cut: flag_tc, count: answers!.length };
    };
    const plain = await over('many');
    expect(plain.cut).toBe(true);
    expect(plain.count).toBeGreaterThan(15);
    expect(plain.length).toBeLessThanOrEqual(512);
    // Less than everybody must take does not count, and more than fits in one packet neither.
    expect((await over('many', 100)).count).toBeGreaterThan(15);
    const wide = await over('many', 4096);
    expect(wide).toMatchObject({ cut: true });
    expect(wide.length).toBeLessThanOrEqual(1232);
    expect(wide.count).toBeGreaterThan(plain.count);
    expect(await over('twenty', 1232)).toMatchObject({ cut: false, count: 20 });
    expect(await over('many', undefined, 'tcp')).toMatchObject({ cut: false, count: 300 });
  });

  it('tells what it does not understand', async () => {
    const bytes = question('web');
    expect((await ask(question('web', 'A', { takes: 1232, version: 1 }))) as unknown).toMatchObject({
      rcode: 'NOERROR',
      additionals: [{ extendedRcode: 1 }],
    });
    const changed = (at: number, value: number) => {
      const copy = Buffer.from(bytes);
      copy.writeUInt16BE(value, at);
      return copy;
    };
    expect((await ask(changed(2, 0x2800))).rcode).toBe('NOTIMP');
    for (const wrong of [
      changed(4, 0),
      changed(4, 2),
      changed(6, 9),
      bytes.subarray(0, -1),
      bytes.subarray(0, 12),
      changed(12, 0xc00c),
    ]) {
      const answer = await resolver.answer('vpc-a', wrong, 'udp');
      expect(answer).toHaveLength(12);
      expect(decode(answer!)).toMatchObject({ id: 4711, rcode: 'FORMERR', flag_qr: true });
    }
    expect((await ask(Buffer.concat([bytes, Buffer.alloc(LONGEST_QUESTION)]))).rcode).toBe('FORMERR');
    // A label with a dot in it would be taken for two.
    const dotted = Buffer.from(bytes);
    dotted[14] = 46;
    expect((await ask(dotted)).rcode).toBe('FORMERR');
  });

  it('says nothing to answers and to less than a header', async () => {
    const answer = await resolver.answer('vpc-a', question('web'), 'udp');
    expect(await resolver.answer('vpc-a', answer!, 'udp')).toBeUndefined();
    expect(await resolver.answer('vpc-a', Buffer.alloc(11), 'udp')).toBeUndefined();
  });

  it('survives whatever comes: the answer repeats number and question, and is never longer than allowed', async () => {
    const damaged = fc
      .tuple(
        fc.constantFrom(
          question('web'),
          question('many', 'A', { takes: 900 }),
          question('1.0.0.10.in-addr.arpa', 'PTR'),
        ),
        fc.array(fc.tuple(fc.nat(60), fc.nat(255)), { maxLength: 6 }),
        fc.uint8Array({ maxLength: 40 }),
      )
      .map(([start, changes, tail]) => {
        const bytes = Buffer.concat([start, tail]);
        for (const [at, value] of changes) bytes[at % bytes.length] = value;
        return bytes;
      });
    const anything = fc.uint8Array({ maxLength: 600 }).map((bytes) => Buffer.from(bytes));
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(damaged, anything),
        fc.constantFrom<Transport>('udp', 'tcp'),
        async (bytes, transport) => {
          const before = Buffer.from(bytes);
          const answer = await resolver.answer('vpc-a', bytes, transport);
          expect(bytes).toEqual(before);
          if (answer === undefined) return;
          expect(answer.readUInt16BE(0)).toBe(bytes.readUInt16BE(0));
          expect(answer.readUInt16BE(2) & 0x8000).toBe(0x8000);
          expect(answer.length).toBeLessThanOrEqual(transport === 'udp' ? 1232 : 65_535);
          const { questions } = decode(answer);
          if (questions!.length > 0) {
            const asked = readQuestion(bytes, transport) as Asked;
            if ('bytes' in asked) expect(isAnswerTo(answer, asked, bytes.readUInt16BE(0))).toBe(true);
          }
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('repeats every kind of record that can be asked for', async () => {
    for (let kind = 0; kind < 65_536; kind += 1) {
      const bytes = question('none');
      bytes.writeUInt16BE(kind, bytes.length - 4);
      const asked = readQuestion(bytes, 'udp');
      if (asked === undefined || !('bytes' in asked)) throw new Error(`kind ${kind} is not understood`);
    }
  });
});
