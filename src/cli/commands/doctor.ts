/** `doctor`: what works on this machine and, where not, why and what to do. Exit status 0 when real packets can move. */
import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { obstacleOf } from '../../daemon/choice.ts';
import { isAlive, readDaemon } from '../../daemon/directory.ts';
import { tryPort } from '../../daemon/port.ts';
import { findProgram, missingPrograms, PROGRAMS } from '../../daemon/programs.ts';
import { printLine } from '../output.ts';
import type { Parts } from '../parts.ts';
import { withProgress } from '../progress.ts';
import type { SharedOptions } from '../shared-options.ts';

interface Finding {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
  readonly remedy?: string;
}

export async function doctor(
  options: { readonly port: number; readonly host: string; readonly json: boolean },
  { data }: SharedOptions,
  parts: Parts,
): Promise<number> {
  const namespaces = await withProgress('trying namespaces', parts.probeNamespaces());
  const missing = missingPrograms();
  const findings: Finding[] = [
    { name: 'node', ok: true, detail: `${process.version}, ${process.execPath}` },
    libraries(),
    namespaces.ok
      ? { name: 'namespaces', ok: true, detail: `private ones can be made as uid ${process.getuid?.()}` }
      : { name: 'namespaces', ok: false, detail: namespaces.reason, remedy: namespaces.remedy },
    ...PROGRAMS.map(({ program, package: name, use }): Finding => {
      const path = findProgram(program);
      if (path !== undefined) return { name: program, ok: true, detail: path };
      return { name: program, ok: false, detail: `missing (${use})`, remedy: `as root: apt-get install ${name}` };
    }),
    await disk(data),
    await port(options, data),
  ];
  const obstacle = obstacleOf({ namespaces, missing: missing.filter(({ needed }) => needed) });
  const driver = obstacle === undefined ? 'linux' : 'simulated';
  if (options.json) {
    printLine(JSON.stringify({ driver, obstacle: obstacle?.why ?? null, findings }));
  } else {
    for (const { name, ok, detail, remedy } of findings) {
      printLine(`${ok ? 'ok  ' : 'FAIL'} ${name.padEnd(11)} ${detail}`);
      if (remedy) printLine(`${' '.repeat(17)}${remedy}`);
    }
    printLine(
      obstacle === undefined
        ? 'Real packets work here (driver linux).'
        : `Real packets do not work here: ${obstacle.why}. Without them: yunlan up --driver simulated.`,
    );
  }
  return obstacle === undefined ? 0 : 1;
}

/** Those that a server needs; a broken installation lacks some. */
function libraries(): Finding {
  const missing = ['fastify', 'kysely', 'pino', 'prom-client'].filter((name) => {
    try {
      return !import.meta.resolve(name);
    } catch {
      return true;
    }
  });
  return missing.length === 0
    ? { name: 'libraries', ok: true, detail: 'installed' }
    : {
        name: 'libraries',
        ok: false,
        detail: `missing: ${missing.join(', ')}`,
        remedy: 'delete node_modules and start again',
      };
}

async function disk(data: string): Promise<Finding> {
  // The directory may not be there yet: look at the first one above it that is.
  for (let path = data; ; path = dirname(path)) {
    try {
      const { bavail, bsize } = await statfs(path);
      const free = Math.floor((bavail * bsize) / (1024 * 1024));
      const ok = free >= 64;
      return {
        name: 'disk',
        ok,
        detail: `${free} MB free for ${data}`,
        ...(ok ? {} : { remedy: 'free some space, or choose another disk with --data' }),
      };
    } catch (error) {
      if (path === dirname(path)) return { name: 'disk', ok: false, detail: String(error) };
    }
  }
}

async function port({ host, port }: { readonly host: string; readonly port: number }, data: string): Promise<Finding> {
  const daemon = readDaemon(data);
  if (daemon?.endpoint && isAlive(daemon)) {
    return { name: 'port', ok: true, detail: `our daemon answers at ${daemon.endpoint} (process ${daemon.pid})` };
  }
  const fault = await tryPort(host, port);
  return fault === undefined
    ? { name: 'port', ok: true, detail: `${port} of ${host} is free` }
    : { name: 'port', ok: false, detail: fault };
}
