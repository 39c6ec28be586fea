/**
 * Which guests have which cards, over all networks; making and removing a guest's namespace, which lives as long as it
 * has a card of any network.
 */
import type { Card } from './links.ts';
import { guestCommands } from './links.ts';
import { type ShellTool, shellWord } from './tools.ts';

/** Makes and removes namespaces of guests, /run/netns/ID in the holder. Repeating either changes nothing. */
export interface GuestNamespaces {
  make(guestIds: readonly string[]): Promise<void>;
  /** Links in them vanish once no process is in them. */
  remove(guestIds: readonly string[]): Promise<void>;
}

/** Where the namespaces of `ip netns` lie. */
export const NAMESPACES = '/run/netns';

/** Guests that one script of the shell makes ready; bounds its length. */
const GUESTS_AT_ONCE = 200;

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

  /** Makes the namespaces of the cards' guests where they are missing. */
  async prepare(cards: readonly Card[]): Promise<void> {
    for (const card of cards) this.note(card);
    const guests = new Set(cards.map((card) => card.guestId));
    await this.#inTurn(() => this.#namespaces.make([...guests]));
  }

  /** Configures the guests' ends of the cards. */
  async configure(cards: readonly Card[]): Promise<void> {
    const scripts = cards.map((card) => {
      const commands = ['link set dev lo up', ...guestCommands(card)];
      const inside = 'echo 1 >/proc/sys/net/ipv6/conf/all/disable_ipv6; exec ip -batch -';
      return `nsenter --net=${NAMESPACES}/${card.guestId} sh -c ${shellWord(inside)} <<'END' || exit_status=$?
${commands.join('\n')}
END`;
    });
    for (let from = 0; from < scripts.length; from += GUESTS_AT_ONCE) {
      const piece = scripts.slice(from, from + GUESTS_AT_ONCE);
      await this.#shell.run(['exit_status=0', ...piece, '( exit $exit_status )'].join('\n'));
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
