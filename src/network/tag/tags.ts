/** Tags of resources in the store; alike for every kind of resource. */

import type { Reader, Writer } from '../../store/port.ts';
import type { ResourceKind } from '../../values/id.ts';
import type { Tag, TagCondition } from './rules.ts';

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
