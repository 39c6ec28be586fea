/** Identifiers of resources: a prefix that tells the kind, two characters of the region, 18 random characters. */
import { type Random, randomText } from './random.ts';

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789';

/** Kinds of resources and the prefix of their ids. */
export const ID_PREFIX = {
  vpc: 'vpc-',
  vswitch: 'vsw-',
  vrouter: 'vrt-',
  routeTable: 'vtb-',
  routeEntry: 'rte-',
  securityGroup: 'sg-',
  securityGroupRule: 'sgr-',
  prefixList: 'pl-',
  networkInterface: 'eni-',
  instance: 'i-',
  eip: 'eip-',
} as const;

export type ResourceKind = keyof typeof ID_PREFIX;

/** A new id, e.g. `vpc-bp1q2w3e4r5t6y7u8i9o`. `regionCode` is the region's two characters. */
export function newId(kind: ResourceKind, regionCode: string, random: Random): string {
  return ID_PREFIX[kind] + regionCode + randomText(random, ALPHABET, 18);
}

/** Whether `text` has the form of an id of this kind (the characters and the prefix; not whether it exists). */
export function looksLikeId(kind: ResourceKind, text: string): boolean {
  return text.startsWith(ID_PREFIX[kind]) && /^[a-z0-9-]{3,64}$/.test(text);
}
