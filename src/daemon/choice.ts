/** Which driver to use: real packets when the machine can, said plainly when not. */

/** What the linux driver finds on this machine. */
export interface LinuxFacts {
  readonly namespaces: { readonly ok: true } | { readonly ok: false; readonly reason: string; readonly remedy: string };
  /** Programs that it needs and that are missing. */
  readonly missing: readonly { readonly program: string; readonly package: string }[];
}

export type DriverWish = 'auto' | 'linux' | 'simulated';

export type Choice =
  | { readonly driver: 'linux' }
  /** `why` and `remedy` only when real packets were wanted and cannot be had. */
  | { readonly driver: 'simulated'; readonly why?: string; readonly remedy?: string }
  | { readonly refused: string };

export function chooseDriver(wish: DriverWish, facts: LinuxFacts | undefined): Choice {
  if (wish === 'simulated' || facts === undefined) return { driver: 'simulated' };
  const obstacle = obstacleOf(facts);
  if (obstacle === undefined) return { driver: 'linux' };
  if (wish === 'linux') return { refused: `driver linux cannot work here: ${obstacle.why}; ${obstacle.remedy}` };
  return { driver: 'simulated', ...obstacle };
}

/** What keeps the linux driver from working; undefined when nothing does. */
export function obstacleOf(facts: LinuxFacts): { readonly why: string; readonly remedy: string } | undefined {
  if (facts.missing.length > 0) {
    const names = facts.missing.map((each) => each.program);
    const packages = [...new Set(facts.missing.map((each) => each.package))];
    return { why: `missing programs: ${names.join(', ')}`, remedy: `as root: apt-get install ${packages.join(' ')}` };
  }
  if (!facts.namespaces.ok) return { why: facts.namespaces.reason, remedy: facts.namespaces.remedy };
  return undefined;
}
