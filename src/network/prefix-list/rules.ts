/** What prefix lists may be, what may be in them and when they may go. */
import { refuse } from '../../contract/errors.ts';
import { formatCidr, parseCidr, parseCidrOrAddress } from '../../values/cidr.ts';
import { isRefusal, type Refusal } from '../../values/refusal.ts';
import { usedBy } from '../dependency.ts';

export interface Entry {
  /** Canonical block. */
  readonly cidr: string;
  readonly description: string;
}

/** An entry as requests carry it. */
export interface GivenEntry {
  readonly Cidr: string;
  readonly Description?: string | undefined;
}

const NAME = /^(?!https?:\/\/|com\.aliyun|com\.alibabacloud)\p{L}[\p{L}\p{N}._:-]*$/iu;

/** Whether a list may have this name; the contract holds its length. */
export function mayBePrefixListName(name: string): Refusal | undefined {
  if (NAME.test(name)) return undefined;
  return refuse('InvalidParameter.PrefixListName', {
    parameter: 'PrefixListName',
    detail: 'A letter, then letters, digits and . _ : -; com.aliyun and com.alibabacloud are not for users.',
  });
}

export function mayBeFamily(family: 'IPv4' | 'IPv6'): Refusal | undefined {
  return family === 'IPv4'
    ? undefined
    : refuse('UnsupportedParameter', { parameter: 'AddressFamily', detail: 'IPv6 is not served.' });
}

/**
 * The entries of a request, blocks canonical, or why they are refused. `parameter`: where they were given (`AddEntry`).
 * Of a block the host bits must be zero; an address is a block of its own.
 */
export function acceptEntries(given: readonly GivenEntry[] | undefined, parameter: string): readonly Entry[] | Refusal {
  const entries = new Map<string, Entry>();
  for (const [index, { Cidr, Description }] of (given ?? []).entries()) {
    const where = `${parameter}.${index + 1}.Cidr`;
    const block = Cidr.includes('/') ? parseCidr(Cidr) : parseCidrOrAddress(Cidr);
    if (!block) {
      return refuse('InvalidParameter.CidrMalformed', {
        parameter: where,
        detail: `'${Cidr}' is neither an IPv4 block without host bits nor an IPv4 address.`,
      });
    }
    const cidr = formatCidr(block);
    if (entries.has(cidr)) {
      return refuse('InvalidParameter.CidrDuplicated', { parameter: where, detail: `${cidr} is given twice.` });
    }
    entries.set(cidr, { cidr, description: Description ?? '' });
  }
  return [...entries.values()];
}

/** What becomes of the entries of a list. */
export interface EntryChange {
  readonly added: readonly Entry[];
  readonly described: readonly Entry[];
  /** Blocks. */
  readonly removed: readonly string[];
}

/** What a change asks for, or why it is refused. `present`: the blocks in the list, of at most `most`. */
export function acceptChange(
  present: ReadonlySet<string>,
  add: readonly Entry[],
  remove: readonly Entry[],
  most: number,
): EntryChange | Refusal {
  const removed = new Set(remove.map((entry) => entry.cidr));
  for (const [index, { cidr }] of remove.entries()) {
    if (!present.has(cidr)) {
      return refuse('InvalidParameter', {
        parameter: `RemoveEntry.${index + 1}.Cidr`,
        detail: `${cidr} is not an entry of the list.`,
      });
    }
  }
  for (const [index, { cidr }] of add.entries()) {
    if (removed.has(cidr)) {
      return refuse('InvalidParameter.CidrDuplicated', {
        parameter: `AddEntry.${index + 1}.Cidr`,
        detail: `${cidr} is also to be removed.`,
      });
    }
  }
  const added = add.filter((entry) => !present.has(entry.cidr));
  const full = mayHold(present.size - removed.size + added.length, most, 'AddEntry');
  if (isRefusal(full)) return full;
  return { added, described: add.filter((entry) => present.has(entry.cidr)), removed: [...removed] };
}

/** Whether a list of at most `most` entries may have `count`. */
export function mayHold(count: number, most: number, parameter: string): Refusal | undefined {
  return count <= most
    ? undefined
    : refuse('LimitExceed.MaxEntries', { parameter, detail: `There would be ${count} of at most ${most} entries.` });
}

export function mayAddPrefixList(present: number, quota: number): Refusal | undefined {
  return present < quota
    ? undefined
    : refuse('LimitExceed.PrefixListPerRegion', { detail: `There are ${present} of at most ${quota} prefix lists.` });
}

/** Whether rules of one more group may name the list. `present`: the groups that do. */
export function mayAssociate(present: number, quota: number, parameter: string): Refusal | undefined {
  return present < quota
    ? undefined
    : refuse('LimitExceed.PrefixListAssociationResource', {
        parameter,
        detail: `${present} of at most ${quota} groups use it.`,
      });
}

/** Whether a list may go. `groupIds`: groups with rules that name it. */
export function mayDeletePrefixList(groupIds: readonly string[]): Refusal | undefined {
  return groupIds.length === 0
    ? undefined
    : refuse('NotAllowed.AssociationExist', { parameter: 'PrefixListId', detail: usedBy(groupIds) });
}

/** The same refusal for a list that is nowhere, in another region or another account's. */
export function prefixListNotFound(id: string, parameter: string): Refusal {
  return refuse('InvalidPrefixListId.NotFound', {
    parameter,
    detail: `'${id}' is not a prefix list of this account here.`,
  });
}
