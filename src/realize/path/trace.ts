/** The walk of a packet as data. */
import type { Packet, Path, Start, World } from './path.ts';

/** What happens to the first packet of a flow. Pure. */
export function tracePath(_world: World, _start: Start, _packet: Packet): Path {
  throw new Error('not written yet');
}
