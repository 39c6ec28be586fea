/** Setting and taking off tags of several resources, alike in both products. */
import type { ActionKey } from '../../contract/action.ts';
import { type ErrorCode, refuse } from '../../contract/errors.ts';
import type { TagResourceType } from '../../contract/tag.ts';
import type { Writer } from '../../store/port.ts';
import { isRefusal, type Refusal } from '../../values/refusal.ts';
import type { Call } from '../call.ts';
import { record } from '../history.ts';
import { knownRegion } from '../region/regions.ts';
import { kindOf, presentIds, type TaggedKind } from './kinds.ts';
import { acceptTags, type GivenTag, mayHaveTags } from './rules.ts';
import { readTags, setTags, takeTags } from './tags.ts';

interface Resources {
  readonly ResourceType: TagResourceType;
  readonly ResourceId: readonly string[];
}

/** Codes that the two products have of their own. */
export interface TagCodes {
  readonly notFound: ErrorCode;
  readonly quota: ErrorCode;
  readonly nothing: ErrorCode;
}

type Done = Record<string, never> | Refusal;

export async function tagResources(
  call: Call,
  input: Resources & { readonly Tag: readonly GivenTag[] },
  action: ActionKey,
  codes: TagCodes,
): Promise<Done> {
  const tags = acceptTags(input.Tag, call.quotas.tagsPerResource);
  if (isRefusal(tags)) return tags;
  return change(call, input, action, codes, async (tx, kind, ids) => {
    const present = await readTags(tx, kind, ids);
    for (const id of ids) {
      const keys = new Set([...(present.get(id) ?? []), ...tags].map((tag) => tag.key));
      const full = mayHaveTags(keys.size, call.quotas.tagsPerResource, codes.quota, id);
      if (full) return full;
      await setTags(tx, call.caller.accountId, kind, id, tags);
    }
    return undefined;
  });
}

export async function untagResources(
  call: Call,
  input: Resources & { readonly All: boolean; readonly TagKey?: readonly string[] | undefined },
  action: ActionKey,
  codes: TagCodes,
): Promise<Done> {
  const keys = input.TagKey ?? [];
  if (keys.length === 0 && !input.All) {
    return refuse(codes.nothing, { parameter: 'TagKey.1', detail: 'Or All with true.' });
  }
  return change(call, input, action, codes, async (tx, kind, ids) => {
    await takeTags(tx, kind, ids, keys.length > 0 ? keys : undefined);
    return undefined;
  });
}

/** Runs a step on resources that all exist. Tags concern no packets, so no network is touched. */
async function change(
  call: Call,
  { ResourceType, ResourceId }: Resources,
  action: ActionKey,
  codes: TagCodes,
  step: (tx: Writer, kind: TaggedKind, ids: readonly string[]) => Promise<Refusal | undefined>,
): Promise<Done> {
  const region = knownRegion(call);
  if (isRefusal(region)) return region;
  const kind = kindOf(ResourceType);
  const accountId = call.caller.accountId;
  return call.write([`account:${accountId}`], async (tx): Promise<Done> => {
    const present = kind && (await presentIds(tx, kind, accountId, region.id, ResourceId));
    const missing = ResourceId.findIndex((id) => !present?.has(id));
    if (!kind || missing >= 0) {
      return refuse(codes.notFound, {
        parameter: `ResourceId.${missing + 1}`,
        detail: `'${ResourceId[missing]}' is not a resource of this type and account here.`,
      });
    }
    const ids = [...new Set(ResourceId)];
    const refusal = await step(tx, kind, ids);
    if (refusal) return refusal;
    for (const id of ids) await record(call, tx, action, '', id);
    return {};
  });
}
