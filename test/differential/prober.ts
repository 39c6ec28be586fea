/**
 * The process that sends real packets: compiled when it is needed, started in a region's namespaces, told what to send.
 * What it does and how it tells that a packet will never arrive stands in prober.c.
 */
import type { ChildProcess } from 'node:child_process';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Holder } from '../../src/drivers/linux/holder.ts';
import { run, start } from '../../src/shell/shell.ts';

/** A packet to send. */
export interface Sent {
  /** Rises from packet to packet. */
  readonly id: number;
  /** Id of the packet that began the flow; its own when it does. */
  readonly flow: number;
  /** Id of the guest that sends it. */
  readonly guest: string;
  readonly protocol: number;
  readonly source: string;
  readonly destination: string;
  readonly sourcePort: number;
  readonly destinationPort: number;
}

/** What was seen of a packet. */
export interface Seen {
  /** Ids of guests that received it, and what it bore there. */
  readonly received: readonly {
    readonly guest: string;
    readonly source: string;
    readonly destination: string;
    readonly sourcePort: number;
    readonly destinationPort: number;
  }[];
  /** Sources of answers of routers. */
  readonly answeredBy: readonly string[];
  /** Guests at which the receiver's answer came back, and its source there. */
  readonly returned: readonly { readonly guest: string; readonly source: string }[];
  /** Who told the sender that the destination is unreachable, with the code of ICMP: 0 network, 1 host, 3 port. */
  readonly unreachable: readonly { readonly source: string; readonly code: number }[];
}

export const NOTHING: Seen = { received: [], answeredBy: [], returned: [], unreachable: [] };

export interface ProbedGuest {
  /** Id: the name of its namespace. */
  readonly id: string;
  readonly address: string;
  readonly gateway: string;
}

export interface Prober {
  /** Takes over these guests and forgets these networks' flows from now on; lets go of all others. */
  attend(guests: readonly ProbedGuest[], networks: readonly string[]): Promise<void>;
  /** Forgets all flows of the networks. */
  flush(): Promise<void>;
  /** Sends packets, and tells of each what was seen, in their order. Their ids rise. */
  send(packets: readonly Sent[]): Promise<Seen[]>;
  close(): Promise<void>;
}

/** The compiled prober in a directory of its own. */
export interface ProberProgram {
  readonly directory: string;
  remove(): Promise<void>;
}

const NAME = 'prober';

/** Compiles it with the C compiler of the machine. */
export async function compileProber(): Promise<ProberProgram> {
  const directory = await mkdtemp(join(tmpdir(), 'yunlan-prober-'));
  const source = join(import.meta.dirname, 'prober.c');
  await run(['cc', '-O2', '-Wall', '-Wextra', '-Werror', '-o', join(directory, NAME), source]);
  // Root of the namespaces may be anybody here.
  await chmod(directory, 0o755);
  return { directory, remove: () => rm(directory, { recursive: true, force: true }) };
}

export async function startProber(holder: Holder, program: ProberProgram): Promise<Prober> {
  const visible = await holder.expose('prober', program.directory);
  return new RunningProber(start(holder.inside([`${visible}/${NAME}`])));
}

class RunningProber implements Prober {
  readonly #child: ChildProcess;
  readonly #ended: Promise<void>;
  readonly #guests = new Map<string, number>();
  readonly #names: string[] = [];
  readonly #networks = new Map<string, number>();
  /** Takes a line of its answer. */
  #heard: (line: string) => void = () => {};
  #failed: (error: Error) => void = () => {};
  #failure: Error | undefined;

