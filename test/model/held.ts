/**
 * What a client may rely on after the calls that were answered: a model of the region, in the client's words, that each
 * answer moves on. `heldBy` reads the same out of the rows of a region that has come to rest, so that the two can be
 * compared whole: what is more, less or different than answered is seen.
 */
import { formatIpv4, fromSortableIpv4 } from '../../src/values/ip.ts';
import type { AllRows } from './all-rows.ts';
import type { Answer, CallSent } from './client.ts';

interface HeldInstance {
  readonly vswitch: string;
  readonly name: string;
  /** In the order in which they were joined. */
  readonly groups: readonly string[];
  readonly status: 'Running' | 'Stopped';
  /** Starts that were asked for. */
  readonly boots: number;
  readonly tags: readonly string[];
}

export interface Held {
  readonly vpcs: { [id: string]: { readonly name: string; readonly cidr: string } };
  readonly vswitches: { [id: string]: { readonly vpc: string; readonly cidr: string } };
  readonly groups: { [id: string]: { readonly vpc: string; readonly innerAccess: string } };
  /** Each rule as a line, sorted. */
  rules: readonly string[];
  readonly instances: { [id: string]: HeldInstance };
  readonly eips: { [id: string]: { readonly address: string; readonly bandwidth: number; readonly instance: string } };
  /** Lines of history by action: a change that left its line but not its rows (or the reverse) was done by halves. */
  readonly journal: { [action: string]: number };
  /** Tokens of calls that were carried out, sorted. */
  tokens: readonly string[];
}

export function nothingHeld(): Held {
  return { vpcs: {}, vswitches: {}, groups: {}, rules: [], instances: {}, eips: {}, journal: {}, tokens: [] };
}

/** Moves the model on by a call that was answered. A refused call moves nothing. */
export function hold(held: Held, { action, request, product }: CallSent, { status, body }: Answer): void {
  if (status !== 200 || action.startsWith('Describe')) return;
  const text = (name: string): string => String(request[name] ?? '');
  let lines = 1;
  switch (action) {
    case 'CreateVpc':
      held.vpcs[body.VpcId] = { name: text('VpcName'), cidr: text('CidrBlock') };
      break;
    case 'ModifyVpcAttribute':
      held.vpcs[text('VpcId')] = { ...held.vpcs[text('VpcId')]!, name: text('VpcName') };
      break;
    case 'DeleteVpc':
      delete held.vpcs[text('VpcId')];
      break;
    case 'CreateVSwitch':
      held.vswitches[body.VSwitchId] = { vpc: text('VpcId'), cidr: text('CidrBlock') };
      break;
    case 'DeleteVSwitch':
      delete held.vswitches[text('VSwitchId')];
      break;
    case 'CreateSecurityGroup':
      held.groups[body.SecurityGroupId] = { vpc: text('VpcId'), innerAccess: 'Accept' };
      break;
    case 'ModifySecurityGroupPolicy': {
      const id = text('SecurityGroupId');
      held.groups[id] = { ...held.groups[id]!, innerAccess: text('InnerAccessPolicy') };
      break;
    }
    case 'DeleteSecurityGroup': {
      const id = text('SecurityGroupId');
      delete held.groups[id];
      held.rules = held.rules.filter((line) => !line.startsWith(`${id} `));
      break;
    }
    case 'AuthorizeSecurityGroup':
    case 'AuthorizeSecurityGroupEgress':
      held.rules = [...new Set([...held.rules, ruleOf(action, request)])].sort();
      break;
    case 'RevokeSecurityGroup':
    case 'RevokeSecurityGroupEgress':
      held.rules = held.rules.filter((line) => line !== ruleOf(action, request));
      break;
    case 'RunInstances': {
      const ids: string[] = body.InstanceIdSets.InstanceIdSet;
      lines = ids.length;
      for (const id of ids) {
        held.instances[id] = {
          vswitch: text('VSwitchId'),
          name: text('InstanceName'),
          groups: request['SecurityGroupIds'] as string[],
          status: 'Running',
          boots: 1,
          tags: (request['Tag'] as { Key: string; Value: string }[]).map((tag) => `${tag.Key}=${tag.Value}`).sort(),
        };
      }
      break;
    }
    case 'StartInstance':
      change(held, request, (was) => ({ status: 'Running', boots: was.boots + 1 }));
      break;
    case 'StopInstance':
      change(held, request, () => ({ status: 'Stopped' }));
      break;
    case 'RebootInstance':
      change(held, request, (was) => ({ boots: was.boots + 1 }));
      break;
    case 'DeleteInstance': {
      const id = text('InstanceId');
      delete held.instances[id];
      for (const [eip, was] of Object.entries(held.eips)) {
        if (was.instance === id) held.eips[eip] = { ...was, instance: '' };
      }
      break;
    }
    case 'AllocateEipAddress':
      held.eips[body.AllocationId] = { address: body.EipAddress, bandwidth: Number(text('Bandwidth')), instance: '' };
      break;
    case 'AssociateEipAddress':
      changeEip(held, request, { instance: text('InstanceId') });
      break;
    case 'UnassociateEipAddress':
      changeEip(held, request, { instance: '' });
      break;
    case 'ModifyEipAddressAttribute':
      changeEip(held, request, { bandwidth: Number(text('Bandwidth')) });
      break;
    case 'ReleaseEipAddress':
      delete held.eips[text('AllocationId')];
      break;
    case 'JoinSecurityGroup':
      change(held, request, (was) => ({ groups: [...was.groups, text('SecurityGroupId')] }));
      break;
    case 'LeaveSecurityGroup':
      change(held, request, (was) => ({ groups: was.groups.filter((id) => id !== text('SecurityGroupId')) }));
      break;
    default:
      throw new Error(`the model does not know ${action}`);
  }
  const key = `${product}.${action}`;
  held.journal[key] = (held.journal[key] ?? 0) + lines;
  if (request['ClientToken']) held.tokens = [...held.tokens, `${key} ${text('ClientToken')}`].sort();
}

