/** Names and addresses that certificates speak of: their bytes, and the ranges that an authority is confined to. */
import { isIP } from 'node:net';

/** A range of addresses: the first one and the mask, as certificates hold it (4 or 16 bytes each). */
export interface AddressRange {
  readonly address: Uint8Array;
  readonly mask: Uint8Array;
}

/** What an authority may vouch for. */
export interface Confines {
  /** Each with all names below it. */
  readonly dns: readonly string[];
  readonly ranges: readonly string[];
}

/** This machine itself, and the ranges that never belong to somebody else's server on the internet. */
const PRIVATE_RANGES = [
  '127.0.0.0/8',
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '169.254.0.0/16',
  '100.64.0.0/10',
  '::1/128',
  'fc00::/7',
  'fe80::/10',
] as const;
const LOOPBACK = ['127.0.0.0/8', '::1/128'] as const;

/**
 * The least confines in which all these names lie. An address of a private range brings the whole range, so that the
 * authority outlives a move between such networks; any other only itself.
 */
export function confinesOf(names: readonly string[]): Confines {
  const dns = new Set(['localhost']);
  const ranges = new Set<string>(LOOPBACK);
  for (const name of names) {
    if (isIP(name) === 0) dns.add(name.toLowerCase());
    else ranges.add(PRIVATE_RANGES.find((range) => contains(range, name)) ?? `${name}/${isIP(name) === 4 ? 32 : 128}`);
  }
  return { dns: [...dns].sort(), ranges: [...ranges].sort() };
}

export function isWithin(name: string, { dns, ranges }: Confines): boolean {
  if (isIP(name) !== 0) return ranges.some((range) => contains(range, name));
  const lower = name.toLowerCase();
  return dns.some((each) => lower === each || lower.endsWith(`.${each}`));
}

/** The bytes of `ADDRESS/BITS`. */
export function rangeBytes(range: string): AddressRange {
  const [text = '', bits = ''] = range.split('/');
  const address = addressBytes(text);
  const mask = address.map((_, at) => 0xff & (0xff00 >> Math.min(8, Math.max(0, Number(bits) - at * 8))));
  return { address: address.map((byte, at) => byte & mask[at]!), mask };
}

/** The 4 or 16 bytes of an address. */
export function addressBytes(text: string): Uint8Array {
  if (isIP(text) === 4) return Uint8Array.from(text.split('.').map(Number));
  // The URL parser gives the one short form of an address; what `::` stands for is what is missing of eight groups.
  const [left = '', right] = new URL(`http://[${text}]`).hostname.slice(1, -1).split('::');
  const groups = (part: string): string[] => (part === '' ? [] : part.split(':'));
  const [before, after] = [groups(left), groups(right ?? '')];
  const all = [...before, ...Array<string>(8 - before.length - after.length).fill('0'), ...after];
  return Uint8Array.from(all.flatMap((group) => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 0xff]));
}

function contains(range: string, address: string): boolean {
  const { address: first, mask } = rangeBytes(range);
  const bytes = addressBytes(address);
  return bytes.length === first.length && bytes.every((byte, at) => (byte & mask[at]!) === first[at]);
}
