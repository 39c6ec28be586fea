/** Invalid calls on prefix lists. */
import type { Request } from '../harness.ts';
import { type Case, callsOf, type InvalidCall, type World } from './catalogue.ts';

const creating = (change: Request) => (): Request => ({
  PrefixListName: 'new-list',
  AddressFamily: 'IPv4',
  MaxEntries: 3,
  ...change,
});

const changing =
  (change: Request) =>
  (world: World): Request => ({ PrefixListId: world.prefixList, ...change });

const many = Array.from({ length: 201 }, (_, index) => ({ Cidr: `10.0.${index}.0/24` }));

/** What every action that takes the id of a list refuses. */
const ofUnknownLists = (request: Request = {}): readonly Case[] => [
  {
    why: 'unknown list',
    request: () => ({ ...request, PrefixListId: 'pl-unknown' }),
    code: 'InvalidPrefixListId.NotFound',
    status: 404,
    parameter: 'PrefixListId',
  },
  {
    why: "another account's list",
    request: (w) => ({ ...request, PrefixListId: w.foreign.prefixList }),
    code: 'InvalidPrefixListId.NotFound',
    status: 404,
    parameter: 'PrefixListId',
  },
  {
    why: 'list of another region',
    request: (w) => ({ ...request, PrefixListId: w.prefixList, RegionId: 'cn-beijing' }),
    code: 'InvalidPrefixListId.NotFound',
    status: 404,
    parameter: 'PrefixListId',
  },
  {
    why: 'no list',
    request: () => request,
    code: 'MissingParameter',
    status: 400,
    parameter: 'PrefixListId',
  },
];

