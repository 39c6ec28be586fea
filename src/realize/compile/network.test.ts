import { describe, expect, it } from 'vitest';
import type { Tables } from '../../store/schema.ts';
import { parseCidr } from '../../values/cidr.ts';
import { formatIpv4, parseIpv4, sortableIpv4 } from '../../values/ip.ts';
import { flowAllowed } from '../path/flow.ts';
import type { NetworkSnapshot } from '../snapshot.ts';
import { compileNetwork, gatewayOf } from './network.ts';

type Status = Tables['instance']['status'];

const VPC = 'vpc-1';
const address = (text: string) => parseIpv4(text)!;

function card(n: number, groups: string[], ip: string, status: Status = 'Running') {
  const instance = { id: `i-${n}`, status, vpc_id: VPC } as Tables['instance'];
  const eni = {
    id: `eni-${n}`,
    vpc_id: VPC,
    vswitch_id: 'vsw-1',
    kind: 'Primary',
    mac: `00:16:3e:00:00:0${n}`,
    instance_id: instance.id,
    device_index: 0,
    queue_number: 2,
    source_dest_check: false,
  } as Tables['network_interface'];
  const lease = {
    network_id: VPC,
    address: sortableIpv4(address(ip)),
    vswitch_id: 'vsw-1',
    purpose: 'primary',
    network_interface_id: eni.id,
  } satisfies Tables['address_lease'];
  const memberships = groups.map((id, position) => ({ network_interface_id: eni.id, security_group_id: id, position }));
  return { instance, eni, lease, memberships };
}

function snapshot(
  cards: ReturnType<typeof card>[],
  rules: Partial<Tables['security_group_rule']>[] = [],
): NetworkSnapshot {
  const group = (id: string) => ({ id, kind: 'normal', inner_access: 'Drop', vpc_id: VPC }) as Tables['security_group'];
  return {
    networkId: VPC,
    generation: 3,
    vpc: { id: VPC, cidr: '10.0.0.0/16', status: 'Available' } as Tables['vpc'],
    vswitches: [{ id: 'vsw-1', cidr: '10.0.1.0/24' } as Tables['vswitch']],
    routeEntries: [],
    instances: cards.map((c) => c.instance),
    interfaces: cards.map((c) => c.eni),
    leases: cards.map((c) => c.lease),
    memberships: cards.flatMap((c) => c.memberships),
    groups: ['sg-a', 'sg-b'].map(group),
    rules: rules.map((patch, i) => ({
      id: `sgr-${i}`,
      security_group_id: 'sg-b',
      direction: 'ingress',
      protocol: 'tcp',
      port_from: 80,
      port_to: 80,
      source_port_from: -1,
      source_port_to: -1,
      peer_kind: 'group',
      peer: 'sg-a',
      local_cidr: '',
      policy: 'Accept',
      priority: 1,
      ...patch,
    })) as Tables['security_group_rule'][],
    prefixListEntries: [],
    eips: [],
  };
}

const flow = (from: string, to: string, port: number) => ({
  protocol: 6,
  source: address(from),
  destination: address(to),
  sourcePort: 40_000,
  destinationPort: port,
});

describe('compiling a network', () => {
  it('N4 the gateway is the third address from the end', () => {
    expect(formatIpv4(gatewayOf(parseCidr('192.168.1.0/24')!))).toBe('192.168.1.253');
  });

  it('plugs the interfaces of instances that run or are on their way, not of stopped ones', () => {
    const statuses: Status[] = ['Pending', 'Starting', 'Running', 'Stopping', 'Stopped'];
    const cards = statuses.map((status, i) => card(i + 1, ['sg-a'], `10.0.1.${i + 1}`, status));
    expect(compileNetwork(snapshot(cards)).ports.map((port) => port.guestId)).toEqual(['i-1', 'i-2', 'i-3', 'i-4']);
  });

  it('shares one policy among ports with the same set of groups', () => {
    const cards = [card(1, ['sg-a', 'sg-b'], '10.0.1.1'), card(2, ['sg-b', 'sg-a'], '10.0.1.2')];
    const program = compileNetwork(snapshot(cards));
    expect(program.policies.map((policy) => policy.id)).toEqual(['sg-a+sg-b']);
  });

  it('holds the members of the groups that rules name, and only those', () => {
    const cards = [
      card(1, ['sg-a'], '10.0.1.9'),
      card(2, ['sg-a'], '10.0.1.2', 'Stopped'),
      card(3, ['sg-b'], '10.0.1.3'),
    ];
    const program = compileNetwork(snapshot(cards, [{}]));
    expect(program.groups).toEqual([{ id: 'sg-a', members: [address('10.0.1.2'), address('10.0.1.9')] }]);
  });

  it('gives the same program for rows in another order', () => {
    const cards = [card(1, ['sg-a'], '10.0.1.1'), card(2, ['sg-b'], '10.0.1.2'), card(3, ['sg-a', 'sg-b'], '10.0.1.3')];
    const rules = [{}, { priority: 2 }, { policy: 'Drop' as const }];
    const one = snapshot(cards, rules);
    const other = {
      ...one,
      instances: one.instances.toReversed(),
      interfaces: one.interfaces.toReversed(),
      leases: one.leases.toReversed(),
      memberships: one.memberships.toReversed(),
      groups: one.groups.toReversed(),
      rules: one.rules.toReversed(),
    };
    expect(compileNetwork(other)).toEqual(compileNetwork(one));
  });
});

describe('N9 judging flows', () => {
  const cards = [card(1, ['sg-a'], '10.0.1.1'), card(2, ['sg-b'], '10.0.1.2')];
  const program = compileNetwork(snapshot(cards, [{}]));

  it('lets a flow begin that both gates accept', () => {
    expect(flowAllowed(program, flow('10.0.1.1', '10.0.1.2', 80))).toBe(true);
  });

  it('refuses what the receiver’s gate refuses', () => {
    expect(flowAllowed(program, flow('10.0.1.1', '10.0.1.2', 81))).toBe(false);
    expect(flowAllowed(program, flow('10.0.1.2', '10.0.1.1', 80))).toBe(false);
  });

  it('refuses what the sender’s gate refuses', () => {
    const closed = compileNetwork(
      snapshot(cards, [
        {},
        { security_group_id: 'sg-a', direction: 'egress', policy: 'Drop', peer_kind: 'cidr', peer: '10.0.1.2/32' },
      ]),
    );
    expect(flowAllowed(closed, flow('10.0.1.1', '10.0.1.2', 80))).toBe(false);
  });

  it('refuses flows from or to addresses that lie at no port', () => {
    expect(flowAllowed(program, flow('10.0.1.77', '10.0.1.2', 80))).toBe(false);
    expect(flowAllowed(program, flow('10.0.1.1', '10.0.1.77', 80))).toBe(false);
  });
});
