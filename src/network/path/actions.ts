/** Questions about packets: analysis, the packet itself, and the merged rules of an interface. */
import { refuse } from '../../contract/errors.ts';
import type { analyzePath, describeEffectiveRules, probePath } from '../../contract/path.ts';
import { isRefusal } from '../../values/refusal.ts';
import type { Call, HandlersOf } from '../call.ts';
import { shownEffectiveEntry } from './entry-view.ts';
import { interfaceAsked, packetAsked } from './lookup.ts';
import { readNames } from './names.ts';
import { probeWhatIsWanted } from './probe.ts';
import { CLIENT_PORTS } from './rules.ts';
import { mentionedIn, shownAnalysis, shownProbe } from './view.ts';

type PathAction = typeof analyzePath | typeof probePath | typeof describeEffectiveRules;

export const pathHandlers: HandlersOf<PathAction> = {
  async 'Yunlan.AnalyzePath'(call, input) {
    const asked = await call.read((reader) => packetAsked(reader, call, input, CLIENT_PORTS.from));
    if (isRefusal(asked)) return asked;
    const { path, behind } = await call.paths.trace(asked.start, asked.packet);
    const names = await call.read((reader) => readNames(reader, call.caller.accountId, mentionedIn(path, behind)));
    return shownAnalysis({ packet: asked.packet, path, behind, reasons: call.paths.reasons }, names);
  },

  async 'Yunlan.ProbePath'(call, input) {
    const { paths } = call;
    const asked = await call.read((reader) => packetAsked(reader, call, input, clientPort(call)));
    if (isRefusal(asked)) return asked;
    if (!paths.prober) return refuse('InvalidOperation.NoRealPackets');
    const obstacle = paths.prober.obstacle();
    if (obstacle !== undefined) return refuse('ServiceUnavailable', { detail: obstacle });
    const { path, behind, seen } = await probeWhatIsWanted(paths, paths.prober, asked);
    const mentioned = mentionedIn(path, behind, seen);
    const names = await call.read((reader) => readNames(reader, call.caller.accountId, mentioned));
    return {
      ...shownAnalysis({ packet: asked.packet, path, behind, reasons: paths.reasons }, names),
      Probe: shownProbe(path, seen, names),
    };
  },

  async 'Yunlan.DescribeEffectiveRules'(call, input) {
    const card = await call.read((reader) => interfaceAsked(reader, call, input));
    if (isRefusal(card)) return card;
    const rules = await call.paths.effectiveRules(card.id);
    // It went between the two reads.
    if (!rules) return refuse('InvalidEniId.NotFound', { parameter: 'NetworkInterfaceId' });
    const entries = [...rules.ingress, ...rules.egress];
    const names = await call.read((reader) =>
      readNames(reader, call.caller.accountId, { networkIds: [], networkInterfaceIds: [], entries }),
    );
    return {
      NetworkInterfaceId: card.id,
      InstanceId: card.instance_id ?? '',
      SecurityGroupIds: [...rules.groupIds],
      Ingress: { Rule: rules.ingress.map((entry) => shownEffectiveEntry(entry, 'ingress', names)) },
      Egress: { Rule: rules.egress.map((entry) => shownEffectiveEntry(entry, 'egress', names)) },
    };
  },
};

/** Another one each time, so that a probe begins a flow of its own. */
function clientPort({ random }: Call): number {
  const [high = 0, low = 0] = random.bytes(2);
  return CLIENT_PORTS.from + ((high * 256 + low) % (CLIENT_PORTS.to - CLIENT_PORTS.from + 1));
}
