/** Words for refusals that name what still uses a resource. */

const SHOWN = 5;

/** "Used by a, b, c, d, e and 7 more." */
export function usedBy(ids: readonly string[]): string {
  const rest = ids.length - SHOWN;
  return `Used by ${ids.slice(0, SHOWN).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}.`;
}
