/** Snapshot of the public addresses → the program of the public edge. Pure, like the networks' own. */
import { fromSortableIpv4 } from '../../values/ip.ts';
import type { PublicEdge } from '../../values/public-edge.ts';
import type { EdgeProgram } from '../program.ts';
import type { EdgeSnapshot } from '../snapshot.ts';
import { isCarried } from './public.ts';

/**
 * An address leads to its target's network whether the port is plugged or not: starting an instance concerns its own
 * network alone, and without a mapping there the address is unreachable.
 */
export function compileEdge(snapshot: EdgeSnapshot, { pool, outside }: PublicEdge): EdgeProgram {
  return {
    generation: snapshot.generation,
    pool,
    outside,
    routes: snapshot.eips
      .filter(isCarried)
      .flatMap(({ address, vpc_id }) =>
        vpc_id === null ? [] : { publicAddress: fromSortableIpv4(address), networkId: vpc_id },
      )
      .sort((a, b) => a.publicAddress - b.publicAddress),
  };
}
