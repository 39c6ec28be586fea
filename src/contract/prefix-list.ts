/** Actions on prefix lists: parameters, answers, codes. */
import { action } from './action.ts';
import { ownership } from './ownership.ts';
import { nextToken } from './paging.ts';
import { integer, list, struct, text } from './parameter.ts';
import { clientToken, regionId } from './request.ts';
import { newTags, tagFilter } from './tags.ts';
import { DESCRIPTION_PATTERN } from './wording.ts';

const prefixListId = text({ fate: 'realised', help: 'Id of the prefix list.', required: true });

const NAME_HELP =
  'Name, 2 to 128 characters: a letter, then letters, digits and . _ : -; not starting with com.aliyun or com.alibabacloud.';

const description = text({
  fate: 'stored',
  help: 'Description, 2 to 256 characters, not starting with http:// or https://.',
  length: [2, 256],
  pattern: DESCRIPTION_PATTERN,
  invalid: 'InvalidDescription.Malformed',
});

const cidr = text({
  fate: 'realised',
  help: 'IPv4 block in CIDR form without host bits, or an address (kept as /32).',
  required: true,
  invalid: 'InvalidParameter.CidrMalformed',
});

const entryFields = {
  Cidr: cidr,
  Description: text({
    fate: 'stored',
    help: 'Description of the entry, 2 to 32 characters, not starting with http:// or https://.',
    length: [2, 32],
    pattern: DESCRIPTION_PATTERN,
    invalid: 'InvalidDescription.Malformed',
  }),
} as const;

/** Most entries that one call adds or removes. */
const MOST_ENTRIES = 200;

const familyHelp = 'IPv4, the only family served; IPv6 is refused.';

const maxResults = integer({
  fate: 'realised',
  help: 'Most entries of an answer, 1 to 100; a greater number counts as 100.',
  range: [1, 100],
  clamp: true,
  default: 10,
});

export const createPrefixList = action({
  product: 'Ecs',
  name: 'CreatePrefixList',
  summary: 'Creates a prefix list: blocks under one id, for rules that name them all.',
  effect: 'write',
  parameters: {
    ...ownership,
    RegionId: regionId,
    ClientToken: clientToken,
    AddressFamily: text({
      fate: 'realised',
      help: familyHelp,
      required: true,
      enum: ['IPv4', 'IPv6'],
      invalid: 'InvalidParameter.AddressFamily',
    }),
    MaxEntries: integer({
      fate: 'realised',
      help: 'Most entries the list may ever have, 1 to 200; a rule that names the list counts as so many rules.',
      required: true,
      range: [1, MOST_ENTRIES],
    }),
    PrefixListName: text({
      fate: 'stored',
      help: NAME_HELP,
      required: true,
      length: [2, 128],
      invalid: 'InvalidParameter.PrefixListName',
    }),
    Description: description,
    Entry: list({
      fate: 'realised',
      help: 'Entries of the list, each block once.',
      most: MOST_ENTRIES,
      invalid: 'LimitExceed.Entry',
      of: struct({ fate: 'realised', help: 'An entry.', fields: entryFields }),
    }),
    ResourceGroupId: text({ fate: 'stored', help: 'Resource group; any id is kept and shown again.' }),
    Tag: newTags,
  },
  answer: { PrefixListId: 'string' },
  errors: [
    'InvalidRegionId.NotFound',
    'InvalidParameter.AddressFamily',
    'InvalidParameter.PrefixListName',
    'InvalidParameter.CidrMalformed',
    'InvalidParameter.CidrDuplicated',
    'InvalidDescription.Malformed',
    'LimitExceed.Entry',
    'LimitExceed.MaxEntries',
    'LimitExceed.PrefixListPerRegion',
    'UnsupportedParameter',
    'InvalidTagCount',
    'InvalidTagKey.Malformed',
    'InvalidTagValue.Malformed',
    'Duplicate.TagKey',
  ],
});

