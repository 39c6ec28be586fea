/** Whether what was seen of a packet is what its analysis says. Pure. */
import type { Hop, Path, Seen, SeenPlace } from './port.ts';

/**
 * `Agrees` only when packet and analysis end at the same place for the same cause: a packet that is refused by another
 * rule than the one that was named is no agreement. `Unknown` when nothing was sent or nothing was seen.
 */
export function agreementOf(path: Path, { end }: Seen): 'Agrees' | 'Differs' | 'Unknown' {
  const last = path.hops.at(-1);
  const verdictOf = (agrees: boolean) => (agrees ? 'Agrees' : 'Differs');
  switch (end.kind) {
    case 'arrived':
      return verdictOf(
        path.reason === 'Delivered' && (end.at === 'outside' ? last?.kind === 'outside' : isCard(last, end.at)),
      );
    case 'answered':
      return verdictOf(path.reason === 'AnsweredByRouter' && networkOf(last) === end.networkId);
    case 'left':
      return verdictOf(path.reason === 'LeavesByUplink');
    case 'refused':
      return verdictOf(path.verdict === 'refused' && last !== undefined && isSamePlace(last, end.place));
    case 'unsent':
      if (end.why === 'not-plugged') return verdictOf(path.reason === 'SenderNotPlugged');
      return end.why === 'itself' ? verdictOf(path.reason === 'SenderItself') : 'Unknown';
    case 'unknown':
      return 'Unknown';
  }
}

function isCard(hop: Hop | undefined, at: { readonly networkId: string; readonly portId: string }): boolean {
  return hop?.kind === 'port' && hop.networkId === at.networkId && hop.portId === at.portId;
}

function networkOf(hop: Hop | undefined): string | undefined {
  return hop?.kind === 'edge' ? 'edge' : hop?.networkId;
}

function isSamePlace(hop: Hop, place: SeenPlace): boolean {
  if (networkOf(hop) !== place.networkId || hop.kind !== place.kind) return false;
  if (hop.kind !== 'gate') return true;
  const [said, seen] = [hop.entry?.origin, place.entry?.origin];
  return (
    hop.direction === place.direction && hop.portId === place.portId && JSON.stringify(said) === JSON.stringify(seen)
  );
}