  constructor(child: ChildProcess) {
    this.#child = child;
    const { stdin, stdout, stderr } = child;
    if (!stdin || !stdout || !stderr) throw new TypeError('pipes were asked for');
    let complaint = '';
    stderr.setEncoding('utf8').on('data', (piece: string) => {
      complaint += piece;
    });
    stdin.on('error', () => {
      // it ended; 'close' tells
    });
    createInterface({ input: stdout }).on('line', (line) => {
      if (line.startsWith('error ') || line.startsWith('late ')) this.#fail(new Error(`the prober: ${line}`));
      else this.#heard(line);
    });
    this.#ended = new Promise((resolve) => {
      child.once('close', () => {
        this.#fail(new Error(`the prober has ended: ${complaint}`));
        resolve();
      });
    });
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    this.#failed(this.#failure);
  }

  /** Says something and hands every line of the answer to `take`, which tells when it is the last. */
  async #ask(words: string, take: (line: string) => boolean): Promise<void> {
    if (this.#failure) throw this.#failure;
    await new Promise<void>((resolve, reject) => {
      this.#failed = reject;
      this.#heard = (line) => {
        if (take(line)) resolve();
      };
      this.#child.stdin?.write(words);
    });
  }

  async attend(guests: readonly ProbedGuest[], networks: readonly string[]): Promise<void> {
    const lines: string[] = [];
    const wanted = new Set(guests.map((guest) => guest.id));
    for (const [id, number] of [...this.#guests]) {
      if (wanted.has(id)) continue;
      this.#guests.delete(id);
      lines.push(`leave ${number}`);
    }
    for (const [id, number] of [...this.#networks]) {
      if (networks.includes(id)) continue;
      this.#networks.delete(id);
      lines.push(`gone ${number}`);
    }
    for (const { id, address, gateway } of guests) {
      if (this.#guests.has(id)) continue;
      const number = free(this.#guests);
      this.#guests.set(id, number);
      this.#names[number] = id;
      lines.push(`guest ${number} ${id} ${address} ${gateway}`);
    }
    for (const id of networks) {
      if (this.#networks.has(id)) continue;
      const number = free(this.#networks);
      this.#networks.set(id, number);
      lines.push(`network ${number} ${id}`);
    }
    if (lines.length === 0) return;
    let left = lines.length;
    await this.#ask(`${lines.join('\n')}\n`, () => {
      left -= 1;
      return left === 0;
    });
  }

  flush(): Promise<void> {
    return this.#ask('flush\n', () => true);
  }

  async send(packets: readonly Sent[]): Promise<Seen[]> {
    const [first] = packets;
    if (first === undefined) return [];
    const lines = packets.map((packet) => this.#line(packet));
    const seen = new Map<number, Growing<Seen>>();
    await this.#ask(`batch ${packets.length}\n${lines.join('\n')}\n`, (line) => {
      const [what, id = '', number = '', source = '', ...more] = line.split(' ');
      if (what === 'done') return true;
      const one = seen.get(Number(id)) ?? { received: [], answeredBy: [], returned: [], unreachable: [] };
      seen.set(Number(id), one);
      const guest = this.#names[Number(number)] ?? '';
      if (what === 'a') one.answeredBy.push(source);
      else if (what === 'r') one.returned.push({ guest, source });
      else if (what === 'e') one.unreachable.push({ source, code: Number(more[0]) });
      else {
        const [destination = '', sourcePort, destinationPort] = more;
        const ports = { sourcePort: Number(sourcePort), destinationPort: Number(destinationPort) };
        one.received.push({ guest, source, destination, ...ports });
      }
      return false;
    });
    return packets.map(({ id }) => seen.get(id) ?? NOTHING);
  }

  #line({ id, flow, guest, protocol, source, destination, sourcePort, destinationPort }: Sent): string {
    const number = this.#guests.get(guest);
    if (number === undefined) throw new Error(`${guest} is not attended`);
    const kind = id === flow ? 'first' : 'next';
    return [id, kind, flow, number, protocol, source, destination, sourcePort, destinationPort].join(' ');
  }

  async close(): Promise<void> {
    this.#child.stdin?.end();
    await this.#ended;
  }
}

/** With lists that grow. */
type Growing<T> = { [K in keyof T]: T[K] extends readonly (infer E)[] ? E[] : T[K] };

/** The smallest number that none has. */
function free(numbers: ReadonlyMap<string, number>): number {
  const taken = new Set(numbers.values());
  let number = 0;
  while (taken.has(number)) number += 1;
  return number;
}
