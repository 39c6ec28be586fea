/**
 * The driver of one Linux machine: real packets and real processes in private namespaces, without root. Networks, guests
 * and their flows hang on the holder, not on the daemon: `release` leaves them running and the next `open` adopts them.
 */
import { join } from 'node:path';
import type { Compute, Doors, Driver, NetworkDriver } from '../../realize/driver.ts';
import { formatIpv4 } from '../../values/ip.ts';
import type { Log } from '../../values/log.ts';
import { EDGE, OUTSIDE, type PublicEdge } from '../../values/public-edge.ts';
import { systemRandom } from '../../values/random.ts';
import { createLinuxCompute, processOfGuest } from './compute.ts';
import { createDoors } from './doors.ts';
import { OUTSIDE_MAC, OUTSIDE_PORT } from './edge.ts';
import { guestNamespacesOf } from './guest-namespaces.ts';
import { type Holder, openHolder } from './holder.ts';
import { checkMachineUplink, createMachineUplink, type MachineUplink, undoMachineUplink } from './machine-uplink.ts';
import { createLinuxNetworks, type LinuxNetworks, type LinuxNetworksOptions } from './network.ts';

export interface LinuxDriverOptions {
  /** Disks, console logs and run files lie in it. */
  readonly dataDir: string;
  readonly log: Log;
  /** Whether a flow that is under way could begin under a program; the flows that could not are cut. */
  readonly flowAllowed: LinuxNetworksOptions['flowAllowed'];
  /** The edge that the machine's own network is to be linked to; to none when absent. Root alone may. */
  readonly uplink?: PublicEdge;
}

interface Opened {
  readonly holder: Holder;
  readonly networks: LinuxNetworks;
  readonly compute: Compute;
  readonly doors: Doors;
  readonly uplink: MachineUplink | undefined;
}

export function createLinuxDriver(options: LinuxDriverOptions): Driver {
  const { dataDir, log, flowAllowed, uplink: publicEdge } = options;
  let opened: Opened | undefined;
  /** Address of the host outside, once the edge is made. */
  let outside: string | undefined;
  /** Whether the holder has ended and there is no other yet. */
  let lost = false;
  let doubt: (networkId: string) => void = () => {};

  const parts = (): Opened => {
    if (!opened) throw new Error('the driver is not open');
    return opened;
  };

  const network: NetworkDriver = {
    apply: async (program) => parts().networks.apply(program),
    async applyEdge(program) {
      await parts().networks.applyEdge(program);
      await parts().uplink?.make();
      outside = formatIpv4(program.outside);
    },
    async verify(networkId) {
      const { networks, uplink } = parts();
      const same = await networks.verify(networkId);
      return networkId === EDGE && uplink ? (await uplink.isWhole()) && same : same;
    },
    onDoubt(listener) {
      doubt = listener;
    },
    remove: async (networkId) => parts().networks.remove(networkId),
    networks: async () => parts().networks.networks(),
  };

  /** The host outside is a guest like others, but nobody's instance: it boots when the first command for it comes. */
  const startOutside = async () => {
    if (outside === undefined) throw new Error('the public edge is not made yet');
    await parts().compute.start({
      id: OUTSIDE,
      hostName: OUTSIDE,
      cards: [{ networkInterfaceId: OUTSIDE_PORT, deviceIndex: 0, mac: OUTSIDE_MAC }],
      userData: '',
      primaryAddress: outside,
    });
  };

  const compute: Compute = {
    start: async (guest) => parts().compute.start(guest),
    stop: async (guestId, how) => parts().compute.stop(guestId, how),
    destroy: async (guestId) => parts().compute.destroy(guestId),
    running: async () => (await parts().compute.running()).filter((id) => id !== OUTSIDE),
    disks: async () => (await parts().compute.disks()).filter((id) => id !== OUTSIDE),
    async exec(guestId, command, streams) {
      if (guestId === OUTSIDE) await startOutside();
      return parts().compute.exec(guestId, command, streams);
    },
    log: async (guestId, bytes) => parts().compute.log(guestId, bytes),
  };

  return {
    name: 'linux',
    realPackets: true,
    network,
    compute,
    doors: {
      place: async (networkId) => parts().doors.place(networkId),
      open: async (networkId, wanted) => parts().doors.open(networkId, wanted),
    },
    prober: {
      obstacle: () => parts().networks.prober.obstacle(),
      probe: async (wanted) => parts().networks.prober.probe(wanted),
    },
    async open() {
      if (opened) return;
      // Of an earlier daemon, which may have been told otherwise; it is made anew with the edge.
      await undoMachineUplink(dataDir, log);
      if (publicEdge) await checkMachineUplink(publicEdge.pool);
      const holder = await openHolder({ runDir: join(dataDir, 'run'), log });
      const networks = createLinuxNetworks({
        inside: (command, where) => holder.inside(command, where),
        guestNamespaces: guestNamespacesOf(holder, (id) => processOfGuest(dataDir, id)),
        log,
        flowAllowed,
        uplink: publicEdge !== undefined,
      });
      networks.onDoubt((networkId) => doubt(networkId));
      const uplink = publicEdge && createMachineUplink({ dataDir, holder, publicEdge, random: systemRandom, log });
      opened = {
        holder,
        networks,
        compute: createLinuxCompute({ holder, dataDir, log }),
        doors: createDoors(holder),
        uplink,
      };
    },
    async revive() {
      if (opened && !opened.holder.alive()) {
        log.warn({ pid: opened.holder.pid }, 'the namespaces have ended: making others');
        lost = true;
        const dead = opened;
        opened = undefined;
        await dead.networks.close();
      }
      if (!lost) return false;
      await this.open();
      lost = false;
      return true;
    },
    async release() {
      const leaving = opened;
      opened = undefined;
      await leaving?.networks.close();
    },
    async shutdown() {
      const leaving = opened;
      if (!leaving) return;
      opened = undefined;
      await leaving.networks.close();
      const undone = undoMachineUplink(dataDir, log);
      // Its failure is told at the end: everything else ends all the same.
      undone.catch(() => {});
      // Orderly, so that what a guest has written is whole on its disk; networks end with their holder.
      const guests = await leaving.compute.running();
      const stops = await Promise.allSettled(guests.map((id) => leaving.compute.stop(id, { force: false })));
      for (const stop of stops)
        if (stop.status === 'rejected') log.warn({ error: stop.reason }, 'a guest did not stop');
      await leaving.holder.end();
      await undone;
    },
  };
}
