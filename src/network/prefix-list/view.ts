/** Rows of prefix lists as answers show them. */
import type { Tables } from '../../store/schema.ts';
import { formatMinutes } from '../../values/clock.ts';
import type { Tag } from '../tag/rules.ts';
import { ecsTags } from '../tag/view.ts';

/** A list as DescribePrefixLists shows it. `associations`: how many groups have rules that name it. */
export function listedPrefixList(row: Tables['prefix_list'], associations: number, tags: readonly Tag[] | undefined) {
  return {
    ...commonOf(row),
    AssociationCount: associations,
    ResourceGroupId: row.resource_group_id,
    Tags: ecsTags(tags),
  };
}

/** The answer of DescribePrefixListAttributes. */
export function prefixListAttributes(row: Tables['prefix_list'], entries: readonly Tables['prefix_list_entry'][]) {
  return {
    ...commonOf(row),
    Entries: { Entry: entries.map(({ cidr, description }) => ({ Cidr: cidr, Description: description })) },
  };
}

function commonOf(row: Tables['prefix_list']) {
  return {
    PrefixListId: row.id,
    PrefixListName: row.name,
    Description: row.description,
    AddressFamily: row.address_family,
    MaxEntries: row.max_entries,
    CreationTime: formatMinutes(row.created_at),
  };
}
