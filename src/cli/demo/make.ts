/**
 * Makes of the demo what is missing. What is there stays as it is, also rules and addresses that somebody has changed
 * since: trying that out is what the demo is for. A demo that was left half made is completed.
 */
import { Failure } from '../../daemon/failure.ts';
import { withProgress } from '../progress.ts';
import {
  BLOCK,
  EIP_OF,
  GROUPS,
  type GroupPlan,
  INSTANCES,
  type InstancePlan,
  userDataOf,
  VPCS,
  VSWITCHES,
} from './plan.ts';
import { type DemoRegion, type Found, KINDS, type KindName, listIn, tagged, textOf } from './region.ts';

const INSTANCE_TYPE = 'ecs.g6.large';
const IMAGES = 'ubuntu';

/** Makes what is missing, and waits until it is there. Gives the number of things that were made. */
export async function makeDemo(region: DemoRegion): Promise<number> {
  const before = await region.byRole('instance');
  const maker = new Maker(region, before.has(LAST.role));
  await withProgress('making networks and groups', maker.networks());
  await withProgress('starting instances', maker.instances());
  return maker.made;
}

const LAST = INSTANCES.at(-1)!;

class Maker {
  made = 0;
  readonly #region: DemoRegion;
  /** Everything was there once; else rules and addresses are set, too. */
  readonly #complete: boolean;

  constructor(region: DemoRegion, complete: boolean) {
    this.#region = region;
    this.#complete = complete;
  }

  async networks(): Promise<void> {
    const region = this.#region;
    const vpcs = await this.#fill('vpc', VPCS, ({ name }) => ({
      action: 'CreateVpc',
      parameters: { VpcName: name, CidrBlock: BLOCK },
    }));
    await region.until('vpc', ({ status }) => status === 'Available');
    const zones = listIn(await region.call('Ecs', 'DescribeZones'), 'Zones', 'Zone');
    await this.#fill('vswitch', VSWITCHES, ({ name, vpc, zone, cidr }) => ({
      action: 'CreateVSwitch',
      parameters: {
        VSwitchName: name,
        VpcId: idIn(vpcs, vpc),
        ZoneId: textOf(zones[zone] ?? {}, 'ZoneId'),
        CidrBlock: cidr,
      },
    }));
    await region.until('vswitch', ({ status }) => status === 'Available');
    const before = await region.byRole('group');
    const groups = await this.#fill('group', GROUPS, ({ name, vpc, description }) => ({
      action: 'CreateSecurityGroup',
      parameters: { SecurityGroupName: name, VpcId: idIn(vpcs, vpc), Description: description },
    }));
    for (const group of GROUPS) {
      if (group.rules.length === 0 || (this.#complete && before.has(group.role))) continue;
      const rules = permissions(group, groups);
      await region.call('Ecs', 'AuthorizeSecurityGroup', { SecurityGroupId: idIn(groups, group.role), ...rules });
    }
  }

  async instances(): Promise<void> {
    const region = this.#region;
    const before = await region.byRole('instance');
    const [vswitches, groups] = await Promise.all([ids(region, 'vswitch'), ids(region, 'group')]);
    const image = await anyImage(region);
    const fill = (plans: readonly InstancePlan[]) =>
      this.#fill('instance', plans, (plan) => ({
        action: 'RunInstances',
        parameters: {
          InstanceName: plan.name,
          HostName: plan.name,
          InstanceType: INSTANCE_TYPE,
          ImageId: image,
          VSwitchId: idIn(vswitches, plan.vswitch),
          PrivateIpAddress: plan.address,
          ...Object.fromEntries(plan.groups.map((role, at) => [`SecurityGroupIds.${at + 1}`, idIn(groups, role)])),
          ...(plan.serves === undefined ? {} : { UserData: Buffer.from(userDataOf(plan)).toString('base64') }),
        },
      }));
    const first = await fill(INSTANCES.filter((plan) => plan !== LAST));
    const eips = await this.#fill('eip', [{ role: EIP_OF }], () => ({
      action: 'AllocateEipAddress',
      parameters: { Bandwidth: '5' },
    }));
    await this.#settled();
    if (!this.#complete || !before.has(EIP_OF)) await this.#associate(idIn(eips, EIP_OF), idIn(first, EIP_OF));
    await fill([LAST]);
    await this.#settled();
  }

  /** Instances that are on their way somewhere are awaited there; one may have been stopped by somebody. */
  #settled(): Promise<readonly Found[]> {
    return this.#region.until('instance', ({ status }) => status === 'Running' || status === 'Stopped');
  }

  async #associate(eip: string, instance: string): Promise<void> {
    const region = this.#region;
    const ours = ({ id }: Found): boolean => id === eip;
    const [found] = await region.until('eip', isSettled, ours);
    if (found?.status !== 'Available') return;
    await region.call('Vpc', 'AssociateEipAddress', { AllocationId: eip, InstanceId: instance });
    await region.until('eip', ({ status }) => status === 'InUse', ours);
  }

  /** Creates what is missing of a kind; gives the ids of all, by role. */
  async #fill<P extends { readonly role: string }>(
    kind: KindName,
    plans: readonly P[],
    request: (plan: P) => { readonly action: string; readonly parameters: { readonly [name: string]: string } },
  ): Promise<ReadonlyMap<string, string>> {
    const found = await this.#region.byRole(kind);
    for (const plan of plans) {
      if (found.has(plan.role)) continue;
      const { action, parameters } = request(plan);
      await this.#region.call(KINDS[kind].product, action, { ...parameters, ...tagged(plan.role) });
      this.made += 1;
    }
    return ids(this.#region, kind);
  }
}

/** Whether an EIP is not on its way to or from an instance. */
export function isSettled({ status }: Found): boolean {
  return status === 'Available' || status === 'InUse';
}

/** Which one makes no difference: an instance runs the programs of this machine. */
async function anyImage(region: DemoRegion): Promise<string> {
  const images = listIn(await region.call('Ecs', 'DescribeImages', { PageSize: '100' }), 'Images', 'Image');
  const found = images.map((image) => textOf(image, 'ImageId'));
  return found.find((id) => id.startsWith(IMAGES)) ?? found[0] ?? '';
}

async function ids(region: DemoRegion, kind: KindName): Promise<ReadonlyMap<string, string>> {
  return new Map([...(await region.byRole(kind))].map(([role, { id }]) => [role, id]));
}

function idIn(things: ReadonlyMap<string, string>, role: string): string {
  const id = things.get(role);
  if (id === undefined) throw new Failure(`the ${role} of the demo was removed while it was made: start again`);
  return id;
}

function permissions(group: GroupPlan, groups: ReadonlyMap<string, string>): { readonly [name: string]: string } {
  const rules = group.rules.map(({ port, from, description }) => ({
    IpProtocol: 'TCP',
    PortRange: `${port}/${port}`,
    Description: description,
    ...('cidr' in from ? { SourceCidrIp: from.cidr } : { SourceGroupId: idIn(groups, from.group) }),
  }));
  return Object.fromEntries(
    rules.flatMap((rule, at) =>
      Object.entries(rule).map(([name, value]) => [`Permissions.${at + 1}.${name}`, value] as const),
    ),
  );
}
