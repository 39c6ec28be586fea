/** Asks the kernel whether an address can be listened on, before anything is started that would have to be undone. */
import { createServer } from 'node:net';
import { Failure, lineOf } from './failure.ts';

/** Throws a Failure with the reason in one line when it cannot. */
export async function checkPort(host: string, port: number): Promise<void> {
  const words = await tryPort(host, port);
  if (words !== undefined) throw new Failure(words);
}

/** Why the port cannot be listened on; undefined when it can. Port 0 stands for any free one. */
export function tryPort(host: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error) => resolve(portFault(error, host, port)));
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(undefined)));
  });
}

/** The words for an error of listen; the error's own when it is none that is known. */
export function portFault(error: unknown, host: string, port: number): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  switch (code) {
    case 'EADDRINUSE':
      return `port ${port} of ${host} is taken by another program: choose another with --port (0: any free one)`;
    case 'EACCES':
      return `port ${port} needs more rights than this user has: choose one above 1023 with --port`;
    case 'EADDRNOTAVAIL':
      return `${host} is no address of this machine: choose another with --host`;
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `the host name ${host} is not known: choose another with --host`;
    default:
      return `cannot listen on ${host} port ${port}: ${lineOf(error)}`;
  }
}
