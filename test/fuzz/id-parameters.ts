/** Which parameters of the contract hold ids, and of what: found by their names, so that new actions are covered. */
import type { Parameter } from '../../src/contract/parameter.ts';
import { ID_PREFIX, type ResourceKind } from '../../src/values/id.ts';

/** What an account has that its own calls name. */
export type IdKind =
  | ResourceKind
  | 'disk'
  | 'resourceGroup'
  | 'instanceName'
  | 'accountId'
  | 'accountName'
  | 'accessKey';

/** Kinds that are resources with an id; the one that is mostly meant first. */
export const RESOURCE_KINDS: readonly IdKind[] = [
  'instance',
  ...(Object.keys(ID_PREFIX) as ResourceKind[]).filter((kind) => kind !== 'instance'),
  'disk',
  'resourceGroup',
];

/** The name that a parameter ends in → what it may hold. The first that fits counts. */
const BY_NAME: readonly (readonly [RegExp, readonly IdKind[]])[] = [
  [/SecurityGroupRuleId$/, ['securityGroupRule']],
  [/^(Security|Source|Dest)GroupIds?$|SecurityGroupIds?$/, ['securityGroup']],
  [/ResourceGroupIds?$/, ['resourceGroup']],
  [/VpcId$/, ['vpc']],
  [/VSwitchId$/, ['vswitch']],
  [/NetworkInterfaceId$/, ['networkInterface']],
  [/PrefixListId$/, ['prefixList']],
  [/RouteTableId$/, ['routeTable']],
  [/RouteEntryId$/, ['routeEntry']],
  [/RouterId$/, ['vrouter']],
  [/^NextHopId$/, ['instance', 'networkInterface']],
  [/^AllocationId$/, ['eip']],
  [/^DiskIds?$/, ['disk']],
  [/^InstanceIDs$/, ['instance', 'eip']],
  [/^Instance$/, ['instance', 'instanceName']],
  [/InstanceIds?$/, ['instance', 'networkInterface']],
  [/^(Source|Destination)$/, ['instance', 'instanceName', 'networkInterface', 'eip']],
  [/OwnerId$/, ['accountId']],
  [/OwnerAccount$|^AccountName$/, ['accountName']],
  [/AccessKeyId$/, ['accessKey']],
  [/^ResourceId$/, RESOURCE_KINDS],
];

/** What a parameter may hold whose name tells an id and no kind that there is here, such as SnapshotId. */
const ANY: readonly IdKind[] = ['instance'];

/** Ids of what is the same for all accounts: regions, zones, images and the like. */
const PUBLIC = /(Region|Zone|Image|Event|Activity|ServiceCode)(Id)?$|^Region/;

/**
 * What the parameter that is called so may hold; undefined for one that holds no id. `path`: its wire name, with N for
 * numbers.
 */
export function idKindsOf(path: string, parameter: Parameter): readonly IdKind[] | undefined {
  if (parameter.kind === 'boolean' || parameter.kind === 'float') return undefined;
  if (parameter.kind === 'text' && parameter.enum) return undefined;
  const name = path
    .split('.')
    .filter((part) => part !== 'N')
    .at(-1)!;
  const known = BY_NAME.find(([pattern]) => pattern.test(name))?.[1];
  if (known) return known;
  return /[A-Za-z]Id(s|List)?$/.test(name) && !PUBLIC.test(name) && parameter.kind !== 'integer' ? ANY : undefined;
}

/** A parameter that is a single value, with its wire name; numbers of lists are N. */
export interface Leaf {
  readonly path: string;
  readonly parameter: Parameter;
}

/** Every single value below these parameters, without those that are refused anyway. */
export function leavesOf(parameters: { readonly [name: string]: Parameter }, prefix = ''): Leaf[] {
  return Object.entries(parameters).flatMap(([name, parameter]) => leaves(parameter, prefix + name));
}

function leaves(parameter: Parameter, path: string): Leaf[] {
  if (parameter.fate === 'refused') return [];
  if (parameter.kind === 'list') return leaves(parameter.of, `${path}.N`);
  if (parameter.kind === 'struct') return leavesOf(parameter.fields, `${path}.`);
  return [{ path, parameter }];
}
