/** Takes the demo away, whole or half made: what bears its tag and nothing else, in the order that the API asks for. */
import { lineOf } from '../../daemon/failure.ts';
import { CallRefused } from '../client.ts';
import { withProgress } from '../progress.ts';
import { isSettled } from './make.ts';
import { type DemoRegion, type Found, listIn, textOf } from './region.ts';

export interface Removal {
  /** How many things are gone. */
  readonly removed: number;
  /** What is left, and why: somebody may have put something of their own into the demo's networks. */
  readonly left: readonly { readonly id: string; readonly why: string }[];
}

export async function removeDemo(region: DemoRegion): Promise<Removal> {
  const remover = new Remover(region);
  await withProgress('releasing instances', remover.instances());
  await withProgress('deleting groups and networks', remover.networks());
  const left = [...remover.left].map(([id, why]) => ({ id, why }));
  return { removed: remover.removed, left };
}

class Remover {
  removed = 0;
  readonly left = new Map<string, string>();
  readonly #region: DemoRegion;

  constructor(region: DemoRegion) {
    this.#region = region;
  }

  async instances(): Promise<void> {
    const region = this.#region;
    for (const { id, status } of await region.until('eip', isSettled)) {
      if (status !== 'InUse') continue;
      await this.#attempt(id, () => region.call('Vpc', 'UnassociateEipAddress', { AllocationId: id }));
    }
    await this.#remove(await region.until('eip', isSettled), ({ id }) =>
      region.call('Vpc', 'ReleaseEipAddress', { AllocationId: id }),
    );
    await this.#remove(await region.until('instance', ({ status }) => status !== 'Pending'), ({ id }) =>
      region.call('Ecs', 'DeleteInstance', { InstanceId: id, Force: 'true' }),
    );
    await this.#gone('instance');
  }

  async networks(): Promise<void> {
    const region = this.#region;
    const groups = await region.all('group');
    // A group that a rule of another one names cannot go, and two may name each other.
    for (const { id } of groups) await this.#attempt(id, () => this.#revokeRulesAboutGroups(id));
    await this.#remove(groups, ({ id }) => region.call('Ecs', 'DeleteSecurityGroup', { SecurityGroupId: id }));
    await this.#remove(await region.all('vswitch'), ({ id }) => region.call('Vpc', 'DeleteVSwitch', { VSwitchId: id }));
    await this.#gone('vswitch');
    await this.#remove(await region.all('vpc'), ({ id }) => region.call('Vpc', 'DeleteVpc', { VpcId: id }));
    await this.#gone('vpc');
  }

  async #remove(things: readonly Found[], remove: (thing: Found) => Promise<unknown>): Promise<void> {
    for (const thing of things) if (await this.#attempt(thing.id, () => remove(thing))) this.removed += 1;
  }

  /**
   * False when it was refused: the thing stays, with what hangs on it, and the rest goes on. What has gone meanwhile is
   * as good as removed.
   */
  async #attempt(id: string, work: () => Promise<unknown>): Promise<boolean> {
    try {
      await work();
      this.left.delete(id);
      return true;
    } catch (error) {
      if (!(error instanceof CallRefused)) throw error;
      if (!error.code.endsWith('.NotFound')) this.left.set(id, lineOf(error));
      return false;
    }
  }

  async #gone(kind: 'instance' | 'vswitch' | 'vpc'): Promise<void> {
    await this.#region.until(kind, ({ id }) => this.left.has(id));
  }

  async #revokeRulesAboutGroups(SecurityGroupId: string): Promise<void> {
    const region = this.#region;
    const group = await region.call('Ecs', 'DescribeSecurityGroupAttribute', { SecurityGroupId });
    const rules = listIn(group, 'Permissions', 'Permission').filter(
      (rule) => textOf(rule, 'SourceGroupId') !== '' || textOf(rule, 'DestGroupId') !== '',
    );
    for (const [direction, action] of [
      ['ingress', 'RevokeSecurityGroup'],
      ['egress', 'RevokeSecurityGroupEgress'],
    ] as const) {
      const ids = rules
        .filter((rule) => textOf(rule, 'Direction') === direction)
        .map((rule, at) => [`SecurityGroupRuleId.${at + 1}`, textOf(rule, 'SecurityGroupRuleId')] as const);
      if (ids.length > 0) await region.call('Ecs', action, { SecurityGroupId, ...Object.fromEntries(ids) });
    }
  }
}
