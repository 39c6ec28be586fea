/**
 * Which guests have which cards, over all networks; making and removing a guest's namespace, which lives as long as it
 * has a card of any network.
 */
import type { Card } from './links.ts';
import { guestCommands } from './links.ts';
import type { ShellTool } from './tools.ts';

/** Makes and removes namespaces of guests, /run/netns/ID in the holder. Repeating either changes nothing. */
export interface GuestNamespaces {
  /** A guest that runs gets those back that it lives in. */
  make(guestIds: readonly string[]): Promise<void>;
  /** Links in them vanish once no process is in them. */
  remove(guestIds: readonly string[]): Promise<void>;
  list(): Promise<readonly string[]>;
  /** Which of these guests run. */
  running(guestIds: readonly string[]): Promise<readonly string[]>;
}

/** Where the namespaces of `ip netns` lie. */
export const NAMESPACES = '/run/netns';

/** Cards that one script of the shell configures; bounds its length. */
const CARDS_AT_ONCE = 200;

/** From so many on, work on guests is done in two processes beside each other. */
const WORTH_TWO = 16;

export class Guests {
  readonly #shell: ShellTool;
  readonly #namespaces: GuestNamespaces;
  /** Guest → its ports. */
  readonly #ports = new Map<string, Set<string>>();
  #turn: Promise<unknown> = Promise.resolve();

  /** `shell` is in the holder's own network namespace. */
  constructor(shell: ShellTool, namespaces: GuestNamespaces) {
    this.#shell = shell;
    this.#namespaces = namespaces;
  }

  /** Takes note of a card that exists. */
  note(card: Card): void {
    const ports = this.#ports.get(card.guestId) ?? new Set();
    this.#ports.set(card.guestId, ports.add(card.portId));
  }

  /** Removes the namespaces of guests without a card: left behind when a daemon died before it had plugged one. */
  async sweep(): Promise<void> {
    const orphans = (await this.#namespaces.list()).filter((guest) => !this.#ports.has(guest));
    if (orphans.length > 0) await this.#inTurn(() => this.#namespaces.remove(orphans));
  }

  /** Which of these guests have no namespaces, or only the names of some. */
  async broken(guestIds: ReadonlySet<string>): Promise<string[]> {
    const text = await this.#shell.run("grep -F ' - nsfs ' /proc/self/mountinfo || :");
    const mounted = new Set(text.match(/(?<= \/run\/)(?:netns|userns)\/\S+/g));
    return [...guestIds].filter((guest) => !mounted.has(`netns/${guest}`) || !mounted.has(`userns/${guest}`));
  }

  /**
   * Makes the namespaces of guests whole. Resolves to those of them that have others than before: whatever link they
   * had leads elsewhere.
   */
  async mend(guestIds: readonly string[]): Promise<ReadonlySet<string>> {
    if (guestIds.length === 0) return new Set();
    const kept = new Set(await this.#namespaces.running(guestIds));
    await this.#inTurn(async () => {
      await this.#namespaces.remove(guestIds);
      await this.#namespaces.make(guestIds);
    });
    return new Set(guestIds.filter((guest) => !kept.has(guest)));
  }

  /** Makes the namespaces of the cards' guests where they are missing. */
  async prepare(cards: readonly Card[]): Promise<void> {
    for (const card of cards) this.note(card);
    const guests = new Set(cards.map((card) => card.guestId));
    await this.#inTurn(async () => {
      await Promise.all(halves([...guests]).map((half) => this.#namespaces.make(half)));
    });
  }

  /** Configures the guests' ends of the cards. */
  async configure(cards: readonly Card[]): Promise<void> {
    for (let from = 0; from < cards.length; from += CARDS_AT_ONCE) {
      const parts = halves(cards.slice(from, from + CARDS_AT_ONCE).map(configureScript));
      const begun = parts.map((part, at) => `(\nset -e\n${part.join('\n')}\n) &\njob${at}=$!`);
      const ended = parts.map((_, at) => `wait $job${at} || failed=1`);
      await this.#shell.run(['failed=0', ...begun, ...ended, '( exit $failed )'].join('\n'));
    }
  }

  /** Removes a guest's end of a card that stands in the way of a new one. */
  async clear(card: Card): Promise<void> {
    const target = `${NAMESPACES}/${card.guestId}`;
    await this.#shell.run(`nsenter --net=${target} ip link delete dev eth${card.deviceIndex} 2>/dev/null || :`);
  }

  /**
   * Forgets cards. Guests that have none left lose their namespace, and with it all their links. Resolves to the cards
   * whose guests stay: their links remain to be removed one by one.
   *
   * What is decided here and the queueing of what follows happen without a pause between them. So when another network plugs
   * a card into a guest at the same moment, either it came first and the namespace stays, or it makes a new one.
   */
  async drop(cards: readonly Card[], staying: ReadonlySet<string>): Promise<Card[]> {
    const left: Card[] = [];
    const ended = new Set<string>();
    for (const card of cards) {
      const ports = this.#ports.get(card.guestId);
      ports?.delete(card.portId);
      if (staying.has(card.guestId)) left.push(card);
      else if (!ports || ports.size === 0) ended.add(card.guestId);
    }
    for (const card of cards) {
      if (!staying.has(card.guestId) && !ended.has(card.guestId)) left.push(card);
    }
    for (const guest of ended) this.#ports.delete(guest);
    if (ended.size > 0) await this.#inTurn(() => this.#namespaces.remove([...ended]));
    return left;
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    const mine = this.#turn.then(work);
    this.#turn = mine.catch(() => {});
    return mine;
  }
}

/** One card in its guest's namespace. */
function configureScript(card: Card): string {
  const commands = ['link set dev lo up', ...guestCommands(card)];
  return `nsenter --net=${NAMESPACES}/${card.guestId} ip -batch - <<'END'\n${commands.join('\n')}\nEND`;
}

function halves<Item>(items: readonly Item[]): Item[][] {
  if (items.length < WORTH_TWO) return [[...items]];
  const middle = Math.ceil(items.length / 2);
  return [items.slice(0, middle), items.slice(middle)];
}
