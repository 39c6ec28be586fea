/**
 * Answers questions about names: those of the instances of the network that asks, and, when that is allowed, all others
 * through the machine's resolver. A name of ours is never passed on.
 */
import { formatIpv4, type Ipv4, parseIpv4 } from '../values/ip.ts';
import type { Log } from '../values/log.ts';
import { PRIVATE_DOMAIN } from '../values/name-service.ts';
import { type Directory, lowerCase } from './directory.ts';
import { type Asked, type Reply, readQuestion, type Transport, writeReply } from './message.ts';

export interface Resolver {
  /** The answer to a message from an instance of the network, whatever its bytes; undefined when it deserves none. */
  answer(networkId: string, bytes: Buffer, transport: Transport): Promise<Buffer | undefined>;
}

export interface ResolverOptions {
  readonly directory: Directory;
  readonly log: Log;
  /** Asks somebody else: the answer, or undefined when there is nobody to ask. Absent: such questions are refused. */
  readonly forward?: (networkId: string, asked: Asked) => Promise<Buffer | undefined>;
}

/** Seconds that an answer may be kept: short, as instances come and go. */
const LIFETIME = 5;

const SUFFIX = `.${PRIVATE_DOMAIN}`;
const REVERSE = /(?:^|\.)in-addr\.arpa$/;

/** Blocks of addresses, as their last labels in reverse, that nobody outside knows names of. */
const PRIVATE_REVERSE =
  /(?:^|\.)(?:10|168\.192|(?:1[6-9]|2\d|3[01])\.172|(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.100|254\.169|127)\.in-addr\.arpa$/;

const NO_SUCH_NAME: Reply = { code: 'NXDOMAIN', authoritative: true };
const NOTHING_OF_THE_KIND: Reply = { code: 'NOERROR', authoritative: true };
const REFUSED: Reply = { code: 'REFUSED' };

export function createResolver({ directory, log, forward }: ResolverOptions): Resolver {
  /** What we know ourselves; undefined when the name is not ours to know. */
  async function own(networkId: string, asked: Asked): Promise<Reply | undefined> {
    if (asked.class !== 'IN') return REFUSED;
    // Transfers of whole zones, which nobody has a use for here.
    if (asked.type === 'AXFR' || asked.type === 'IXFR') return REFUSED;
    const name = lowerCase(asked.name.replace(/\.$/, ''));
    if (REVERSE.test(name)) return PRIVATE_REVERSE.test(name) ? reverse(networkId, name, asked) : undefined;
    if (name === PRIVATE_DOMAIN) return NOTHING_OF_THE_KIND;
    const below = name.endsWith(SUFFIX);
    const short = below ? name.slice(0, -SUFFIX.length) : name;
    const addresses = short === '' ? [] : await directory.addressesOf(networkId, short);
    if (addresses.length > 0)
      return asked.type === 'A' || asked.type === 'ANY' ? found(asked, addresses) : NOTHING_OF_THE_KIND;
    return below || (short !== '' && !short.includes('.')) ? NO_SUCH_NAME : undefined;
  }

  async function reverse(networkId: string, name: string, asked: Asked): Promise<Reply> {
    const labels = name.split('.').slice(0, -2);
    // A block, which has no name of its own but names below it.
    if (labels.length < 4) return NOTHING_OF_THE_KIND;
    const address = parseIpv4(labels.reverse().join('.'));
    const host = address === undefined ? undefined : await directory.nameAt(networkId, address);
    if (host === undefined) return NO_SUCH_NAME;
    if (asked.type !== 'PTR' && asked.type !== 'ANY') return NOTHING_OF_THE_KIND;
    const answers = [{ name: asked.name, type: 'PTR' as const, ttl: LIFETIME, data: `${host}${SUFFIX}` }];
    return { code: 'NOERROR', authoritative: true, answers };
  }

  async function replyTo(networkId: string, asked: Asked): Promise<Buffer> {
    const known = await own(networkId, asked);
    if (known !== undefined) return writeReply(asked, known);
    const passedOn = await forward?.(networkId, asked);
    return passedOn ?? writeReply(asked, REFUSED);
  }

  return {
    async answer(networkId, bytes, transport) {
      const asked = readQuestion(bytes, transport);
      if (asked === undefined) return undefined;
      if ('complaint' in asked) return asked.complaint;
      try {
        return await replyTo(networkId, asked);
      } catch (error) {
        log.warn({ networkId, error }, 'a question about a name failed');
        return writeReply(asked, { code: 'SERVFAIL' });
      }
    },
  };
}

function found(asked: Asked, addresses: readonly Ipv4[]): Reply {
  const answers = addresses.map((address) => ({
    name: asked.name,
    type: 'A' as const,
    ttl: LIFETIME,
    data: formatIpv4(address),
  }));
  return { code: 'NOERROR', authoritative: true, answers };
}
