/** What a packet that is asked about may be. */
import { refuse } from '../../contract/errors.ts';
import { type Ipv4, parseIpv4 } from '../../values/ip.ts';
import type { Refusal } from '../../values/refusal.ts';

/** IP protocol numbers by the names that requests may use. */
const PROTOCOLS: ReadonlyMap<string, number> = new Map([
  ['icmp', 1],
  ['tcp', 6],
  ['udp', 17],
  ['gre', 47],
]);

/** ICMP of IPv6, and UDP-Lite: whatever rules say, the tracking of flows takes neither for the beginning of one. */
const NOT_CARRIED: ReadonlySet<number> = new Set([58, 136]);

/** What clients' own systems choose their ports from, on Linux as by IANA; both ends included. */
export const CLIENT_PORTS = { from: 49_152, to: 60_999 } as const;

/** Protocol and ports as a request names them. */
export interface FlowAsked {
  readonly IpProtocol?: string | undefined;
  readonly Port?: number | undefined;
  readonly SourcePort?: number | undefined;
}

export interface FlowKind {
  readonly protocol: number;
  /** 0 where the protocol has none. */
  readonly sourcePort: number;
  readonly destinationPort: number;
}

/** The protocol and its ports, or why they are refused. `clientPort`: the source port when none is given. */
export function acceptFlow({ IpProtocol, Port, SourcePort }: FlowAsked, clientPort: number): FlowKind | Refusal {
  const protocol = protocolOf(IpProtocol ?? (Port === undefined ? 'icmp' : 'tcp'));
  if (protocol === undefined) {
    return refuse('InvalidIpProtocol.ValueNotSupported', {
      parameter: 'IpProtocol',
      detail: `'${IpProtocol}' is neither tcp, udp, icmp, gre nor a number of 0 to 255.`,
    });
  }
  if (NOT_CARRIED.has(protocol)) {
    return refuse('InvalidIpProtocol.ValueNotSupported', {
      parameter: 'IpProtocol',
      detail: 'ICMP of IPv6 (58) and UDP-Lite (136) are not carried.',
    });
  }
  if (protocol === 6 || protocol === 17) {
    if (Port !== undefined) return { protocol, sourcePort: SourcePort ?? clientPort, destinationPort: Port };
    return refuse('MissingParameter', { parameter: 'Port', detail: `${nameOfProtocol(protocol)} needs one.` });
  }
  const given = Port === undefined ? SourcePort !== undefined && 'SourcePort' : 'Port';
  if (!given) return { protocol, sourcePort: 0, destinationPort: 0 };
  return refuse('InvalidIpProtocol.Malformed', { parameter: given, detail: 'Only tcp and udp have ports.' });
}

function protocolOf(text: string): number | undefined {
  const named = PROTOCOLS.get(text.toLowerCase());
  if (named !== undefined) return named;
  const number = /^(0|[1-9]\d{0,2})$/.test(text) ? Number(text) : 256;
  return number <= 255 ? number : undefined;
}

/** The name that requests may use, else the number. */
export function nameOfProtocol(protocol: number): string {
  for (const [name, number] of PROTOCOLS) if (number === protocol) return name;
  return String(protocol);
}

/** The address that the text spells, or the refusal. */
export function acceptAddress(text: string, parameter: string): Ipv4 | Refusal {
  const address = parseIpv4(text);
  return address ?? refuse('InvalidPrivateIpAddress.Malformed', { parameter, detail: `'${text}' is no IPv4 address.` });
}

/** Names of instances begin with a letter, so what begins with a digit is meant for an address. */
export function isMeantForAddress(text: string): boolean {
  return /^\d/.test(text);
}
