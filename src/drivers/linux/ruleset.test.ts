import { describe, expect, it } from 'vitest';
import { block, entry, ip, policy, port, program } from './program-for-test.ts';
import { formatRuleset, renderRuleset } from './ruleset.ts';

/** The rules of the only ingress and egress content chains of a program with one port. */
function rulesOf(ingress: Parameters<typeof policy>[1], egress?: Parameters<typeof policy>[2]) {
  const { chains } = renderRuleset(program({ ports: [port(1)], policies: [policy('sg-a', ingress, egress)] })).inet;
  const content = (prefix: string) => {
    const anchor = [...chains].find(([name]) => name.startsWith(prefix))?.[1][0] ?? '';
    return chains.get(anchor.replace('goto ', ''));
  };
  return { ingress: content('in_'), egress: content('eg_') };
}

describe('ruleset', () => {
  it('says a network in the words of nftables', () => {
    expect(formatRuleset(renderRuleset(program()))).toMatchInlineSnapshot(`
      "inet map private_of { type ipv4_addr : ipv4_addr }
      inet map public_of { type ipv4_addr : ipv4_addr }
      inet map class_of { type ipv4_addr : classid }
      inet set mapped { type ifname . ipv4_addr }
      inet set own { type ifname . ether_addr . ipv4_addr }
        "p0000000000001" . 00:16:3e:00:00:01 . 10.0.0.1
        "p0000000000002" . 00:16:3e:00:00:02 . 10.0.0.2
      inet set forwarders { type ifname . ether_addr }
      inet set gateways { type ipv4_addr }
        10.0.0.253
        10.0.1.253
      inet map egress_of { type ifname : verdict }
        "p0000000000001" : goto eg_b2f3647df344d546
        "p0000000000002" : goto eg_b2f3647df344d546
        "up0" : goto from_edge
      inet map ingress_of { type ifname : verdict }
        "p0000000000001" : goto in_b2f3647df344d546
        "p0000000000002" : goto in_b2f3647df344d546
        "up0" : goto to_edge
      inet set g_b2f3647df344d546 { type ipv4_addr }
        10.0.0.1
        10.0.0.2
      inet chain from_outside
        ip saddr 10.0.0.0/16 drop
        accept
      inet chain from_edge
        oifname "up0" reject with icmp type host-unreachable
        ct status dnat accept
      inet chain to_edge
        iifname . ip saddr @mapped accept
        reject with icmp type net-unreachable
      inet chain c_c125d0397b605657
        accept
      inet chain c_f3e96d4f2b1605cb
        ip saddr @g_b2f3647df344d546 accept
        drop
      inet chain eg_b2f3647df344d546
        goto c_c125d0397b605657
      inet chain in_b2f3647df344d546
        goto c_f3e96d4f2b1605cb
      inet chain spoof { type filter hook prerouting priority -450; policy drop }
        iifname "lo" accept
        iifname . ether saddr . ip saddr @own accept
        iifname "up0" ether saddr ee:ff:ff:ff:ff:fd goto from_outside
        meta nfproto ipv4 iifname . ether saddr @forwarders accept
        counter drop
      inet chain egress_gate { type filter hook forward priority -10; policy drop }
        ct state vmap { established : accept, related : accept, invalid : drop }
        iifname vmap @egress_of
      inet chain ingress_gate { type filter hook forward priority 0; policy drop }
        ct state vmap { established : accept, related : accept, invalid : drop }
        oifname vmap @ingress_of
      inet chain arrive { type nat hook prerouting priority -100; policy accept }
        iifname "up0" dnat ip to ip daddr map @private_of
      inet chain cap { type filter hook forward priority 10; policy accept }
        oifname "up0" meta priority set ip saddr map @class_of
        iifname "up0" meta priority set ip daddr map @class_of
      inet chain leave { type nat hook postrouting priority 100; policy accept }
        oifname "up0" snat ip to ip saddr map @public_of
      inet chain router_input { type filter hook input priority 0; policy drop }
        iifname "lo" accept
        iifname "up0" drop
        ip daddr @gateways icmp type echo-request accept
        ip daddr { 100.100.2.136, 100.100.2.138 } udp dport 53 limit rate 1000/second burst 1000 packets accept
        ip daddr { 100.100.2.136, 100.100.2.138 } tcp dport 53 accept
      arp set own { type ifname . ether_addr . ether_addr . ipv4_addr }
        "p0000000000001" . 00:16:3e:00:00:01 . 00:16:3e:00:00:01 . 10.0.0.1
        "p0000000000002" . 00:16:3e:00:00:02 . 00:16:3e:00:00:02 . 10.0.0.2
      arp chain sender { type filter hook input priority 0; policy drop }
        iifname . ether saddr . arp saddr ether . arp saddr ip @own accept
        counter drop"
    `);
  });

  it('names the peer and the local side by the direction of the gate', () => {
    const match = { peer: { cidr: block('192.168.0.0/16') }, local: block('10.0.0.1/32'), protocol: 'tcp' } as const;
    const { ingress, egress } = rulesOf([entry('accept', match)], [entry('drop', match)]);
    expect(ingress).toEqual(['ip saddr 192.168.0.0/16 ip daddr 10.0.0.1/32 meta l4proto tcp accept']);
    expect(egress).toEqual(['ip daddr 192.168.0.0/16 ip saddr 10.0.0.1/32 meta l4proto tcp drop']);
  });

  it('says protocols and ports, and keeps the order of entries', () => {
    const { ingress } = rulesOf([
      entry('drop', { protocol: 'tcp', ports: { from: 22, to: 22 } }),
      entry('accept', { protocol: 'udp', ports: { from: 1, to: 65535 }, sourcePorts: { from: 53, to: 53 } }),
      entry('accept', { protocol: 'icmp' }),
      entry('accept', { protocol: 'gre', peer: { cidr: block('0.0.0.0/0') } }),
      entry('accept', { peer: { groupId: 'sg-b' } }),
      entry('drop'),
    ]);
    expect(ingress).toEqual([
      'tcp dport 22 drop',
      'udp sport 53 udp dport 1-65535 accept',
      'meta l4proto icmp accept',
      'meta l4proto gre accept',
      expect.stringMatching(/^ip saddr @g_[0-9a-f]{16} accept$/),
      'drop',
    ]);
  });

  it('refuses ports without a protocol that has them', () => {
    expect(() => rulesOf([entry('accept', { ports: { from: 1, to: 2 } })])).toThrow(TypeError);
  });

  it('leaves out policies of no port and groups of no such policy', () => {
    const more = program({
      groups: [...program().groups, { id: 'sg-b', members: [ip('10.0.0.2')] }],
      policies: [...program().policies, policy('sg-b', [entry('accept', { peer: { groupId: 'sg-b' } })])],
    });
    expect(renderRuleset(more)).toEqual(renderRuleset(program()));
  });

  it('gives equal contents one chain and different ones different chains', () => {
    const both = (second: 'accept' | 'drop') =>
      renderRuleset(
        program({
          ports: [port(1), port(2, { policyId: 'sg-b' })],
          policies: [policy('sg-a', [entry('accept')]), policy('sg-b', [entry(second)])],
        }),
      ).inet.chains;
    const contents = (chains: ReadonlyMap<string, unknown>) =>
      [...chains.keys()].filter((name) => name.startsWith('c_'));
    expect(contents(both('accept'))).toHaveLength(1);
    expect(contents(both('drop'))).toHaveLength(2);
  });

  it('lets only forwarders emit foreign sources, and never with a foreign MAC', () => {
    const { sets, base } = renderRuleset(program({ ports: [port(1), port(2, { forwards: true })] })).inet;
    expect(sets.get('forwarders')).toMatchObject({ elements: new Set([`"p0000000000002" . 00:16:3e:00:00:02`]) });
    expect(base.get('spoof')?.rules).toContain('meta nfproto ipv4 iifname . ether saddr @forwarders accept');
  });

  describe('and public addresses', () => {
    const mapped = (more: object = {}) =>
      program({
        publicMappings: [
          {
            id: 'eip-1',
            portId: port(1).id,
            publicAddress: ip('198.18.0.1'),
            privateAddress: ip('10.0.0.1'),
            outbound: 5_000_000,
            inbound: 10_000_000,
            ...more,
          },
        ],
      });
    const elements = (name: string, of = mapped()) => {
      const set = renderRuleset(of).inet.sets.get(name);
      return set?.kind === 'addresses' ? [] : [...(set?.elements ?? [])];
    };

    it('translates each both ways, lets its port out and gives it a class', () => {
      expect(elements('private_of')).toEqual([['198.18.0.1', '10.0.0.1']]);
      expect(elements('public_of')).toEqual([['10.0.0.1', '198.18.0.1']]);
      expect(elements('class_of')).toEqual([['10.0.0.1', expect.stringMatching(/^1:[0-9a-f]+$/)]]);
      expect(elements('mapped')).toEqual(['"p0000000000001" . 10.0.0.1']);
    });

    it('lets nothing out or in when there is none', () => {
      for (const name of ['private_of', 'public_of', 'class_of', 'mapped'])
        expect(elements(name, program())).toEqual([]);
    });

    it('translates before it lets out, where both need several transactions', () => {
      const names = [...renderRuleset(mapped()).inet.sets.keys()];
      expect(names.indexOf('public_of')).toBeLessThan(names.indexOf('mapped'));
    });

    it('takes no private source from the edge', () => {
      const { chains } = renderRuleset(program({ blocks: [block('10.0.0.0/16'), block('172.16.0.0/12')] })).inet;
      expect(chains.get('from_outside')).toEqual([
        'ip saddr 10.0.0.0/16 drop',
        'ip saddr 172.16.0.0/12 drop',
        'accept',
      ]);
    });

    it('refuses an address of another port, and one that is mapped twice', () => {
      expect(() => renderRuleset(mapped({ privateAddress: ip('10.0.0.2') }))).toThrow(/has no 10\.0\.0\.2/);
      const twice = mapped();
      const [one] = twice.publicMappings;
      if (!one) throw new TypeError('no mapping');
      const other = { ...one, id: 'eip-2', publicAddress: ip('198.18.0.2') };
      expect(() => renderRuleset({ ...twice, publicMappings: [one, other] })).toThrow(/mapped twice/);
    });
  });
});
