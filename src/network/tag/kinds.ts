/** Kinds of resources that may have tags: as the products spell them, and where their rows are. */
import type { TagResourceType } from '../../contract/tag.ts';
import type { Reader } from '../../store/port.ts';
import type { ResourceKind } from '../../values/id.ts';

/** Kinds that there are here; of all others no resource is ever found. */
const KIND_OF = {
  instance: 'instance',
  securitygroup: 'securityGroup',
  eni: 'networkInterface',
  prefixlist: 'prefixList',
  VPC: 'vpc',
  VSWITCH: 'vswitch',
  ROUTETABLE: 'routeTable',
  EIP: 'eip',
} as const satisfies { readonly [T in TagResourceType]?: ResourceKind };

export type TaggedKind = (typeof KIND_OF)[keyof typeof KIND_OF];

const TABLE = {
  instance: 'instance',
  securityGroup: 'security_group',
  networkInterface: 'network_interface',
  prefixList: 'prefix_list',
  vpc: 'vpc',
  vswitch: 'vswitch',
  routeTable: 'route_table',
  eip: 'eip',
} as const satisfies { readonly [K in TaggedKind]: string };

/** The kind that a product calls so; undefined when there are no such resources here. */
export function kindOf(type: TagResourceType): TaggedKind | undefined {
  return (KIND_OF as { readonly [T in TagResourceType]?: TaggedKind })[type];
}

/** Which of these ids are resources of this kind, account and region. */
export async function presentIds(
  reader: Reader,
  kind: TaggedKind,
  accountId: string,
  regionId: string,
  ids: readonly string[],
): Promise<ReadonlySet<string>> {
  const rows = await reader.find(TABLE[kind], { id: ids, account_id: accountId, region_id: regionId });
  return new Set(rows.map((row) => row.id));
}