export const describePrefixLists = action({
  product: 'Ecs',
  name: 'DescribePrefixLists',
  summary: 'Lists prefix lists without their entries.',
  effect: 'read',
  parameters: {
    ...ownership,
    RegionId: regionId,
    AddressFamily: text({
      fate: 'realised',
      help: 'Only lists of this family; there are no IPv6 ones here.',
      enum: ['IPv4', 'IPv6'],
    }),
    PrefixListId: list({
      fate: 'realised',
      help: 'Only these lists, up to 100.',
      most: 100,
      invalid: 'LimitExceed.PrefixListId',
      of: text({ fate: 'realised', help: 'Id of a prefix list.' }),
    }),
    PrefixListName: text({ fate: 'realised', help: 'Only lists of exactly this name.' }),
    ResourceGroupId: text({ fate: 'realised', help: 'Only lists of this resource group.' }),
    Tag: tagFilter,
    MaxResults: maxResults,
    NextToken: nextToken,
  },
  answer: {
    NextToken: 'string',
    PrefixLists: {
      PrefixList: [
        {
          AddressFamily: 'string',
          AssociationCount: 'integer',
          CreationTime: 'string',
          Description: 'string',
          MaxEntries: 'integer',
          PrefixListId: 'string',
          PrefixListName: 'string',
          ResourceGroupId: 'string',
          Tags: { Tag: [{ TagKey: 'string', TagValue: 'string' }] },
        },
      ],
    },
  },
  errors: ['InvalidRegionId.NotFound', 'LimitExceed.PrefixListId', 'InvalidTagCount', 'InvalidTagKey.Malformed'],
});

export const describePrefixListAttributes = action({
  product: 'Ecs',
  name: 'DescribePrefixListAttributes',
  summary: 'Tells a prefix list and its entries.',
  effect: 'read',
  parameters: { ...ownership, RegionId: regionId, PrefixListId: prefixListId },
  answer: {
    AddressFamily: 'string',
    CreationTime: 'string',
    Description: 'string',
    Entries: { Entry: [{ Cidr: 'string', Description: 'string' }] },
    MaxEntries: 'integer',
    PrefixListId: 'string',
    PrefixListName: 'string',
  },
  errors: ['InvalidRegionId.NotFound', 'InvalidPrefixListId.NotFound'],
});

export const describePrefixListAssociations = action({
  product: 'Ecs',
  name: 'DescribePrefixListAssociations',
  summary: 'Lists the security groups with rules that name a prefix list.',
  effect: 'read',
  parameters: {
    ...ownership,
    RegionId: regionId,
    PrefixListId: prefixListId,
    MaxResults: maxResults,
    NextToken: nextToken,
  },
  answer: {
    NextToken: 'string',
    PrefixListAssociations: { PrefixListAssociation: [{ ResourceId: 'string', ResourceType: 'string' }] },
  },
  errors: ['InvalidRegionId.NotFound', 'InvalidPrefixListId.NotFound'],
});

export const modifyPrefixList = action({
  product: 'Ecs',
  name: 'ModifyPrefixList',
  summary: 'Changes name, description or entries of a prefix list; rules that name it follow.',
  effect: 'write',
  parameters: {
    ...ownership,
    RegionId: regionId,
    PrefixListId: prefixListId,
    PrefixListName: text({
      fate: 'stored',
      help: NAME_HELP,
      length: [2, 128],
      invalid: 'InvalidParameter.PrefixListName',
    }),
    Description: description,
    AddEntry: list({
      fate: 'realised',
      help: 'Entries to add, each block once and none of RemoveEntry; an entry that is there gets the new description.',
      most: MOST_ENTRIES,
      invalid: 'LimitExceed.Entry',
      of: struct({ fate: 'realised', help: 'An entry to add.', fields: entryFields }),
    }),
    RemoveEntry: list({
      fate: 'realised',
      help: 'Entries to remove, each block once.',
      most: MOST_ENTRIES,
      invalid: 'LimitExceed.Entry',
      of: struct({ fate: 'realised', help: 'An entry to remove.', fields: { Cidr: cidr } }),
    }),
  },
  answer: {},
  errors: [
    'InvalidRegionId.NotFound',
    'InvalidPrefixListId.NotFound',
    'InvalidParameter',
    'InvalidParameter.PrefixListName',
    'InvalidParameter.CidrMalformed',
    'InvalidParameter.CidrDuplicated',
    'InvalidDescription.Malformed',
    'LimitExceed.Entry',
    'LimitExceed.MaxEntries',
  ],
});

export const deletePrefixList = action({
  product: 'Ecs',
  name: 'DeletePrefixList',
  summary: 'Deletes a prefix list that no rule names.',
  effect: 'write',
  parameters: { ...ownership, RegionId: regionId, PrefixListId: prefixListId },
  answer: {},
  errors: ['InvalidRegionId.NotFound', 'InvalidPrefixListId.NotFound', 'NotAllowed.AssociationExist'],
});
