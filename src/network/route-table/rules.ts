/** The routes that the system makes. */
import { refuse } from '../../contract/errors.ts';
import { formatCidr, parseMaskedCidr } from '../../values/cidr.ts';
import { isRefusal, type Refusal } from '../../values/refusal.ts';

/** Block of the region's own services; every system route table has an entry for it. */
const SERVICE_BLOCK = '100.64.0.0/10';

/** The entry for the services, without its ids. */
export const serviceRoute = {
  destination: SERVICE_BLOCK,
  kind: 'System',
  next_hop_type: 'service',
  next_hop_id: '',
  name: '',
  description: '',
  status: 'Pending',
} as const;

/** The entry that makes a VSwitch reachable from its VPC, without its ids. */
export function localRoute(vswitchId: string, block: string) {
  return {
    destination: block,
    kind: 'System',
    next_hop_type: 'local',
    next_hop_id: vswitchId,
    name: '',
    description: '',
    status: 'Pending',
  } as const;
}

export function routeTableNotFound(routeTableId: string): Refusal {
  return refuse('InvalidRouteTableId.NotFound', {
    parameter: 'RouteTableId',
    detail: `'${routeTableId}' is not a route table of this account here.`,
  });
}

/**
 * The destinations that both filters together leave, in canonical form; undefined when neither is given. A text that is
 * no IPv4 block is refused.
 */
export function acceptDestinations(
  one: string | undefined,
  several: readonly string[] | undefined,
): readonly string[] | undefined | Refusal {
  const list: string[] = [];
  for (const [index, text] of (several ?? []).entries()) {
    const block = canonicalBlock(text, `DestCidrBlockList.${index + 1}`);
    if (isRefusal(block)) return block;
    list.push(block);
  }
  if (one === undefined) return several && list;
  const block = canonicalBlock(one, 'DestinationCidrBlock');
  if (isRefusal(block)) return block;
  return !several || list.includes(block) ? [block] : [];
}

function canonicalBlock(text: string, parameter: string): string | Refusal {
  const block = parseMaskedCidr(text);
  return block
    ? formatCidr(block)
    : refuse('InvalidParameter', { parameter, detail: `'${text}' is not an IPv4 block.` });
}

interface NamedTables {
  readonly RouteTableId?: string | undefined;
  readonly RouteTableName?: string | undefined;
  readonly RouterId?: string | undefined;
  readonly VRouterId?: string | undefined;
}

/** DescribeRouteTables wants to be told which tables, and the router once. */
export function mustNameTables({
  RouteTableId,
  RouteTableName,
  RouterId,
  VRouterId,
}: NamedTables): Refusal | undefined {
  if (VRouterId !== undefined && RouterId !== undefined) {
    return refuse('InvalidParameter.Conflict', { parameter: 'RouterId', detail: 'VRouterId is given, too.' });
  }
  return (RouteTableId ?? RouteTableName ?? RouterId ?? VRouterId)
    ? undefined
    : refuse('MissingParameter', { parameter: 'VRouterId', detail: 'Or RouteTableId, RouterId or RouteTableName.' });
}