function change(held: Held, request: CallSent['request'], patch: (was: HeldInstance) => Partial<HeldInstance>): void {
  const id = String(request['InstanceId']);
  const was = held.instances[id];
  if (!was) throw new Error(`${id} was changed, but the model has no such instance`);
  held.instances[id] = { ...was, ...patch(was) };
}

function changeEip(held: Held, request: CallSent['request'], patch: Partial<Held['eips'][string]>): void {
  const id = String(request['AllocationId']);
  const was = held.eips[id];
  if (!was) throw new Error(`${id} was changed, but the model has no such public address`);
  held.eips[id] = { ...was, ...patch };
}

/** A rule of a request as one line; requests here always spell every part of it. */
export function ruleOf(action: string, request: CallSent['request']): string {
  const egress = action.endsWith('Egress');
  const peer = request[egress ? 'DestCidrIp' : 'SourceCidrIp'] ?? request[egress ? 'DestGroupId' : 'SourceGroupId'];
  const { SecurityGroupId, IpProtocol, PortRange, Policy, Priority } = request;
  const direction = egress ? 'egress' : 'ingress';
  return `${SecurityGroupId} ${direction} ${String(IpProtocol)} ${PortRange} ${peer} ${Policy} ${Priority}`;
}

/** What the rows hold, in the model's words. */
export function heldBy(rows: AllRows): Held {
  const held = nothingHeld();
  for (const row of rows.vpc) held.vpcs[row.id] = { name: row.name, cidr: row.cidr };
  for (const row of rows.vswitch) held.vswitches[row.id] = { vpc: row.vpc_id, cidr: row.cidr };
  for (const row of rows.security_group) held.groups[row.id] = { vpc: row.vpc_id, innerAccess: row.inner_access };
  held.rules = rows.security_group_rule
    .map(
      (row) =>
        `${row.security_group_id} ${row.direction} ${row.protocol} ${row.port_from}/${row.port_to} ${row.peer} ` +
        `${row.policy.toLowerCase()} ${row.priority}`,
    )
    .sort();
  for (const row of rows.instance) {
    const card = rows.network_interface.find((each) => each.instance_id === row.id && each.kind === 'Primary');
    held.instances[row.id] = {
      vswitch: row.vswitch_id,
      name: row.name,
      groups: rows.network_interface_group
        .filter((membership) => membership.network_interface_id === card?.id)
        .sort((a, b) => a.position - b.position)
        .map((membership) => membership.security_group_id),
      status: row.status as HeldInstance['status'],
      boots: row.boot_wanted,
      tags: rows.tag
        .filter((tag) => tag.resource_id === row.id)
        .map((tag) => `${tag.key}=${tag.value}`)
        .sort(),
    };
  }
  for (const row of rows.eip) {
    held.eips[row.id] = {
      address: formatIpv4(fromSortableIpv4(row.address)),
      bandwidth: row.bandwidth,
      instance: row.instance_id ?? '',
    };
  }
  for (const row of rows.journal) held.journal[row.action] = (held.journal[row.action] ?? 0) + 1;
  held.tokens = rows.once.map((row) => `${row.action} ${row.token}`).sort();
  return held;
}

/** Instance id → what DescribeInstances told of its interface: it stays as long as the instance does. */
export type Told = ReadonlyMap<string, string>;

export function toldBy({ action }: CallSent, { status, body }: Answer): Told {
  if (action !== 'DescribeInstances' || status !== 200) return new Map();
  return new Map(
    // biome-ignore lint/suspicious/noExplicitAny: an answer
    body.Instances.Instance.map((instance: any) => {
      const [card] = instance.NetworkInterfaces.NetworkInterface;
      return [instance.InstanceId, `${card.NetworkInterfaceId} ${card.MacAddress} ${card.PrimaryIpAddress}`];
    }),
  );
}

/** The same of all instances, out of the rows. */
export function tellable(rows: AllRows): Told {
  return new Map(
    rows.network_interface.map((card) => {
      const lease = rows.address_lease.find((row) => row.network_interface_id === card.id);
      const address = lease ? formatIpv4(fromSortableIpv4(lease.address)) : '';
      return [card.instance_id ?? '', `${card.id} ${card.mac} ${address}`];
    }),
  );
}
