/** What follows from the facts of an instance type. */
import type { InstanceType } from './catalogue.ts';

/** Kbit/s in 1 Gbit/s, as the official answers count it. */
const KBIT_PER_GBIT = 1_024_000;

const BURSTABLE = new Set(['ecs.t5', 'ecs.t6']);
const SHARED = new Set(['ecs.v5', 'ecs.xn4', 'ecs.n4', 'ecs.mn4', 'ecs.e4', 'ecs.n1', 'ecs.n2', 'ecs.e3']);
const FIRST_GENERATION = 'ecs-1';

export type FamilyLevel = 'EntryLevel' | 'EnterpriseLevel' | 'CreditEntryLevel';

/** Level of the type's family; undefined for the first generation, which is not classified. */
export function levelOf({ family, generation }: InstanceType): FamilyLevel | undefined {
  if (generation === FIRST_GENERATION) return undefined;
  if (BURSTABLE.has(family)) return 'CreditEntryLevel';
  return SHARED.has(family) ? 'EntryLevel' : 'EnterpriseLevel';
}

/** Whether instances of the family own a whole machine. */
function isBareMetal({ family }: InstanceType): boolean {
  return family.startsWith('ecs.ebm') || family.startsWith('ecs.scc');
}

/** Internal bandwidth in kbit/s, each way. */
export function bandwidthKbps({ bandwidthGbps }: InstanceType): number | undefined {
  return bandwidthGbps === undefined ? undefined : Math.round(bandwidthGbps * KBIT_PER_GBIT);
}

/** Queues of a secondary interface: those of the primary one, except for bare metal, where it is not documented. */
export function secondaryQueues(type: InstanceType): number | undefined {
  return isBareMetal(type) ? undefined : type.nicQueues;
}

/** Queues of the primary interface: one where nothing else is documented. */
export function primaryQueues({ nicQueues }: InstanceType): number {
  return nicQueues ?? 1;
}

/** Conditions on types; an absent one holds. */
export interface TypeConditions {
  readonly architectures?: readonly string[] | undefined;
  readonly level?: FamilyLevel | undefined;
  readonly families?: readonly string[] | undefined;
  readonly ids?: readonly string[] | undefined;
  readonly cpu: Bounds;
  readonly memory: Bounds;
  readonly enis: Bounds;
  readonly addressesPerEni: Bounds;
  readonly bandwidth: Bounds;
  readonly pps: Bounds;
  readonly primaryQueues: Bounds;
  readonly secondaryQueues: Bounds;
}

export interface Bounds {
  readonly least?: number | undefined;
  readonly most?: number | undefined;
}

/** The only architecture of the catalogue. */
export const ARCHITECTURE = 'X86';

/** Whether the type satisfies all conditions. A bound on a number that is not documented does not hold. */
export function satisfies(type: InstanceType, asked: TypeConditions): boolean {
  return (
    (asked.architectures?.includes(ARCHITECTURE) ?? true) &&
    (asked.level === undefined || asked.level === levelOf(type)) &&
    (asked.families?.includes(type.family) ?? true) &&
    (asked.ids?.includes(type.id) ?? true) &&
    within(type.vcpu, asked.cpu) &&
    within(type.memoryGiB, asked.memory) &&
    within(type.maxEnis, asked.enis) &&
    within(type.ipsPerEni, asked.addressesPerEni) &&
    within(bandwidthKbps(type), asked.bandwidth) &&
    within(type.pps, asked.pps) &&
    within(type.nicQueues, asked.primaryQueues) &&
    within(secondaryQueues(type), asked.secondaryQueues)
  );
}

function within(value: number | undefined, { least, most }: Bounds): boolean {
  if (least === undefined && most === undefined) return true;
  return value !== undefined && value >= (least ?? value) && value <= (most ?? value);
}
