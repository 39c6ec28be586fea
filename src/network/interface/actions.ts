/** One function for each action on elastic network interfaces. */
import type { Input } from '../../contract/action.ts';
import type { describeNetworkInterfaceAttribute, describeNetworkInterfaces } from '../../contract/network-interface.ts';
import type { Reader } from '../../store/port.ts';
import { parseIpv4 } from '../../values/ip.ts';
import { isRefusal } from '../../values/refusal.ts';
import type { Call, HandlersOf } from '../call.ts';
import { partAsked, readPart } from '../paging-either.ts';
import { knownRegion } from '../region/regions.ts';
import { membersOf } from '../security-group/lookup.ts';
import { idsInAll } from '../selection.ts';
import { acceptTagConditions } from '../tag/rules.ts';
import { readTags, resourcesWithTags } from '../tag/tags.ts';
import { interfacesWithAddress, withBelongings } from './lookup.ts';
import { interfaceAttributes, listedInterface } from './view.ts';

type Asked = Input<typeof describeNetworkInterfaces>;

type InterfaceAction = typeof describeNetworkInterfaces | typeof describeNetworkInterfaceAttribute;

export const networkInterfaceHandlers: HandlersOf<InterfaceAction> = {
  async 'Ecs.DescribeNetworkInterfaces'(call, input) {
    const region = knownRegion(call);
    if (isRefusal(region)) return region;
    const conditions = acceptTagConditions(input.Tag, call.quotas.tagsPerResource);
    if (isRefusal(conditions)) return conditions;
    const part = partAsked(input);
    if (isRefusal(part)) return part;
    const accountId = call.caller.accountId;

    return call.read(async (reader) => {
      const tagged = await resourcesWithTags(reader, accountId, 'networkInterface', conditions);
      const chosen = await idsAsked(reader, call, region.id, input);
      const where = {
        id: idsInAll(tagged, ...chosen),
        account_id: accountId,
        region_id: region.id,
        instance_id: input.InstanceId,
        name: input.NetworkInterfaceName,
        kind: input.Type,
        status: input.Status,
        vpc_id: input.VpcId,
        vswitch_id: input.VSwitchId,
        resource_group_id: input.ResourceGroupId,
      };
      const { rows, facts } = await readPart(reader, 'network_interface', where, ['-created_at', 'id'], part);
      const tags = await readTags(
        reader,
        'networkInterface',
        rows.map((row) => row.id),
      );
      const cards = await withBelongings(reader, rows);
      return {
        ...facts,
        NetworkInterfaceSets: {
          NetworkInterfaceSet: cards.map((card) => listedInterface(card, tags.get(card.row.id))),
        },
      };
    });
  },

  async 'Ecs.DescribeNetworkInterfaceAttribute'(call, input) {
    const region = knownRegion(call);
    if (isRefusal(region)) return region;
    const conditions = acceptTagConditions(input.Tag, call.quotas.tagsPerResource);
    if (isRefusal(conditions)) return conditions;
    const accountId = call.caller.accountId;
    return call.read(async (reader) => {
      const tagged = await resourcesWithTags(reader, accountId, 'networkInterface', conditions);
      const where = {
        id: idsInAll(tagged, [input.NetworkInterfaceId]),
        account_id: accountId,
        region_id: region.id,
      };
      const [card] = await withBelongings(reader, await reader.find('network_interface', where));
      // Clients take an answer without an id for an interface that is gone.
      if (!card) return {};
      const tags = await readTags(reader, 'networkInterface', [card.row.id]);
      return interfaceAttributes(card, tags.get(card.row.id));
    });
  },
};

/** Lists of ids that further conditions leave over; a condition that nothing can satisfy leaves an empty one. */
async function idsAsked(
  reader: Reader,
  call: Call,
  regionId: string,
  input: Asked,
): Promise<(readonly string[] | undefined)[]> {
  const withAddress = (texts: readonly string[], purpose?: 'primary') =>
    interfacesWithAddress(
      reader,
      call,
      regionId,
      texts.flatMap((text) => parseIpv4(text) ?? []),
      purpose,
    );
  const { NetworkInterfaceId, SecurityGroupId, PrimaryIpAddress, PrivateIpAddress, Ipv6Address } = input;
  return [
    given(NetworkInterfaceId),
    SecurityGroupId === undefined ? undefined : await membersOf(reader, SecurityGroupId),
    PrimaryIpAddress === undefined ? undefined : await withAddress([PrimaryIpAddress], 'primary'),
    given(PrivateIpAddress) ? await withAddress(PrivateIpAddress ?? []) : undefined,
    given(Ipv6Address) || input.ServiceManaged ? [] : undefined,
  ];
}

function given(list: readonly string[] | undefined): readonly string[] | undefined {
  return list && list.length > 0 ? list : undefined;
}
