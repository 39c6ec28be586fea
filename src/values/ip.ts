/**
 * IPv4 addresses as unsigned 32-bit numbers. Parsing is strict: exactly four decimal parts without leading zeros, so
 * that `010.0.0.1` (octal for some programs, decimal for others) is never accepted.
 */

declare const ipv4: unique symbol;
/** An IPv4 address, 0 to 2^32 − 1, in host order. */
export type Ipv4 = number & { readonly [ipv4]: true };

const PART = /^(0|[1-9]\d{0,2})$/;

/** The address that `text` spells, or undefined when it is not four decimal parts of 0–255 without leading zeros. */
export function parseIpv4(text: string): Ipv4 | undefined {
  const parts = text.split('.');
  if (parts.length !== 4) return undefined;
  let value = 0;
  for (const part of parts) {
    if (!PART.test(part)) return undefined;
    const byte = Number(part);
    if (byte > 255) return undefined;
    value = value * 256 + byte;
  }
  return value as Ipv4;
}

/** Dotted decimal form. */
export function formatIpv4(address: Ipv4): string {
  return `${address >>> 24}.${(address >>> 16) & 255}.${(address >>> 8) & 255}.${address & 255}`;
}

/** `value` as an address. Throws RangeError outside 0 … 2^32 − 1. */
export function ipv4FromNumber(value: number): Ipv4 {
  if (!Number.isInteger(value) || value < 0 || value > 0xffffffff)
    throw new RangeError(`not an IPv4 address: ${value}`);
  return value as Ipv4;
}

/** The address `count` further on; may be negative. Throws RangeError when it leaves the address space. */
export function addToIpv4(address: Ipv4, count: number): Ipv4 {
  return ipv4FromNumber(address + count);
}

/** Hexadecimal form of fixed width (8 digits): sorts like the address in every database. */
export function sortableIpv4(address: Ipv4): string {
  return address.toString(16).padStart(8, '0');
}

/** The inverse of {@link sortableIpv4}. */
export function fromSortableIpv4(text: string): Ipv4 {
  return ipv4FromNumber(Number.parseInt(text, 16));
}
