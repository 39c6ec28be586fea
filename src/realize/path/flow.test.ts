import { describe, expect, it } from 'vitest';
import { parseCidr } from '../../values/cidr.ts';
import { parseIpv4 } from '../../values/ip.ts';
import type { Match, NetworkProgram, PolicyEntry } from '../program.ts';
import { flowAllowed } from './flow.ts';

const ip = (text: string) => parseIpv4(text)!;
const accept = (match: Match = {}): PolicyEntry => ({ match, verdict: 'accept', origin: { kind: 'default' } });
const drop = (match: Match = {}): PolicyEntry => ({ match, verdict: 'drop', origin: { kind: 'default' } });
const from = (text: string): Match => ({ peer: { cidr: parseCidr(text)! } });

const OUTSIDE = '192.0.2.10';
/** Public addresses: a and b are mapped to ports of this network, the other one to none. */
const [PUBLIC_A, PUBLIC_B, PUBLIC_OTHER] = ['198.18.0.1', '198.18.0.2', '198.18.0.99'];
/** a and b have public addresses, c has none; nobody has the last one. */
const [A, B, C, NOBODY] = ['10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.77'];

/** What the gates of all ports ask; everything is let through where nothing is given. */
function program(gates: { ingress?: PolicyEntry[]; egress?: PolicyEntry[] } = {}): NetworkProgram {
  const port = (address: string) => ({
    id: `eni-${address}`,
    subnetId: 'vsw-1',
    mac: '00:16:3e:00:00:01',
    addresses: [ip(address)],
    guestId: `i-${address}`,
    deviceIndex: 0,
    queues: 1,
    policyId: 'sg-1',
    forwards: false,
  });
  const mapping = (id: string, publicAddress: string, privateAddress: string) => ({
    id,
    portId: `eni-${privateAddress}`,
    publicAddress: ip(publicAddress),
    privateAddress: ip(privateAddress),
    outbound: 5_000_000,
    inbound: 10_000_000,
  });
  return {
    networkId: 'vpc-1',
    generation: 1,
    blocks: [parseCidr('10.0.0.0/16')!],
    subnets: [{ id: 'vsw-1', cidr: parseCidr('10.0.0.0/24')!, gateway: ip('10.0.0.253') }],
    ports: [A, B, C].map(port),
    groups: [],
    policies: [
      {
        id: 'sg-1',
        groupIds: ['sg-1'],
        ingress: [...(gates.ingress ?? []), accept()],
        egress: [...(gates.egress ?? []), accept()],
      },
    ],
    publicMappings: [mapping('eip-1', PUBLIC_A, A), mapping('eip-2', PUBLIC_B, B)],
  };
}

const asks = (gates: Parameters<typeof program>[0], source: string, destination: string, publicSource?: string) =>
  flowAllowed(program(gates), {
    protocol: 6,
    source: ip(source),
    destination: ip(destination),
    sourcePort: 40_000,
    destinationPort: 80,
    ...(publicSource === undefined ? {} : { publicSource: ip(publicSource) }),
  });

const SHUT = [drop()];

describe('X3 flows over the public edge', () => {
  it('out: the egress gate sees the private source and what is outside; the ingress gates are not asked', () => {
    expect(asks({ ingress: SHUT }, A, OUTSIDE)).toBe(true);
    expect(asks({ egress: SHUT }, A, OUTSIDE)).toBe(false);
    expect(asks({ egress: [drop(from(`${OUTSIDE}/32`))] }, A, OUTSIDE)).toBe(false);
    expect(asks({ egress: [drop({ local: parseCidr(`${A}/32`)! })] }, A, OUTSIDE)).toBe(false);
    expect(asks({ egress: [drop(from(`${PUBLIC_A}/32`))] }, A, OUTSIDE)).toBe(true);
  });

  it('out: there is no way without a public address', () => {
    expect(asks({}, C, OUTSIDE)).toBe(false);
    expect(asks({}, C, PUBLIC_A)).toBe(false);
  });

  it('out: a flow that left under an address which is no longer the port’s own is over', () => {
    expect(asks({}, A, OUTSIDE, PUBLIC_A)).toBe(true);
    expect(asks({}, A, OUTSIDE, PUBLIC_OTHER)).toBe(false);
  });

  it('in: the ingress gate sees what is outside and its private address; the egress gates are not asked', () => {
    expect(asks({ egress: SHUT }, OUTSIDE, PUBLIC_A)).toBe(true);
    expect(asks({ ingress: SHUT }, OUTSIDE, PUBLIC_A)).toBe(false);
    expect(asks({ ingress: [drop(from(`${OUTSIDE}/32`))] }, OUTSIDE, PUBLIC_A)).toBe(false);
    expect(asks({ ingress: [drop({ local: parseCidr(`${A}/32`)! })] }, OUTSIDE, PUBLIC_A)).toBe(false);
    expect(asks({ ingress: [drop({ local: parseCidr(`${PUBLIC_A}/32`)! })] }, OUTSIDE, PUBLIC_A)).toBe(true);
  });

  it('in: an address that is mapped to nothing is refused, and so is a private one', () => {
    expect(asks({}, OUTSIDE, PUBLIC_OTHER)).toBe(false);
    expect(asks({}, OUTSIDE, A)).toBe(false);
  });

  it('hairpin: leaving the sender’s gate sees the public receiver, entering the receiver’s the public sender', () => {
    expect(asks({}, A, PUBLIC_B)).toBe(true);
    expect(asks({ egress: [drop(from(`${PUBLIC_B}/32`))] }, A, PUBLIC_B)).toBe(false);
    expect(asks({ egress: [drop(from(`${B}/32`))] }, A, PUBLIC_B)).toBe(true);
    expect(asks({}, PUBLIC_A, PUBLIC_B)).toBe(true);
    expect(asks({ ingress: [drop(from(`${PUBLIC_A}/32`))] }, PUBLIC_A, PUBLIC_B)).toBe(false);
    expect(asks({ ingress: [drop(from(`${A}/32`))] }, PUBLIC_A, PUBLIC_B)).toBe(true);
    expect(asks({}, A, PUBLIC_A)).toBe(true);
  });

  it('addresses of the network that lie at no port are refused on either side', () => {
    expect(asks({}, A, NOBODY)).toBe(false);
    expect(asks({}, NOBODY, A)).toBe(false);
    expect(asks({}, NOBODY, PUBLIC_A)).toBe(false);
    expect(asks({}, NOBODY, OUTSIDE)).toBe(false);
  });

  it('flows that only pass are refused', () => {
    expect(asks({}, OUTSIDE, PUBLIC_OTHER)).toBe(false);
    expect(asks({}, PUBLIC_OTHER, OUTSIDE)).toBe(false);
  });
});
