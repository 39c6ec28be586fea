/** Programs of the machine that Yunlan uses, and the Debian packages they come in. */
import { accessSync, constants } from 'node:fs';
import { SYSTEM_PATHS } from '../shell/shell.ts';

export interface Program {
  readonly program: string;
  readonly package: string;
  /** The linux driver cannot work without it; else instances lack it. */
  readonly needed: boolean;
  readonly use: string;
}

export const PROGRAMS: readonly Program[] = [
  { program: 'nft', package: 'nftables', needed: true, use: 'security groups' },
  { program: 'ip', package: 'iproute2', needed: true, use: 'networks' },
  { program: 'conntrack', package: 'conntrack', needed: true, use: 'cutting flows whose rule was revoked' },
  { program: 'unshare', package: 'util-linux', needed: true, use: 'namespaces' },
  { program: 'nsenter', package: 'util-linux', needed: true, use: 'namespaces' },
  { program: 'setpriv', package: 'util-linux', needed: true, use: 'namespaces' },
  { program: 'mount', package: 'mount', needed: true, use: "instances' disks" },
  { program: 'ping', package: 'iputils-ping', needed: false, use: 'inside instances' },
  { program: 'curl', package: 'curl', needed: false, use: 'inside instances' },
  // The package of the interpreter alone has no module http.
  { program: 'python3', package: 'python3', needed: false, use: 'inside instances, and for probes' },
  { program: 'ethtool', package: 'ethtool', needed: false, use: 'inside instances' },
];

/** Where a program lies among the machine's own; undefined when it does not. Instances see only these folders. */
export function findProgram(program: string): string | undefined {
  for (const folder of SYSTEM_PATHS) {
    try {
      accessSync(`${folder}/${program}`, constants.X_OK);
      return `${folder}/${program}`;
    } catch {
      // not in this folder
    }
  }
  return undefined;
}

export function missingPrograms(): readonly Program[] {
  return PROGRAMS.filter(({ program }) => findProgram(program) === undefined);
}
