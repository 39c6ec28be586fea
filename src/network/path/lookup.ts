/** Who and what a question about a packet means: the caller's own interfaces and addresses, or any address. */
import type { Input } from '../../contract/action.ts';
import { refuse } from '../../contract/errors.ts';
import type { analyzePath, describeEffectiveRules } from '../../contract/path.ts';
import type { Reader } from '../../store/port.ts';
import type { Tables } from '../../store/schema.ts';
import { looksLikeId } from '../../values/id.ts';
import { fromSortableIpv4, type Ipv4, sortableIpv4 } from '../../values/ip.ts';
import { OUTSIDE } from '../../values/public-edge.ts';
import { isRefusal, type Refusal } from '../../values/refusal.ts';
import type { Call } from '../call.ts';
import { instanceByIdOrName } from '../instance/exec.ts';
import { findVpc } from '../vpc/lookup.ts';
import type { Packet, Start } from './port.ts';
import { acceptAddress, acceptFlow, isMeantForAddress } from './rules.ts';

export type PathAsked = Input<typeof analyzePath>;

type Side = 'Source' | 'Destination';
type Interface = Tables['network_interface'];

/** The packet that is meant, and where it starts; or the refusal. `clientPort`: the source port when none is given. */
export async function packetAsked(
  reader: Reader,
  call: Call,
  asked: PathAsked,
  clientPort: number,
): Promise<{ readonly start: Start; readonly packet: Packet } | Refusal> {
  const flow = acceptFlow(asked, clientPort);
  if (isRefusal(flow)) return flow;
  const source = await sourceAsked(reader, call, asked);
  if (isRefusal(source)) return source;
  const destination = await destinationAsked(reader, call, asked.Destination, source.start === 'outside');
  if (isRefusal(destination)) return destination;
  const spoofed = asked.SourceAddress === undefined ? undefined : acceptAddress(asked.SourceAddress, 'SourceAddress');
  if (isRefusal(spoofed)) return spoofed;
  return { start: source.start, packet: { ...flow, source: spoofed ?? source.address, destination } };
}

interface SourceFound {
  readonly start: Start;
  readonly address: Ipv4;
}

async function sourceAsked(reader: Reader, call: Call, asked: PathAsked): Promise<SourceFound | Refusal> {
  const { Source, VpcId } = asked;
  const vpc = VpcId === undefined ? undefined : await findVpc(reader, call, VpcId, undefined);
  if (isRefusal(vpc)) return vpc;
  const found = isMeantForAddress(Source)
    ? await interfaceWithAddress(reader, call, Source, vpc)
    : await ownThing(reader, call, Source, 'Source');
  if (isRefusal(found)) return found;
  if (vpc && (found === 'outside' || found.row.vpc_id !== vpc.id)) {
    return refuse('InvalidParameter.Conflict', { parameter: 'VpcId', detail: `${Source} is not in ${vpc.id}.` });
  }
  if (found === 'outside') return { start: 'outside', address: call.publicEdge.outside };
  const { row, eip } = found;
  const address = found.address ?? (eip ? fromSortableIpv4(eip.private_address ?? '0') : await primaryOf(reader, row));
  return { start: { networkId: row.vpc_id, portId: row.id }, address };
}

async function destinationAsked(
  reader: Reader,
  call: Call,
  text: string,
  fromOutside: boolean,
): Promise<Ipv4 | Refusal> {
  if (isMeantForAddress(text)) return acceptAddress(text, 'Destination');
  if (looksLikeId('eip', text)) {
    const eip = await reader.get('eip', { id: text, account_id: call.caller.accountId });
    if (eip) return fromSortableIpv4(eip.address);
  }
  const found = await ownThing(reader, call, text, 'Destination');
  if (isRefusal(found)) return found;
  if (found === 'outside') return call.publicEdge.outside;
  const primary = await primaryOf(reader, found.row);
  if (!fromOutside) return primary;
  const where = { network_interface_id: found.row.id, private_address: sortableIpv4(primary) };
  const eip = await reader.get('eip', { ...where, status: ['Associating', 'InUse'] });
  return eip ? fromSortableIpv4(eip.address) : primary;
}

type Found = 'outside' | { readonly row: Interface; readonly eip?: Tables['eip']; readonly address?: Ipv4 };

