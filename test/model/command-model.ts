/**
 * A small model of the API for one account: what is there, in which state, and which code each call must be refused
 * with. Written from the documentation's view of the calls, with no row and no driver in it.
 */

export type InstanceStatus = 'Starting' | 'Running' | 'Stopping' | 'Stopped';

export interface ModelInstance {
  readonly vswitch: string;
  status: InstanceStatus;
  wanted: 'Running' | 'Stopped' | 'Deleted';
  readonly groups: string[];
  readonly address: string;
}

export interface ModelRule {
  readonly group: string;
  readonly direction: 'ingress' | 'egress';
  readonly protocol: string;
  readonly ports: string;
  /** A block or the id of a group. */
  readonly peer: string;
}

/** Limits of the region in which the commands run: low, so that they are met. */
export const LIMITS = {
  vpcsPerRegion: 2,
  vswitchesPerVpc: 2,
  securityGroupsPerRegion: 4,
  rulesPerSecurityGroup: 3,
  securityGroupsPerInterface: 2,
  instancesPerRegion: 5,
  eipsPerAccount: 2,
} as const;

export class Model {
  /** VPC id → its block. */
  readonly vpcs = new Map<string, string>();
  /** VSwitch id → its VPC and block. */
  readonly vswitches = new Map<string, { readonly vpc: string; readonly cidr: string }>();
  /** Group id → its VPC. */
  readonly groups = new Map<string, string>();
  rules: ModelRule[] = [];
  readonly instances = new Map<string, ModelInstance>();
  /** EIP id → the instance that has it. */
  readonly eips = new Map<string, string | undefined>();
  /** Ids that were there once, and some that never were. */
  readonly gone: { readonly [K in Kind]: string[] } = {
    vpc: ['vpc-bp000000000000000000'],
    vswitch: ['vsw-bp000000000000000000'],
    group: ['sg-bp000000000000000000'],
    instance: ['i-bp000000000000000000'],
    eip: ['eip-bp000000000000000000'],
  };
  /** Whether guests neither boot nor end now. */
  frozen = false;

  /** An id of this kind, chosen by a number: mostly one that is there. */
  pick(kind: Kind, choice: number): string {
    const there = this.idsOf(kind);
    const gone = this.gone[kind];
    // One in six does not exist (any more), when any exists.
    if (there.length === 0 || choice % 6 === 5) return gone[choice % gone.length]!;
    return there[choice % there.length]!;
  }

  idsOf(kind: Kind): string[] {
    const of = {
      vpc: this.vpcs,
      vswitch: this.vswitches,
      group: this.groups,
      instance: this.instances,
      eip: this.eips,
    };
    return [...of[kind].keys()];
  }

  remove(kind: Kind, id: string): void {
    const of = {
      vpc: this.vpcs,
      vswitch: this.vswitches,
      group: this.groups,
      instance: this.instances,
      eip: this.eips,
    };
    of[kind].delete(id);
    this.gone[kind].push(id);
  }

  vpcOf(instance: ModelInstance): string {
    return this.vswitches.get(instance.vswitch)!.vpc;
  }

  /** What instances come to while nothing holds them: the reconciler's steps, as far as they can be seen. */
  settle(): void {
    for (const [id, instance] of this.instances) {
      if (instance.status === 'Stopped' && instance.wanted === 'Deleted') this.#forget(id);
      if (this.frozen) continue;
      if (instance.status === 'Starting') instance.status = 'Running';
      if (instance.status === 'Stopping') {
        if (instance.wanted === 'Deleted') this.#forget(id);
        else instance.status = instance.wanted;
      }
    }
  }

  #forget(id: string): void {
    this.remove('instance', id);
    for (const [eip, instance] of this.eips) if (instance === id) this.eips.set(eip, undefined);
  }
}

export type Kind = 'vpc' | 'vswitch' | 'group' | 'instance' | 'eip';

/** The code of a refusal, or undefined when the call must succeed. */
export type Predicted = string | undefined;

/** The first code whose condition holds. */
export function firstOf(...conditions: readonly (readonly [boolean, string])[]): Predicted {
  return conditions.find(([holds]) => holds)?.[1];
}

/** First address and number of addresses of a block, of text like 10.0.0.8/29. */
export function spanOf(cidr: string): { readonly first: number; readonly size: number } {
  const [address, prefix] = cidr.split('/') as [string, string];
  const first = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  return { first, size: 2 ** (32 - Number(prefix)) };
}

export function overlap(a: string, b: string): boolean {
  const [one, other] = [spanOf(a), spanOf(b)];
  return one.first < other.first + other.size && other.first < one.first + one.size;
}

/** Addresses that a VSwitch gives out: all but the first and the last three. */
export function assignable(cidr: string): string[] {
  const { first, size } = spanOf(cidr);
  return Array.from({ length: size - 4 }, (_, index) => textOf(first + 1 + index));
}

function textOf(address: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join('.');
}
