/** MAC addresses of elastic network interfaces. They start with 00:16:3e. */
import type { Random } from './random.ts';

const PREFIX = '00:16:3e';
const FORM = /^([0-9a-f]{2}:){5}[0-9a-f]{2}$/;

export function isMac(text: string): boolean {
  return FORM.test(text);
}

/** A random MAC below 00:16:3e (2^24 of them); uniqueness in a network is the store's business. */
export function randomMac(random: Random): string {
  const bytes = random.bytes(3);
  return [PREFIX, ...Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0'))].join(':');
}
