/**
 * Lists that can be read by page number or by token. Asking for MaxResults or NextToken chooses the token; then the page
 * parameters count for nothing and PageSize in the answer repeats MaxResults, which clients compare with what came.
 */
import type { Page, Reader, Where } from '../store/port.ts';
import type { TableName, Tables } from '../store/schema.ts';
import { isRefusal, type Refusal } from '../values/refusal.ts';
import { startOfToken, tokenFor } from './paging.ts';

interface EitherInput {
  readonly PageNumber: number;
  readonly PageSize: number;
  readonly MaxResults?: number | undefined;
  readonly NextToken?: string | undefined;
}

interface Part {
  readonly offset: number;
  readonly limit: number;
  readonly byToken: boolean;
  readonly pageNumber: number;
}

/** Which part is asked for, or why the token is refused. */
export function partAsked(input: EitherInput): Part | Refusal {
  const { MaxResults, NextToken, PageNumber, PageSize } = input;
  if (MaxResults === undefined && NextToken === undefined) {
    return { offset: (PageNumber - 1) * PageSize, limit: PageSize, byToken: false, pageNumber: PageNumber };
  }
  const offset = startOfToken(NextToken);
  if (isRefusal(offset)) return offset;
  const limit = MaxResults ?? 10;
  return { offset, limit, byToken: true, pageNumber: Math.floor(offset / limit) + 1 };
}

/** The rows of that part in a fixed order, and the fields of the answer that say which part it is. */
export async function readPart<T extends TableName>(
  reader: Reader,
  table: T,
  where: Where<Tables[T]>,
  orderBy: NonNullable<Page<Tables[T]>['orderBy']>,
  part: Part,
) {
  const total = await reader.count(table, where);
  const rows = await reader.find(table, where, { orderBy, limit: part.limit, offset: part.offset });
  return { rows, facts: factsOf(part, rows.length, total) };
}

/** The same of a list that is in memory. */
export function partOfList<R>(list: readonly R[], part: Part) {
  const rows = list.slice(part.offset, part.offset + part.limit);
  return { rows, facts: factsOf(part, rows.length, list.length) };
}

function factsOf({ offset, limit, byToken, pageNumber }: Part, here: number, TotalCount: number) {
  const NextToken = byToken ? tokenFor(offset + here, TotalCount) : '';
  return { PageNumber: pageNumber, PageSize: limit, TotalCount, NextToken };
}
