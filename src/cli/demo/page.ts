/** The web server's page as the internet sees it: a request from the host beyond the public edge. */
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { OUTSIDE } from '../../values/public-edge.ts';
import { runExecClient } from '../../wire/exec-client.ts';
import { upgrade } from '../client.ts';
import { INSTANCES, SERVE } from './plan.ts';
import type { DemoRegion } from './region.ts';

/**
 * Starts the server when it ended with its instance, and waits until it listens; at the first boot UserData may not have
 * written its script yet.
 */
const SERVES = `
import os, socket, subprocess, sys, time
for _ in range(150):
    if os.access(sys.argv[1], os.X_OK): subprocess.call([sys.argv[1]])
    try: socket.create_connection(('127.0.0.1', int(sys.argv[2])), 1)
    except OSError: time.sleep(0.1)
    else: break
`;

const FETCH = `
import sys, urllib.request
try: print(urllib.request.urlopen(sys.argv[1], timeout=2).read().decode().strip())
except OSError as error: sys.exit(str(getattr(error, 'reason', error)))
`;

export type Page = { readonly text: string } | { readonly problem: string };

/** Sees to it that the demo's servers serve, and fetches the page. */
export async function fetchPage(region: DemoRegion, address: string): Promise<Page> {
  const instances = await region.byRole('instance');
  const servers = INSTANCES.flatMap(({ role, serves }) => {
    const found = instances.get(role);
    return serves !== undefined && found?.status === 'Running' ? [{ id: found.id, serves }] : [];
  });
  await Promise.all(servers.map(({ id, serves }) => run(region, id, ['python3', '-c', SERVES, SERVE, String(serves)])));
  const { code, stdout, stderr } = await run(region, OUTSIDE, ['python3', '-c', FETCH, `http://${address}/`]);
  return code === 0 ? { text: stdout.trim() } : { problem: stderr.trim().split('\n').at(-1) ?? '' };
}

interface Output {
  /** Exit status; undefined when the command did not come to its end. */
  readonly code: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

async function run(region: DemoRegion, instance: string, command: readonly string[]): Promise<Output> {
  const words = Object.fromEntries(command.map((word, at) => [`Command.${at + 1}`, word]));
  const { socket, head } = await upgrade(region.target, 'Yunlan', 'ExecInstance', {
    RegionId: region.id,
    Instance: instance,
    ...words,
  });
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  stdin.end();
  const outputs = Promise.all([text(stdout), text(stderr)]);
  const outcome = await runExecClient({ socket, head, stdin, stdout, stderr });
  stdout.end();
  stderr.end();
  const [out, errors] = await outputs;
  const code = outcome.kind === 'ended' && 'code' in outcome.end ? outcome.end.code : undefined;
  const lost = outcome.kind === 'lost' ? outcome.reason : outcome.kind === 'failed' ? outcome.failure.message : '';
  return { code, stdout: out, stderr: errors || lost };
}
