/**
 * The resolvers of all networks: for each network that is real there are sockets in it, opened again when they or the
 * network behind them are lost. A network is never kept waiting for its resolver: what fails is logged and tried again.
 */
import type { Door, Doors, DoorWanted } from '../realize/driver.ts';
import { formatIpv4 } from '../values/ip.ts';
import type { Log } from '../values/log.ts';
import { RESOLVER_PORT, RESOLVERS } from '../values/name-service.ts';
import { answerConnections, answerDatagrams } from './listen.ts';
import type { Resolver } from './resolver.ts';

export interface NameService {
  /** Told when a network is real, each time it was applied; returns at once. */
  serve(networkId: string): void;
  /** Told before a network is removed. */
  leave(networkId: string): Promise<void>;
  /** Closes everything. */
  close(): Promise<void>;
  /** Resolves when the network has its resolver; for tests. */
  ready(networkId: string): Promise<void>;
}

export interface NameServiceOptions {
  readonly doors: Doors;
  readonly resolver: Resolver;
  readonly log: Log;
  /** Milliseconds until the first new attempt after a failure; it doubles up to `retryMost`. */
  readonly retryFirst?: number;
  readonly retryMost?: number;
}

/** Networks whose sockets are opened at the same time; each takes a process for a moment. */
const OPENED_AT_ONCE = 2;

const WANTED: readonly DoorWanted[] = RESOLVERS.map(formatIpv4).flatMap((address) =>
  (['udp', 'tcp'] as const).map((kind) => ({ kind, address, port: RESOLVER_PORT })),
);

/** One network's resolver. Whatever is done to it is done one after the other. */
interface Served {
  turn: Promise<void>;
  /** False once it is left: what is under way then opens nothing more. */
  wanted: boolean;
  opened: { readonly place: string; close(): void } | undefined;
  failures: number;
  retry: NodeJS.Timeout | undefined;
}

export function createNameService(options: NameServiceOptions): NameService {
  const { doors, resolver, log, retryFirst = 1_000, retryMost = 60_000 } = options;
  const networks = new Map<string, Served>();
  const waiting: (() => void)[] = [];
  let opening = 0;

  async function openInTurn(networkId: string): Promise<readonly Door[]> {
    if (opening >= OPENED_AT_ONCE) await new Promise<void>((resolve) => waiting.push(resolve));
    else opening += 1;
    try {
      return await doors.open(networkId, WANTED);
    } finally {
      const next = waiting.shift();
      if (next) next();
      else opening -= 1;
    }
  }

  function inTurn(served: Served, work: () => Promise<void>): Promise<void> {
    served.turn = served.turn.then(work);
    return served.turn;
  }

  async function provide(networkId: string, served: Served): Promise<void> {
    if (!served.wanted) return;
    clearTimeout(served.retry);
    try {
      const place = await doors.place(networkId);
      if (place === undefined) throw new Error('the network is not there');
      if (served.opened?.place === place) return;
      shut(served);
      const opened = await openInTurn(networkId);
      if (!served.wanted) {
        for (const door of opened) shutDoor(door);
        return;
      }
      served.opened = { place, close: attend(networkId, served, opened) };
      served.failures = 0;
      log.debug({ networkId }, 'the network has its resolver');
    } catch (error) {
      const wait = Math.min(retryFirst * 2 ** served.failures, retryMost);
      served.failures += 1;
      log.warn({ networkId, error, retryInMilliseconds: wait }, 'a network has no resolver');
      served.retry = setTimeout(() => serve(networkId), wait);
      served.retry.unref();
    }
  }

  /** Lets the resolver answer at the doors; answers how to close them. */
  function attend(networkId: string, served: Served, opened: readonly Door[]): () => void {
    const answer = resolver.answer.bind(resolver, networkId);
    const onError = (error: unknown): void => {
      log.warn({ networkId, error }, 'a socket of a resolver failed');
      shut(served);
      serve(networkId);
    };
    const closing = opened.map((door) => {
      if ('udp' in door) {
        door.udp.on('error', onError);
        answerDatagrams(door.udp, answer);
        return () => shutDoor(door);
      }
      door.tcp.on('error', onError);
      return answerConnections(door.tcp, answer);
    });
    return () => {
      for (const close of closing) close();
    };
  }

  function shut(served: Served): void {
    served.opened?.close();
    served.opened = undefined;
  }

  function serve(networkId: string): void {
    let served = networks.get(networkId);
    if (served === undefined) {
      served = { turn: Promise.resolve(), wanted: true, opened: undefined, failures: 0, retry: undefined };
      networks.set(networkId, served);
    }
    const mine = served;
    void inTurn(mine, () => provide(networkId, mine));
  }

  async function leave(networkId: string): Promise<void> {
    const served = networks.get(networkId);
    if (served === undefined) return;
    networks.delete(networkId);
    served.wanted = false;
    clearTimeout(served.retry);
    shut(served);
    // What is being opened at this moment closes itself again.
    await served.turn;
  }

  return {
    serve,
    leave,
    async close() {
      await Promise.all([...networks.keys()].map(leave));
    },
    async ready(networkId) {
      for (;;) {
        const served = networks.get(networkId);
        if (served === undefined) throw new Error(`${networkId} is not served`);
        await served.turn;
        if (served.opened) return;
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    },
  };
}

function shutDoor(door: Door): void {
  if ('udp' in door) door.udp.close();
  else door.tcp.close();
}