export const PREFIX_LIST_CALLS: readonly InvalidCall[] = [
  ...callsOf('Ecs', 'CreatePrefixList', [
    {
      why: 'unknown region',
      request: creating({ RegionId: 'cn-nowhere' }),
      code: 'InvalidRegionId.NotFound',
      status: 404,
      parameter: 'RegionId',
    },
    {
      why: 'unknown family',
      request: creating({ AddressFamily: 'IPv5' }),
      code: 'InvalidParameter.AddressFamily',
      status: 400,
      parameter: 'AddressFamily',
    },
    {
      why: 'IPv6',
      request: creating({ AddressFamily: 'IPv6' }),
      code: 'UnsupportedParameter',
      status: 400,
      parameter: 'AddressFamily',
    },
    {
      why: 'no MaxEntries',
      request: creating({ MaxEntries: '' }),
      code: 'MissingParameter',
      status: 400,
      parameter: 'MaxEntries',
    },
    {
      why: 'MaxEntries 0',
      request: creating({ MaxEntries: 0 }),
      code: 'InvalidParameter',
      status: 400,
      parameter: 'MaxEntries',
    },
    {
      why: 'MaxEntries 201',
      request: creating({ MaxEntries: 201 }),
      code: 'InvalidParameter',
      status: 400,
      parameter: 'MaxEntries',
    },
    {
      why: 'name too short',
      request: creating({ PrefixListName: 'a' }),
      code: 'InvalidParameter.PrefixListName',
      status: 400,
      parameter: 'PrefixListName',
    },
    {
      why: 'name of the vendor',
      request: creating({ PrefixListName: 'com.aliyun.list' }),
      code: 'InvalidParameter.PrefixListName',
      status: 400,
      parameter: 'PrefixListName',
    },
    {
      why: 'name starts with a digit',
      request: creating({ PrefixListName: '1list' }),
      code: 'InvalidParameter.PrefixListName',
      status: 400,
      parameter: 'PrefixListName',
    },
    {
      why: 'description is a link',
      request: creating({ Description: 'https://a' }),
      code: 'InvalidDescription.Malformed',
      status: 400,
      parameter: 'Description',
    },
    {
      why: 'host bits',
      request: creating({ Entry: [{ Cidr: '10.0.0.0/8' }, { Cidr: '10.0.0.1/8' }] }),
      code: 'InvalidParameter.CidrMalformed',
      status: 400,
      parameter: 'Entry.2.Cidr',
    },
    {
      why: 'entry without a block',
      request: creating({ Entry: [{ Description: 'nothing' }] }),
      code: 'MissingParameter',
      status: 400,
      parameter: 'Entry.1.Cidr',
    },
    {
      why: 'description of an entry too long',
      request: creating({ Entry: [{ Cidr: '10.0.0.0/8', Description: 'x'.repeat(33) }] }),
      code: 'InvalidDescription.Malformed',
      status: 400,
      parameter: 'Entry.1.Description',
    },
    {
      why: 'a block twice, once as an address',
      request: creating({ Entry: [{ Cidr: '10.0.0.1/32' }, { Cidr: '10.0.0.1' }] }),
      code: 'InvalidParameter.CidrDuplicated',
      status: 400,
      parameter: 'Entry.2.Cidr',
    },
    {
      why: 'more entries than MaxEntries',
      request: creating({ MaxEntries: 1, Entry: [{ Cidr: '10.0.0.0/8' }, { Cidr: '11.0.0.0/8' }] }),
      code: 'LimitExceed.MaxEntries',
      status: 400,
      parameter: 'Entry',
    },
    {
      why: 'more than 200 entries',
      request: creating({ MaxEntries: 200, Entry: many }),
      code: 'LimitExceed.Entry',
      status: 400,
      parameter: 'Entry',
    },
    {
      why: 'reserved tag',
      request: creating({ Tag: [{ Key: 'acs:x', Value: 'y' }] }),
      code: 'InvalidTagKey.Malformed',
      status: 400,
      parameter: 'Tag.1.Key',
    },
  ]),
  ...callsOf('Ecs', 'DescribePrefixLists', [
    {
      why: 'unknown region',
      request: () => ({ RegionId: 'cn-nowhere' }),
      code: 'InvalidRegionId.NotFound',
      status: 404,
      parameter: 'RegionId',
    },
    {
      why: 'more than 100 lists',
      request: () => ({ PrefixListId: Array.from({ length: 101 }, (_, index) => `pl-${index}`) }),
      code: 'LimitExceed.PrefixListId',
      status: 400,
      parameter: 'PrefixListId',
    },
    {
      why: 'a token of nobody',
      request: () => ({ NextToken: 'x' }),
      code: 'InvalidParameter',
      status: 400,
      parameter: 'NextToken',
    },
  ]),
  ...callsOf('Ecs', 'DescribePrefixListAttributes', ofUnknownLists()),
  ...callsOf('Ecs', 'DescribePrefixListAssociations', ofUnknownLists()),
  ...callsOf('Ecs', 'ModifyPrefixList', [
    ...ofUnknownLists({ PrefixListName: 'renamed' }),
    {
      why: 'no room',
      request: changing({ AddEntry: [{ Cidr: '12.0.0.0/8' }] }),
      code: 'LimitExceed.MaxEntries',
      status: 400,
      parameter: 'AddEntry',
    },
    {
      why: 'a block to add and to remove',
      request: changing({ AddEntry: [{ Cidr: '10.0.0.0/8' }], RemoveEntry: [{ Cidr: '10.0.0.0/8' }] }),
      code: 'InvalidParameter.CidrDuplicated',
      status: 400,
      parameter: 'AddEntry.1.Cidr',
    },
    {
      why: 'a block to remove twice',
      request: changing({ RemoveEntry: [{ Cidr: '10.0.0.0/8' }, { Cidr: '10.0.0.0/8' }] }),
      code: 'InvalidParameter.CidrDuplicated',
      status: 400,
      parameter: 'RemoveEntry.2.Cidr',
    },
    {
      why: 'a block to remove that is not there',
      request: changing({ PrefixListName: 'renamed', RemoveEntry: [{ Cidr: '12.0.0.0/8' }] }),
      code: 'InvalidParameter',
      status: 400,
      parameter: 'RemoveEntry.1.Cidr',
    },
    {
      why: 'no block',
      request: changing({ AddEntry: [{ Cidr: 'ten' }] }),
      code: 'InvalidParameter.CidrMalformed',
      status: 400,
      parameter: 'AddEntry.1.Cidr',
    },
    {
      why: 'more than 200 entries',
      request: changing({ RemoveEntry: many }),
      code: 'LimitExceed.Entry',
      status: 400,
      parameter: 'RemoveEntry',
    },
    {
      why: 'bad name',
      request: changing({ PrefixListName: 'http://a' }),
      code: 'InvalidParameter.PrefixListName',
      status: 400,
      parameter: 'PrefixListName',
    },
  ]),
  ...callsOf('Ecs', 'DeletePrefixList', [
    ...ofUnknownLists(),
    {
      why: 'a rule names it',
      request: (w) => ({ PrefixListId: w.usedPrefixList }),
      code: 'NotAllowed.AssociationExist',
      status: 400,
      parameter: 'PrefixListId',
    },
  ]),
];
