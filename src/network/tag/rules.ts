/** What tags may be. */
import { type ErrorCode, refuse } from '../../contract/errors.ts';
import { isRefusal, type Refusal } from '../../values/refusal.ts';

export interface Tag {
  readonly key: string;
  readonly value: string;
}

/** A tag as requests carry it. */
export interface GivenTag {
  readonly Key?: string | undefined;
  readonly Value?: string | undefined;
}

/** A condition on tags; without a value the key alone must be there. */
export interface TagCondition {
  readonly key: string;
  readonly value?: string;
}

const LONGEST = 128;
const RESERVED_PREFIX = /^(aliyun|acs:)/i;
const LINK = /https?:\/\//i;

/** Tags for a new resource, or why they are refused. `most`: the quota of tags of one resource. */
export function acceptTags(given: readonly GivenTag[] | undefined, most: number): readonly Tag[] | Refusal {
  const tags: Tag[] = [];
  const keys = new Set<string>();
  if (given && given.length > most) return tooMany(given.length, most);
  for (const [index, { Key, Value }] of (given ?? []).entries()) {
    const name = `Tag.${index + 1}`;
    if (Key === undefined || Key === '') {
      return refuse('InvalidTagKey.Malformed', { parameter: `${name}.Key`, detail: 'The key is empty.' });
    }
    const fault =
      faultOf(Key, `${name}.Key`, 'InvalidTagKey.Malformed') ??
      faultOf(Value ?? '', `${name}.Value`, 'InvalidTagValue.Malformed');
    if (isRefusal(fault)) return fault;
    if (keys.has(Key))
      return refuse('Duplicate.TagKey', { parameter: `${name}.Key`, detail: `'${Key}' is given twice.` });
    keys.add(Key);
    tags.push({ key: Key, value: Value ?? '' });
  }
  return tags;
}

/** Conditions of a list action, or why they are refused. Keys that no tag can have are allowed: they match nothing. */
export function acceptTagConditions(
  given: readonly GivenTag[] | undefined,
  most: number,
): readonly TagCondition[] | Refusal {
  const conditions: TagCondition[] = [];
  if (given && given.length > most) return tooMany(given.length, most);
  for (const [index, { Key, Value }] of (given ?? []).entries()) {
    if (Key === undefined || Key === '') {
      return refuse('InvalidTagKey.Malformed', { parameter: `Tag.${index + 1}.Key`, detail: 'The key is empty.' });
    }
    conditions.push(Value === undefined ? { key: Key } : { key: Key, value: Value });
  }
  return conditions;
}

/** A filter as requests carry it. */
export interface GivenTagFilter {
  readonly TagKey?: string | undefined;
  readonly TagValues?: readonly string[] | undefined;
}

/** Patterns in which * stands for any text. Without values the key is a pattern, with them only they are. */
export interface TagPattern {
  readonly key: string;
  readonly values: readonly string[];
}

/** Patterns of a list action, or why they are refused. */
export function acceptTagPatterns(given: readonly GivenTagFilter[] | undefined): readonly TagPattern[] | Refusal {
  const patterns: TagPattern[] = [];
  for (const [index, { TagKey, TagValues = [] }] of (given ?? []).entries()) {
    if (!TagKey) {
      return refuse('InvalidTagFilter.Malformed', {
        parameter: `TagFilter.${index + 1}.TagKey`,
        detail: 'It is absent.',
      });
    }
    patterns.push({ key: TagKey, values: TagValues });
  }
  return patterns;
}

/** Whether a resource may have `count` tags. */
export function mayHaveTags(count: number, most: number, code: ErrorCode, resourceId: string): Refusal | undefined {
  return count <= most
    ? undefined
    : refuse(code, { parameter: 'Tag', detail: `${resourceId} would have ${count} tags of at most ${most}.` });
}

function tooMany(count: number, most: number): Refusal {
  return refuse('InvalidTagCount', {
    parameter: `Tag.${most + 1}`,
    detail: `${count} are given, ${most} are allowed.`,
  });
}

function faultOf(text: string, parameter: string, code: ErrorCode): Refusal | undefined {
  if (text.length > LONGEST) return refuse(code, { parameter, detail: `It has more than ${LONGEST} characters.` });
  if (RESERVED_PREFIX.test(text)) return refuse(code, { parameter, detail: 'It must not start with aliyun or acs:.' });
  if (LINK.test(text)) return refuse(code, { parameter, detail: 'It must not contain http:// or https://.' });
  return undefined;
}
