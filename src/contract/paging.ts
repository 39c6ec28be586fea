/** Parameters of lists that are answered in parts: by page number, or by token. */
import { integer, text } from './parameter.ts';

export const pageNumber = integer({
  fate: 'realised',
  help: 'Page to answer, from 1.',
  range: [1, 1_000_000],
  default: 1,
});

/** Entries on a page: 10 unless asked, at most `most` (50 in most VPC actions, 100 in most ECS actions). */
export const pageSize = <const M extends number>(most: M) =>
  integer({ fate: 'realised', help: `Entries on a page, 1 to ${most}.`, range: [1, most], default: 10 });

/** Both parameters of lists by page number. */
export const pages = <const M extends number>(most: M) => ({ PageNumber: pageNumber, PageSize: pageSize(most) });

export const nextToken = text({
  fate: 'realised',
  help: 'NextToken of the previous answer, to go on where it ended; absent for the first part.',
  length: [0, 256],
});
