/** Puts the resolvers of networks together and keeps them beside the networks that they serve. */
import type { Doors, NetworkDriver } from '../realize/driver.ts';
import type { Store } from '../store/port.ts';
import type { Log } from '../values/log.ts';
import type { Random } from '../values/random.ts';
import { openDirectory } from './directory.ts';
import { createForward, parseNameServers } from './forward.ts';
import { createNameService, type NameService } from './name-service.ts';
import { createResolver } from './resolver.ts';

export interface NamesOptions {
  readonly doors: Doors;
  readonly store: Pick<Store, 'read'>;
  readonly random: Random;
  readonly log: Log;
  /** Text of the machine's /etc/resolv.conf. Absent: names that are not of instances are refused. */
  readonly hostResolvers?: () => Promise<string>;
}

export function openNames({ doors, store, random, log, hostResolvers }: NamesOptions): NameService {
  const directory = openDirectory(store);
  const servers = hostResolvers && (async () => parseNameServers(await hostResolvers()));
  const forward = servers && createForward({ servers, random, log });
  const resolver = createResolver({ directory, log, ...(forward ? { forward } : {}) });
  const names = createNameService({ doors, resolver, log });
  return {
    ...names,
    async leave(networkId) {
      await names.leave(networkId);
      directory.forget(networkId);
    },
  };
}

/** The network driver, with a resolver in each network that it makes. */
export function withNames(network: NetworkDriver, names: NameService): NetworkDriver {
  return {
    ...network,
    async apply(program) {
      await network.apply(program);
      names.serve(program.networkId);
    },
    async remove(networkId) {
      // An open socket would keep the network's namespace alive after its name.
      await names.leave(networkId);
      await network.remove(networkId);
    },
  };
}
