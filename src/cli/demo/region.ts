/** The demo as the region has it: what bears its tag, found by the API and by nothing else. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Product } from '../../contract/action.ts';
import { Failure } from '../../daemon/failure.ts';
import { steadyClock } from '../../values/clock.ts';
import { type Answer, call, type Target } from '../client.ts';
import type { CommandTarget } from '../target.ts';
import { TAG } from './plan.ts';

interface Kind {
  readonly product: Product;
  readonly list: string;
  /** Where the answer has its list, and a thing its id. */
  readonly path: readonly [string, string];
  readonly id: string;
}

export const KINDS = {
  vpc: { product: 'Vpc', list: 'DescribeVpcs', path: ['Vpcs', 'Vpc'], id: 'VpcId' },
  vswitch: { product: 'Vpc', list: 'DescribeVSwitches', path: ['VSwitches', 'VSwitch'], id: 'VSwitchId' },
  group: {
    product: 'Ecs',
    list: 'DescribeSecurityGroups',
    path: ['SecurityGroups', 'SecurityGroup'],
    id: 'SecurityGroupId',
  },
  instance: { product: 'Ecs', list: 'DescribeInstances', path: ['Instances', 'Instance'], id: 'InstanceId' },
  eip: { product: 'Vpc', list: 'DescribeEipAddresses', path: ['EipAddresses', 'EipAddress'], id: 'AllocationId' },
} as const satisfies { readonly [kind: string]: Kind };

export type KindName = keyof typeof KINDS;

/** A thing that bears the tag. */
export interface Found {
  readonly id: string;
  readonly role: string;
  /** '' where the kind has none. */
  readonly status: string;
  readonly fields: Fields;
}

export type Fields = { readonly [name: string]: unknown };

const PAGE = 50;
/** Milliseconds that anything may take to come to the state that is waited for, and between two looks at it. */
const PATIENCE = 60_000;
const LOOK = 60;

/** Rejects before anything is made when whoever answers there is no Yunlan. */
export async function openDemoRegion(target: CommandTarget): Promise<DemoRegion> {
  const server = await call(target, 'Yunlan', 'DescribeServer');
  return new DemoRegion(target, target.region ?? textOf(server, 'RegionId'), server['RealPackets'] === true);
}

export class DemoRegion {
  readonly target: Target;
  readonly id: string;
  readonly realPackets: boolean;

  constructor(target: Target, id: string, realPackets: boolean) {
    this.target = target;
    this.id = id;
    this.realPackets = realPackets;
  }

  call(product: Product, action: string, parameters: { readonly [name: string]: string } = {}): Promise<Answer> {
    return call(this.target, product, action, { RegionId: this.id, ...parameters });
  }

  /** All of a kind that bear the tag, in the order of their ids. */
  async all(kind: KindName): Promise<readonly Found[]> {
    const { product, list, path, id } = KINDS[kind];
    const found: Found[] = [];
    for (let page = 1; ; page += 1) {
      const where = { 'Tag.1.Key': TAG, PageNumber: String(page), PageSize: String(PAGE) };
      const rows = listIn(await this.call(product, list, where), path[0], path[1]);
      for (const fields of rows) {
        found.push({ id: textOf(fields, id), role: roleOf(fields), status: textOf(fields, 'Status'), fields });
      }
      if (rows.length < PAGE) return found.sort((a, b) => Number(a.id > b.id) - Number(a.id < b.id));
    }
  }

  /** By role. Of several with one role, which starts at the same time may leave behind, the first. */
  async byRole(kind: KindName): Promise<ReadonlyMap<string, Found>> {
    const all = await this.all(kind);
    return new Map(all.toReversed().map((found) => [found.role, found]));
  }

  /** Waits until `which` of a kind are as wanted, and gives them. Throws a Failure when they do not become so. */
  async until(
    kind: KindName,
    holds: (found: Found) => boolean,
    which: (found: Found) => boolean = () => true,
  ): Promise<readonly Found[]> {
    const late = steadyClock.now() + PATIENCE;
    for (;;) {
      const found = (await this.all(kind)).filter(which);
      const waiting = found.find((each) => !holds(each));
      if (waiting === undefined) return found;
      if (steadyClock.now() > late) throw new Failure(`${waiting.id} (${waiting.role}) stays ${waiting.status}`);
      await pause(LOOK);
    }
  }
}

/** Parameters that tag a new thing with its role. */
export function tagged(role: string): { readonly [name: string]: string } {
  return { 'Tag.1.Key': TAG, 'Tag.1.Value': role };
}

/** The objects of a list such as `{Vpcs: {Vpc: […]}}`. */
export function listIn(answer: Fields, outer: string, inner: string): readonly Fields[] {
  const list = fieldsIn(answer, outer)[inner];
  return Array.isArray(list) ? list.filter(isFields) : [];
}

/** '' when there is no such text. */
export function textOf(fields: Fields, name: string): string {
  const value = fields[name];
  return typeof value === 'string' ? value : '';
}

/** The object below a name; an empty one when there is none. */
export function fieldsIn(fields: Fields, name: string): Fields {
  const value = fields[name];
  return isFields(value) ? value : {};
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The products spell tags differently. */
function roleOf(fields: Fields): string {
  const tags = listIn(fields, 'Tags', 'Tag');
  const tag = tags.find((each) => textOf(each, 'Key') === TAG || textOf(each, 'TagKey') === TAG) ?? {};
  return textOf(tag, 'Value') || textOf(tag, 'TagValue');
}
