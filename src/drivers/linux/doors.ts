/**
 * Sockets of the daemon in networks. Node cannot enter a namespace, so a short-lived child opens them there and hands
 * them over; no process stays. They are closed on exec, so nothing that we start inherits them.
 */
import type { Socket as UdpSocket } from 'node:dgram';
import { readFile, stat } from 'node:fs/promises';
import type { Server, Socket } from 'node:net';
import type { Door, Doors, DoorWanted } from '../../realize/driver.ts';
import { start } from '../../shell/shell.ts';
import type { Holder } from './holder.ts';

/** How long opening may take. Milliseconds. */
const PATIENCE = 20_000;

export function createDoors(holder: Pick<Holder, 'inNetwork' | 'networkFile'>): Doors {
  return {
    async place(networkId) {
      try {
        const { dev, ino } = await stat(holder.networkFile(networkId));
        return `${dev}:${ino}`;
      } catch {
        return undefined;
      }
    },
    open: (networkId, wanted) => openThere(holder, networkId, wanted),
  };
}

async function openThere(
  holder: Pick<Holder, 'inNetwork'>,
  networkId: string,
  wanted: readonly DoorWanted[],
): Promise<Door[]> {
  // As text and not as a file's name: the child has the daemon's files, but its own idea of who may read them.
  const text = await readFile(new URL('./open-doors.mjs', import.meta.url), 'utf8');
  const words = [process.execPath, '--input-type=module', '-e', text, JSON.stringify(wanted)];
  const doors: Door[] = [];
  const early = new Set<() => void>();
  await new Promise<void>((resolve, reject) => {
    const child = start(holder.inNetwork(words, networkId), { cwd: '/', stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
    const limit = setTimeout(() => child.kill('SIGKILL'), PATIENCE);
    let complaint = '';
    child.stderr?.setEncoding('utf8').on('data', (piece: string) => {
      if (complaint.length < 2_000) complaint += piece;
    });
    child.on('message', (message, handle) => {
      const { kind } = message as Pick<DoorWanted, 'kind'>;
      const door: Door = kind === 'udp' ? { udp: handle as UdpSocket } : { tcp: handle as Server };
      doors.push(door);
      early.add(holdBack(door, reject));
    });
    child.on('error', reject);
    child.on('close', (code) => {
      clearTimeout(limit);
      if (code === 0 && doors.length === wanted.length) resolve();
      else reject(new Error(`no socket in ${networkId}: ${complaint.trim() || `ended with ${code}`}`));
    });
  }).catch((error: unknown) => {
    for (const door of doors) {
      if ('udp' in door) door.udp.close();
      else door.tcp.close();
    }
    throw error;
  });
  for (const release of early) release();
  return doors;
}

/** Until somebody answers at a door, who comes is turned away, and what fails fails the opening. */
function holdBack(door: Door, onError: (error: Error) => void): () => void {
  const turnAway = (socket: Socket): void => {
    socket.on('error', () => {});
    socket.destroy();
  };
  if ('udp' in door) {
    door.udp.on('error', onError);
    return () => door.udp.off('error', onError);
  }
  door.tcp.on('error', onError).on('connection', turnAway);
  return () => door.tcp.off('error', onError).off('connection', turnAway);
}