/** An instance by id or name, an interface or EIP by id, or the host beyond the edge. */
async function ownThing(reader: Reader, call: Call, text: string, parameter: Side): Promise<Found | Refusal> {
  const account_id = call.caller.accountId;
  const row = await reader.get('network_interface', { id: text, account_id });
  if (row) return { row };
  const eip = await reader.get('eip', { id: text, account_id });
  if (eip) return behindEip(reader, eip, parameter);
  const instance = await instanceByIdOrName(reader, account_id, text, parameter);
  if (!isRefusal(instance)) return { row: await primaryInterface(reader, instance) };
  if (text === OUTSIDE) return 'outside';
  if (looksLikeId('networkInterface', text)) return refuse('InvalidEniId.NotFound', { parameter });
  if (looksLikeId('eip', text)) return refuse('InvalidAllocationId.NotFound', { parameter });
  return instance;
}

async function primaryInterface(reader: Reader, instance: Tables['instance']): Promise<Interface> {
  const row = await reader.get('network_interface', { instance_id: instance.id, kind: 'Primary' });
  if (!row) throw new Error(`${instance.id} has no primary interface`);
  return row;
}

/** What an EIP leads to. */
async function behindEip(reader: Reader, eip: Tables['eip'], parameter: Side): Promise<Found | Refusal> {
  const row =
    eip.network_interface_id === null || eip.private_address === null
      ? undefined
      : await reader.get('network_interface', { id: eip.network_interface_id });
  return row
    ? { row, eip }
    : refuse('IncorrectEipStatus', { parameter, detail: `${eip.id} is ${eip.status} and leads to no interface.` });
}

/** The caller's interface with this address: the host outside, what an EIP leads to, or a private address. */
async function interfaceWithAddress(
  reader: Reader,
  call: Call,
  text: string,
  vpc: Tables['vpc'] | undefined,
): Promise<Found | Refusal> {
  const parameter = 'Source';
  const address = acceptAddress(text, parameter);
  if (isRefusal(address)) return address;
  if (address === call.publicEdge.outside) return 'outside';
  const account_id = call.caller.accountId;
  const eip = await reader.get('eip', { address: sortableIpv4(address), account_id });
  if (eip) return behindEip(reader, eip, parameter);
  const vpcs = vpc ? [vpc] : await reader.find('vpc', { account_id });
  const leases = await reader.find('address_lease', {
    network_id: vpcs.map(({ id }) => id),
    address: sortableIpv4(address),
    purpose: ['primary', 'secondary'],
  });
  const [lease] = leases;
  if (leases.length > 1) {
    const ids = leases.map(({ network_id }) => network_id).sort();
    return refuse('MissingParameter', { parameter: 'VpcId', detail: `${text} is in ${ids.join(', ')}.` });
  }
  const id = lease?.network_interface_id ?? undefined;
  const row = id === undefined ? undefined : await reader.get('network_interface', { id });
  return row ? { row, address } : refuse('InvalidSource.NotFound', { parameter });
}

async function primaryOf(reader: Reader, row: Interface): Promise<Ipv4> {
  const lease = await reader.get('address_lease', { network_interface_id: row.id, purpose: 'primary' });
  if (!lease) throw new Error(`${row.id} has no primary address`);
  return fromSortableIpv4(lease.address);
}

/** The interface whose rules are asked for: by its id, or the primary one of an instance by id or name. */
export async function interfaceAsked(
  reader: Reader,
  call: Call,
  { NetworkInterfaceId, InstanceId }: Input<typeof describeEffectiveRules>,
): Promise<Interface | Refusal> {
  const account_id = call.caller.accountId;
  if (NetworkInterfaceId !== undefined && InstanceId !== undefined) {
    return refuse('InvalidParam.EniIdAndInstanceId.Conflict', { parameter: 'InstanceId' });
  }
  if (NetworkInterfaceId !== undefined) {
    const row = await reader.get('network_interface', { id: NetworkInterfaceId, account_id });
    return row ?? refuse('InvalidEniId.NotFound', { parameter: 'NetworkInterfaceId' });
  }
  if (InstanceId === undefined) return refuse('MissingParameter', { parameter: 'NetworkInterfaceId' });
  const instance = await instanceByIdOrName(reader, account_id, InstanceId, 'InstanceId');
  return isRefusal(instance) ? instance : primaryInterface(reader, instance);
}
