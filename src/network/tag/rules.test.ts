import { describe, expect, it } from 'vitest';
import { acceptTagConditions, acceptTagPatterns, acceptTags, mayHaveTags } from './rules.ts';

const MOST = 20;

describe('tags of a new resource', () => {
  it('are keys with values; a value may be empty or absent', () => {
    expect(acceptTags([{ Key: 'team', Value: 'a' }, { Key: 'x' }, { Key: '键', Value: '' }], MOST)).toEqual([
      { key: 'team', value: 'a' },
      { key: 'x', value: '' },
      { key: '键', value: '' },
    ]);
    expect(acceptTags(undefined, MOST)).toEqual([]);
  });

  it('are at most as many as the quota', () => {
    const tags = Array.from({ length: MOST + 1 }, (_, index) => ({ Key: `k${index}`, Value: '' }));
    expect(acceptTags(tags.slice(1), MOST)).toHaveLength(MOST);
    expect(acceptTags(tags, MOST)).toMatchObject({ code: 'InvalidTagCount', parameter: 'Tag.21' });
  });

  it.each([
    [{ Key: '', Value: 'v' }, 'InvalidTagKey.Malformed', 'Tag.2.Key'],
    [{ Value: 'v' }, 'InvalidTagKey.Malformed', 'Tag.2.Key'],
    [{ Key: 'k'.repeat(129), Value: 'v' }, 'InvalidTagKey.Malformed', 'Tag.2.Key'],
    [{ Key: 'aliyun-x', Value: 'v' }, 'InvalidTagKey.Malformed', 'Tag.2.Key'],
    [{ Key: 'ACS:x', Value: 'v' }, 'InvalidTagKey.Malformed', 'Tag.2.Key'],
    [{ Key: 'see http://x', Value: 'v' }, 'InvalidTagKey.Malformed', 'Tag.2.Key'],
    [{ Key: 'k', Value: 'acs:x' }, 'InvalidTagValue.Malformed', 'Tag.2.Value'],
    [{ Key: 'k', Value: 'https://x' }, 'InvalidTagValue.Malformed', 'Tag.2.Value'],
    [{ Key: 'k', Value: 'v'.repeat(129) }, 'InvalidTagValue.Malformed', 'Tag.2.Value'],
    [{ Key: 'first', Value: 'other' }, 'Duplicate.TagKey', 'Tag.2.Key'],
  ])('%j is refused with %s', (tag, code, parameter) => {
    expect(acceptTags([{ Key: 'first', Value: '' }, tag], MOST)).toMatchObject({ code, parameter });
  });

  it('keys differ by case', () => {
    expect(acceptTags([{ Key: 'Team' }, { Key: 'team' }], MOST)).toHaveLength(2);
  });
});

describe('tags to ask for', () => {
  it('ask for any value when none is given', () => {
    expect(acceptTagConditions([{ Key: 'a' }, { Key: 'b', Value: 'c' }], MOST)).toEqual([
      { key: 'a' },
      { key: 'b', value: 'c' },
    ]);
  });

  it('need a key', () => {
    expect(acceptTagConditions([{ Value: 'v' }], MOST)).toMatchObject({
      code: 'InvalidTagKey.Malformed',
      parameter: 'Tag.1.Key',
    });
  });
});

describe('patterns to ask for', () => {
  it('are of keys, or of the values of one key', () => {
    expect(acceptTagPatterns([{ TagKey: 'env*' }, { TagKey: 'env', TagValues: ['a*', 'b'] }])).toEqual([
      { key: 'env*', values: [] },
      { key: 'env', values: ['a*', 'b'] },
    ]);
    expect(acceptTagPatterns(undefined)).toEqual([]);
  });

  it('need a key', () => {
    expect(acceptTagPatterns([{ TagKey: 'a' }, { TagValues: ['b'] }])).toMatchObject({
      code: 'InvalidTagFilter.Malformed',
      parameter: 'TagFilter.2.TagKey',
    });
  });
});

describe('tags of a resource', () => {
  it('fit the quota up to its last place, and the refusal names the resource', () => {
    expect(mayHaveTags(MOST, MOST, 'QuotaExceed.Tags', 'i-a')).toBeUndefined();
    const full = mayHaveTags(MOST + 1, MOST, 'QuotaExceed.Tags', 'i-a');
    expect(full).toMatchObject({ code: 'QuotaExceed.Tags', parameter: 'Tag' });
    expect(full?.message).toContain('i-a');
  });
});
