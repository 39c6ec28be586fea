/** The instance types of this deployment; the numbers stand in `catalogue.json` with their source. */
import data from './catalogue.json' with { type: 'json' };

/** What is known of a type. An absent number is not documented. */
export interface InstanceType {
  /** e.g. ecs.g6.large */
  readonly id: string;
  readonly family: string;
  readonly vcpu: number;
  readonly memoryGiB: number;
  /** Internal Gbit/s, each way. */
  readonly bandwidthGbps?: number;
  /** Internal Gbit/s for a short while. */
  readonly burstGbps?: number;
  /** Packets per second. */
  readonly pps?: number;
  readonly connections?: number;
  /** Queues of the primary interface. */
  readonly nicQueues?: number;
  /** Interfaces, the primary one included. */
  readonly maxEnis?: number;
  /** Private addresses of an interface, the primary one included. */
  readonly ipsPerEni?: number;
  /** Whether the family works with network ACLs, custom route tables and flow logs. */
  readonly advancedVpc: boolean;
  readonly ioOptimized: 'always' | 'never' | 'either';
  readonly generation?: string;
}

export const INSTANCE_TYPES: readonly InstanceType[] = data.rows.map((row) => {
  const facts = data.columns.map((column, index) => [column, row[index]] as const);
  return Object.fromEntries(facts.filter(([, value]) => value !== null)) as unknown as InstanceType;
});

const BY_ID = new Map(INSTANCE_TYPES.map((type) => [type.id, type]));

/** The type with this id, or undefined. */
export function findInstanceType(id: string): InstanceType | undefined {
  return BY_ID.get(id);
}
