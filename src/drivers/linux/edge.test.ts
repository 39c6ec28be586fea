import { describe, expect, it } from 'vitest';
import type { EdgeProgram } from '../../realize/program.ts';
import { edgeAddress } from '../../values/public-edge.ts';
import { renderEdge } from './edge.ts';
import { block, ip } from './program-for-test.ts';
import { formatRuleset } from './ruleset.ts';
import { edgeEndName, UPLINK_MADE, uplinkCommands, uplinkIsWhole } from './uplink.ts';

const edge = (...routes: readonly (readonly [address: string, networkId: string])[]): EdgeProgram => ({
  generation: 1,
  pool: [block('198.18.0.0/15')],
  outside: ip('192.0.2.10'),
  routes: routes.map(([address, networkId]) => ({ publicAddress: ip(address), networkId })),
});

const uplinks = new Map([
  ['vpc-a', 'nvpc-a'],
  ['vpc-b', 'nvpc-b'],
]);

describe('the edge', () => {
  it('routes public addresses to their networks and takes them as sources from nowhere else', () => {
    const { ruleset, links } = renderEdge(edge(['198.18.0.1', 'vpc-a'], ['198.18.0.2', 'vpc-b']), uplinks);
    expect([...links.routes]).toEqual([
      ['192.0.2.10', { via: 'out0', mac: '02:00:c0:00:02:0a' }],
      ['198.18.0.1', { via: 'nvpc-a', mac: 'ee:ff:ff:ff:ff:fe' }],
      ['198.18.0.2', { via: 'nvpc-b', mac: 'ee:ff:ff:ff:ff:fe' }],
    ]);
    expect([...links.blocks, ...links.gateways]).toEqual(['198.18.0.0/15', '192.0.2.11']);
    expect(links.cards.get('out0')).toMatchObject({
      guestId: 'internet',
      address: '192.0.2.10/31',
      gateway: '192.0.2.11',
    });
    expect(formatRuleset(ruleset)).toMatchInlineSnapshot(`
      "inet set own { type ifname . ether_addr . ipv4_addr }
        "out0" . 02:00:c0:00:02:0a . 192.0.2.10
        "nvpc-a" . ee:ff:ff:ff:ff:fe . 198.18.0.1
        "nvpc-b" . ee:ff:ff:ff:ff:fe . 198.18.0.2
      inet set networks { type ifname }
        "nvpc-a"
        "nvpc-b"
      inet set reachable { type ipv4_addr }
        192.0.2.10
        198.18.0.1
        198.18.0.2
      inet set gateways { type ipv4_addr }
        192.0.2.11
      inet chain spoof { type filter hook prerouting priority -450; policy drop }
        iifname "lo" accept
        iifname . ether saddr . ip saddr @own accept
        iifname @networks ip saddr 192.0.0.8 icmp type { destination-unreachable, time-exceeded, parameter-problem } accept
        counter drop
      inet chain forward { type filter hook forward priority 0; policy drop }
        ip daddr @reachable accept
      inet chain router_input { type filter hook input priority 0; policy drop }
        iifname "lo" accept
        ip daddr @gateways icmp type echo-request accept
      arp set own { type ifname . ether_addr . ether_addr . ipv4_addr }
        "out0" . 02:00:c0:00:02:0a . 02:00:c0:00:02:0a . 192.0.2.10
      arp chain sender { type filter hook input priority 0; policy drop }
        iifname . ether saddr . arp saddr ether . arp saddr ip @own accept
        counter drop"
    `);
  });

  it('leaves an address unreachable whose network has no link', () => {
    const { ruleset, links } = renderEdge(edge(['198.18.0.1', 'vpc-x']), uplinks);
    expect([...links.routes.keys()]).toEqual(['192.0.2.10']);
    expect(ruleset).toEqual(renderEdge(edge(), uplinks).ruleset);
  });

  it('refuses two routes for one address, the host’s own included', () => {
    expect(() => renderEdge(edge(['198.18.0.1', 'vpc-a'], ['198.18.0.1', 'vpc-b']), uplinks)).toThrow(/two routes/);
    expect(() => renderEdge(edge(['192.0.2.10', 'vpc-a']), uplinks)).toThrow(/two routes/);
  });

  it('has the other address of the host’s pair', () => {
    expect([ip('192.0.2.10'), ip('192.0.2.11'), ip('255.255.255.255')].map(edgeAddress)).toEqual([
      ip('192.0.2.11'),
      ip('192.0.2.10'),
      ip('255.255.255.254'),
    ]);
  });
});

describe('the link of a network to the edge', () => {
  it('is called by the end of the network’s id, by a hash when that is taken, and always the same', () => {
    const id = 'vpc-bp1234567890abcdefghij';
    expect(edgeEndName(id, new Map())).toBe('n890abcdefghij');
    const taken = new Map([[`n${id.slice(-13)}`, 'vpc-bp9994567890abcdefghij']]);
    const other = edgeEndName(id, taken);
    expect(other).toMatch(/^m[0-9a-f]{13}$/);
    expect(edgeEndName(id, new Map([...taken, [other, id]]))).toBe(other);
    expect(edgeEndName(id, new Map([[other, id]]))).toBe(other);
    expect(edgeEndName(id, new Map([[`n${id.slice(-13)}`, id]]))).toBe(`n${id.slice(-13)}`);
    expect(() => edgeEndName(id, new Map([...taken, [other, 'vpc-else']]))).toThrow(/no name/);
  });

  it('is whole with alias, default route and neighbour', () => {
    expect(uplinkCommands('nvpc-a')).toHaveLength(5);
    const route = { dst: 'default', gateway: '192.0.0.1', dev: 'up0' };
    const neighbour = { dst: '192.0.0.1', dev: 'up0', lladdr: 'ee:ff:ff:ff:ff:fd' };
    expect(uplinkIsWhole(UPLINK_MADE, [route], [neighbour])).toBe(true);
    expect(uplinkIsWhole(undefined, [route], [neighbour])).toBe(false);
    expect(uplinkIsWhole(UPLINK_MADE, [{ ...route, dev: 'p1' }], [neighbour])).toBe(false);
    expect(uplinkIsWhole(UPLINK_MADE, [route], [{ ...neighbour, lladdr: 'ee:ff:ff:ff:ff:ff' }])).toBe(false);
  });
});
