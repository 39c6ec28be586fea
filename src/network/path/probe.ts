/**
 * One probe, and the analysis that it is held against. What is asked for may be on its way into the kernel, and requests
 * go on changing it while the packet travels: an analysis of what was wanted then says nothing of a packet that met what
 * was there before. So the probe waits until reality has come up, and is repeated when a change came between.
 */
import { agreementOf } from './agreement.ts';
import type { Analysed, Packet, Paths, Seen, Start } from './port.ts';

/** Milliseconds that a probe waits for what is behind on its way; a network that fails stays behind, and is told so. */
const PATIENCE = 3_000;
/** Where every packet is overtaken by a change, the last answer stands, with what changed named as behind. */
const MOST_ATTEMPTS = 3;

export interface Probed extends Analysed {
  readonly seen: Seen;
}

export async function probeWhatIsWanted(
  paths: Pick<Paths, 'trace' | 'traceRealised'>,
  prober: NonNullable<Paths['prober']>,
  asked: { readonly start: Start; readonly packet: Packet },
): Promise<Probed> {
  for (let attempt = 1; ; attempt += 1) {
    const { path, behind } = await paths.traceRealised(asked.start, asked.packet, PATIENCE);
    const seen = await prober.probe(asked);
    if (agreementOf(path, seen) !== 'Differs' || behind.length > 0) return { path, behind, seen };
    const after = await paths.trace(asked.start, asked.packet);
    const changed = after.behind.length > 0 || JSON.stringify(after.path) !== JSON.stringify(path);
    if (!changed || attempt === MOST_ATTEMPTS) return { path, behind: after.behind, seen };
  }
}
