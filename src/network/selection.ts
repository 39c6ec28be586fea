/** Choosing rows of a list by several conditions that each name ids. */

/** Ids that are in every list that is given; undefined when none is given, which asks for every row. */
export function idsInAll(...lists: readonly (readonly string[] | undefined)[]): readonly string[] | undefined {
  const given = lists.filter((list) => list !== undefined);
  const [first, ...others] = given;
  if (!first) return undefined;
  const sets = others.map((list) => new Set(list));
  return [...new Set(first)].filter((id) => sets.every((set) => set.has(id)));
}
