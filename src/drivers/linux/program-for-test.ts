/** Programs for the tests of this folder. */
import type { Match, NetworkProgram, PolicyEntry, PolicyProgram, PortProgram } from '../../realize/program.ts';
import { parseCidr } from '../../values/cidr.ts';
import { type Ipv4, parseIpv4 } from '../../values/ip.ts';

export const ip = (text: string): Ipv4 => {
  const address = parseIpv4(text);
  if (address === undefined) throw new TypeError(text);
  return address;
};

export const block = (text: string) => {
  const cidr = parseCidr(text);
  if (cidr === undefined) throw new TypeError(text);
  return cidr;
};

export const entry = (verdict: 'accept' | 'drop', match: Match = {}): PolicyEntry => ({
  match,
  verdict,
  origin: { kind: 'default' },
});

export const policy = (
  id: string,
  ingress: readonly PolicyEntry[],
  egress: readonly PolicyEntry[] = [entry('accept')],
): PolicyProgram => ({ id, groupIds: id.split('+'), ingress, egress });

/** A port `number` of the subnet 10.0.0.0/24. */
export const port = (number: number, more: Partial<PortProgram> = {}): PortProgram => ({
  id: `eni-bp0000000000000${String(number).padStart(5, '0')}`,
  subnetId: 'vsw-a',
  mac: `00:16:3e:00:00:${number.toString(16).padStart(2, '0')}`,
  addresses: [ip(`10.0.0.${number}`)],
  guestId: `i-${number}`,
  deviceIndex: 0,
  queues: 2,
  policyId: 'sg-a',
  forwards: false,
  ...more,
});

export const program = (more: Partial<NetworkProgram> = {}): NetworkProgram => ({
  networkId: 'vpc-a',
  generation: 1,
  blocks: [block('10.0.0.0/16')],
  subnets: [
    { id: 'vsw-a', cidr: block('10.0.0.0/24'), gateway: ip('10.0.0.253') },
    { id: 'vsw-b', cidr: block('10.0.1.0/24'), gateway: ip('10.0.1.253') },
  ],
  ports: [port(1), port(2)],
  groups: [{ id: 'sg-a', members: [ip('10.0.0.1'), ip('10.0.0.2')] }],
  policies: [policy('sg-a', [entry('accept', { peer: { groupId: 'sg-a' } }), entry('drop')])],
  publicMappings: [],
  ...more,
});
