/** When an instance failed last, beside the words that say how. */
export const instanceFailure = `
alter table instance add column failed_at integer;
`;
