/** Where instances find the names of their network. */
import type { Ipv4 } from './ip.ts';

/** 100.100.2.136 and 100.100.2.138: the resolvers of every network, as on the official product. */
export const RESOLVERS: readonly Ipv4[] = [0x64640288 as Ipv4, 0x6464028a as Ipv4];

/** UDP and TCP. */
export const RESOLVER_PORT = 53;

/**
 * Names of instances are known alone and below this domain. Under `internal`, which is set aside for private networks:
 * nobody outside can have a name below it.
 */
export const PRIVATE_DOMAIN = 'vpc.internal';
