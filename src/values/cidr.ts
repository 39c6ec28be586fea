/** IPv4 blocks in CIDR form. */
import { addToIpv4, formatIpv4, type Ipv4, ipv4FromNumber, parseIpv4 } from './ip.ts';

/** A block: `base` has no bits set beyond `prefix` (0–32). */
export interface Cidr {
  readonly base: Ipv4;
  readonly prefix: number;
}

const PREFIX = /^(0|[1-9]\d?)$/;

function mask(prefix: number): number {
  return prefix === 0 ? 0 : (0xffffffff << (32 - prefix)) >>> 0;
}

/** The block that `address`/`prefix` lies in. Throws RangeError when prefix is not an integer of 0–32. */
export function blockOf(address: Ipv4, prefix: number): Cidr {
  if (!Number.isInteger(prefix) || prefix < 0 || prefix > 32) throw new RangeError(`not a prefix length: ${prefix}`);
  return { base: ipv4FromNumber((address & mask(prefix)) >>> 0), prefix };
}

/** Parses `a.b.c.d/n`, also with host bits set; the result is the block around it. Undefined when malformed. */
export function parseLooseCidr(text: string): Cidr | undefined {
  const slash = text.indexOf('/');
  if (slash < 0) return undefined;
  const address = parseIpv4(text.slice(0, slash));
  const prefix = text.slice(slash + 1);
  if (address === undefined || !PREFIX.test(prefix) || Number(prefix) > 32) return undefined;
  return blockOf(address, Number(prefix));
}

/** Parses `a.b.c.d/n` and requires the host bits to be zero. Undefined when malformed. */
export function parseCidr(text: string): Cidr | undefined {
  const block = parseLooseCidr(text);
  return block && formatCidr(block) === text ? block : undefined;
}

/**
 * Parses `a.b.c.d/n` or `a.b.c.d/m.m.m.m` (dotted mask) and requires the host bits to be zero. Undefined when malformed,
 * also when the mask has holes.
 */
export function parseMaskedCidr(text: string): Cidr | undefined {
  const slash = text.indexOf('/');
  const dotted = parseIpv4(text.slice(slash + 1));
  if (slash < 0 || dotted === undefined) return parseCidr(text);
  const prefix = Math.clz32(~dotted >>> 0);
  const base = parseIpv4(text.slice(0, slash));
  if (base === undefined || mask(prefix) !== dotted) return undefined;
  const block = blockOf(base, prefix);
  return block.base === base ? block : undefined;
}

/** Parses a block or a single address (then /32). Undefined when malformed. */
export function parseCidrOrAddress(text: string): Cidr | undefined {
  if (text.includes('/')) return parseLooseCidr(text);
  const address = parseIpv4(text);
  return address === undefined ? undefined : { base: address, prefix: 32 };
}

export function formatCidr(block: Cidr): string {
  return `${formatIpv4(block.base)}/${block.prefix}`;
}

/** Number of addresses in the block. */
export function sizeOfCidr(block: Cidr): number {
  return 2 ** (32 - block.prefix);
}

export function lastOfCidr(block: Cidr): Ipv4 {
  return addToIpv4(block.base, sizeOfCidr(block) - 1);
}

export function cidrContainsAddress(block: Cidr, address: Ipv4): boolean {
  return (address & mask(block.prefix)) >>> 0 === block.base;
}

export function cidrContainsCidr(outer: Cidr, inner: Cidr): boolean {
  return inner.prefix >= outer.prefix && cidrContainsAddress(outer, inner.base);
}

export function cidrsOverlap(a: Cidr, b: Cidr): boolean {
  return cidrContainsCidr(a, b) || cidrContainsCidr(b, a);
}

/** Dotted mask of the block, e.g. 255.255.255.0. */
export function netmaskOfCidr(block: Cidr): string {
  return formatIpv4(ipv4FromNumber(mask(block.prefix)));
}
