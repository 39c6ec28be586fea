/** The default VSwitch of a zone, whose block is chosen here. */
import type { createDefaultVSwitch } from '../../contract/vswitch.ts';
import { isRefusal } from '../../values/refusal.ts';
import type { HandlersOf } from '../call.ts';
import { record } from '../history.ts';
import { knownRegion, knownZone } from '../region/regions.ts';
import { mustBeAvailable } from '../vpc/rules.ts';
import { addVSwitch, readNeighbours } from './creation.ts';
import { defaultBlock, mayAddDefaultVSwitch, noDefaultVpc } from './rules.ts';

export const defaultVSwitchHandlers: HandlersOf<typeof createDefaultVSwitch> = {
  async 'Vpc.CreateDefaultVSwitch'(call, input) {
    const region = knownRegion(call);
    if (isRefusal(region)) return region;
    const zone = knownZone(region, input.ZoneId);
    if (isRefusal(zone)) return zone;
    const owner = { account_id: call.caller.accountId, region_id: region.id, is_default: true };
    const network = await call.read((reader) => reader.get('vpc', owner));
    return call.write(network ? [network.id] : [], async (tx) => {
      const vpc = await tx.get('vpc', owner);
      if (!vpc) return noDefaultVpc(region.id);
      const pending = mustBeAvailable(vpc);
      if (pending) return pending;
      const present = await tx.get('vswitch', { vpc_id: vpc.id, zone_id: zone.id, is_default: true });
      const refused = mayAddDefaultVSwitch(present?.id);
      if (refused) return refused;
      const block = defaultBlock(await readNeighbours(tx, vpc));
      if (isRefusal(block)) return block;
      const id = await addVSwitch(call, tx, vpc, {
        regionCode: region.code,
        zoneId: zone.id,
        block,
        name: '',
        description: '',
        isDefault: true,
      });
      await record(call, tx, 'Vpc.CreateDefaultVSwitch', vpc.id, id);
      return { VSwitchId: id };
    });
  },
};
