/** The public edge of a deployment: where networks of all regions and accounts meet the outside. */
import { blockOf, type Cidr, cidrsOverlap, formatCidr, lastOfCidr, parseCidr } from './cidr.ts';
import { addToIpv4, type Ipv4, ipv4FromNumber, parseIpv4 } from './ip.ts';

/** Name of the public edge among the networks: it has a generation like any of them, and belongs to no region. */
export const EDGE = 'edge';

/** Name of the host beyond the edge that stands for the internet, where names and ids of instances are asked for. */
export const OUTSIDE = 'internet';

/** What an administrator may choose about the edge. */
export interface PublicEdge {
  /** Blocks that public addresses come from; they must not overlap private ranges or each other. */
  readonly pool: readonly Cidr[];
  /** The host beyond the edge that stands for the internet; not in the pool. */
  readonly outside: Ipv4;
}

/** A block for benchmarks (RFC 2544) and a documentation address (RFC 5737): neither is anybody's on the internet. */
export const DEFAULT_PUBLIC_EDGE: PublicEdge = {
  pool: [parseCidr('198.18.0.0/15') as Cidr],
  outside: parseIpv4('192.0.2.10') as Ipv4,
};

/** The edge's own address: the other one of the two in the block of the host outside. It is that host's gateway. */
export function edgeAddress(outside: Ipv4): Ipv4 {
  return ipv4FromNumber((outside ^ 1) >>> 0);
}

/**
 * 192.0.0.8: source of the ICMP errors that the router of a network sends to the edge; for routers without an address of
 * their own (RFC 7600). Errors about flows of a public address bear that address instead, by translation.
 */
export const NETWORK_ROUTER = parseIpv4('192.0.0.8') as Ipv4;

/** Blocks that no public address lies in: private, shared, special or of our own links (RFC 6890). */
const NOT_PUBLIC = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.168.0.0/16',
  '224.0.0.0/3',
].map((text) => parseCidr(text) as Cidr);

const LARGEST_POOL = 8;
const SMALLEST_POOL = 28;

/** The pool that `text` spells, or why it cannot be one, as the end of a sentence. */
export function acceptPool(text: string): Cidr | string {
  const block = parseCidr(text);
  if (block === undefined) return 'it is no IPv4 block such as 198.18.0.0/15';
  if (block.prefix < LARGEST_POOL || block.prefix > SMALLEST_POOL) {
    return `its prefix length is not ${LARGEST_POOL} to ${SMALLEST_POOL}`;
  }
  // The host outside and its gateway share a block of two.
  const outside = blockOf(DEFAULT_PUBLIC_EDGE.outside, 31);
  const other = [...NOT_PUBLIC, outside].find((each) => cidrsOverlap(each, block));
  return other === undefined ? block : `it overlaps ${formatCidr(other)}, which is not public`;
}

/** A run of addresses, both ends in it. */
export interface AddressRange {
  readonly first: Ipv4;
  readonly last: Ipv4;
}

/** The addresses of the pool that may be given out: the first and the last of each block never are. */
export function givableAddresses(pool: readonly Cidr[]): readonly AddressRange[] {
  return pool
    .filter((block) => block.prefix <= 30)
    .map((block) => ({ first: addToIpv4(block.base, 1), last: addToIpv4(lastOfCidr(block), -1) }));
}
