/** What the process entry hands to the command line. */
import type { LinuxFacts } from '../daemon/choice.ts';
import type { ServeParts } from '../daemon/serve.ts';

export interface Parts {
  readonly environment: { readonly [name: string]: string | undefined };
  /** Arguments that run this program again. */
  readonly self: readonly string[];
  readonly version: string;
  /** The rest of the system; loaded only when a daemon starts or ends. */
  readonly serving: ServeParts;
  probeNamespaces(): Promise<LinuxFacts['namespaces']>;
}
