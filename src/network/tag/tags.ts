/** Tags of resources in the store; alike for every kind of resource. */

import type { Reader, Writer } from '../../store/port.ts';
import type { ResourceKind } from '../../values/id.ts';
import { idsInAll } from '../selection.ts';
import type { Tag, TagCondition, TagPattern } from './rules.ts';

/** Gives a new resource its tags. */
export async function addTags(
  tx: Writer,
  accountId: string,
  kind: ResourceKind,
  resourceId: string,
  tags: readonly Tag[],
): Promise<void> {
  for (const { key, value } of tags) {
    await tx.insert('tag', { account_id: accountId, resource_kind: kind, resource_id: resourceId, key, value });
  }
}

/** Sets tags of a resource: a key that is there gets the new value. */
export async function setTags(
  tx: Writer,
  accountId: string,
  kind: ResourceKind,
  resourceId: string,
  tags: readonly Tag[],
): Promise<void> {
  const keys = tags.map((tag) => tag.key);
  await tx.remove('tag', { resource_kind: kind, resource_id: resourceId, key: keys });
  await addTags(tx, accountId, kind, resourceId, tags);
}

/** Takes the tags with these keys off several resources; without keys all tags. */
export async function takeTags(
  tx: Writer,
  kind: ResourceKind,
  resourceIds: readonly string[],
  keys: readonly string[] | undefined,
): Promise<void> {
  await tx.remove('tag', { resource_kind: kind, resource_id: resourceIds, key: keys });
}

/** Takes all tags of a resource that goes. */
export async function removeTags(tx: Writer, kind: ResourceKind, resourceId: string): Promise<void> {
  await tx.remove('tag', { resource_kind: kind, resource_id: resourceId });
}

/** Tags of several resources, by id, in the order of their keys; a resource without tags has no entry. */
export async function readTags(
  reader: Reader,
  kind: ResourceKind,
  resourceIds: readonly string[],
): Promise<ReadonlyMap<string, readonly Tag[]>> {
  const found = new Map<string, Tag[]>();
  const rows = await reader.find(
    'tag',
    { resource_kind: kind, resource_id: resourceIds },
    { orderBy: ['resource_id', 'key'] },
  );
  for (const { resource_id, key, value } of rows) {
    const tags = found.get(resource_id);
    if (tags) tags.push({ key, value });
    else found.set(resource_id, [{ key, value }]);
  }
  return found;
}

/** Ids of the account's resources that satisfy every condition; undefined when there is no condition. */
export async function resourcesWithTags(
  reader: Reader,
  accountId: string,
  kind: ResourceKind,
  conditions: readonly TagCondition[],
): Promise<readonly string[] | undefined> {
  let matching: Set<string> | undefined;
  for (const { key, value } of conditions) {
    const rows = await reader.find('tag', { account_id: accountId, resource_kind: kind, key, value });
    const ids = new Set(rows.map((row) => row.resource_id));
    const before = matching;
    matching = before ? new Set([...ids].filter((id) => before.has(id))) : ids;
  }
  return matching && [...matching];
}

/** Ids of the account's resources that satisfy every pattern; undefined when there is no pattern. */
export async function resourcesWithPatterns(
  reader: Reader,
  accountId: string,
  kind: ResourceKind,
  patterns: readonly TagPattern[],
): Promise<readonly string[] | undefined> {
  if (patterns.length === 0) return undefined;
  const matching = [];
  for (const { key, values } of patterns) {
    const where = { account_id: accountId, resource_kind: kind };
    const rows = [];
    if (values.length === 0) rows.push(...(await reader.find('tag', { ...where, key: { like: key } })));
    for (const value of values) rows.push(...(await reader.find('tag', { ...where, key, value: { like: value } })));
    matching.push(rows.map((row) => row.resource_id));
  }
  return idsInAll(...matching);
}
