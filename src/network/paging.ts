/** Reading lists in parts: by page number, or by token. */
import { refuse } from '../contract/errors.ts';
import type { Page, Reader, Where } from '../store/port.ts';
import type { TableName, Tables } from '../store/schema.ts';
import type { Refusal } from '../values/refusal.ts';

interface PageInput {
  readonly PageNumber: number;
  readonly PageSize: number;
}

/** One page of rows, and the three fields that say which. */
export interface PageOf<R> {
  readonly rows: R[];
  readonly facts: { readonly PageNumber: number; readonly PageSize: number; readonly TotalCount: number };
}

/** The rows of one page, in a fixed order. */
export async function readPage<T extends TableName>(
  reader: Reader,
  table: T,
  where: Where<Tables[T]>,
  orderBy: NonNullable<Page<Tables[T]>['orderBy']>,
  { PageNumber, PageSize }: PageInput,
): Promise<PageOf<Tables[T]>> {
  const TotalCount = await reader.count(table, where);
  const rows = await reader.find(table, where, { orderBy, limit: PageSize, offset: (PageNumber - 1) * PageSize });
  return { rows, facts: { PageNumber, PageSize, TotalCount } };
}

/** One page of a list that is in memory. */
export function pageOfList<R>(list: readonly R[], { PageNumber, PageSize }: PageInput): PageOf<R> {
  const start = (PageNumber - 1) * PageSize;
  return { rows: list.slice(start, start + PageSize), facts: { PageNumber, PageSize, TotalCount: list.length } };
}

const TOKEN = /^n([0-9a-z]{1,10})$/;

/** Where a part starts: 0 without a token. A token that was not made here is refused. */
export function startOfToken(token: string | undefined): number | Refusal {
  if (token === undefined || token === '') return 0;
  const digits = TOKEN.exec(token)?.[1];
  if (digits === undefined)
    return refuse('InvalidParameter', { parameter: 'NextToken', detail: 'It is not a token of an earlier answer.' });
  return Number.parseInt(digits, 36);
}

/** Token for the part that starts at `next`; empty when nothing is left. */
export function tokenFor(next: number, total: number): string {
  return next < total ? `n${next.toString(36)}` : '';
}
