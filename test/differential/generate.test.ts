/** What the generator makes: the same for the same seed, and everything that there is to try. */
import { describe, expect, it } from 'vitest';
import { chooserFor } from './campaign.ts';
import { generateChanges, generateTopology } from './generate.ts';
import { createOracle } from './oracle.ts';
import { generateProbes } from './probes.ts';
import { changed } from './topology.ts';

const NUMBERS = Array.from({ length: 60 }, (_, number) => number);

function make(seed: number, number: number) {
  const topology = generateTopology(chooserFor(seed, number, 'topology'));
  const changes = generateChanges(chooserFor(seed, number, 'changes'), topology);
  const probes = generateProbes(chooserFor(seed, number, 'probes'), topology, 300);
  return { topology, changes, probes };
}

describe('X1 topologies of the differential harness', () => {
  it('follow from their seed and number', () => {
    expect(make(5, 3)).toEqual(make(5, 3));
    expect(make(5, 3)).not.toEqual(make(5, 4));
    expect(make(5, 3)).not.toEqual(make(6, 3));
  });

  it('have two VPCs of equal blocks, and equal addresses in them', () => {
    let shared = 0;
    for (const number of NUMBERS) {
      const { topology } = make(1, number);
      const [one, other] = topology.vpcs;
      expect(one?.CidrBlock).toBe(other?.CidrBlock);
      const addresses = topology.instances.map((instance) => instance.PrivateIpAddress);
      if (new Set(addresses).size < addresses.length) shared += 1;
    }
    expect(shared).toBeGreaterThan(NUMBERS.length / 2);
  });

  it('try everything that rules, instances and changes may be', () => {
    const all = NUMBERS.map((number) => make(1, number));
    const rules = all.flatMap(({ topology }) => topology.rules);
    const tried = new Set([
      ...rules.flatMap((rule) => Object.entries(rule).flatMap(([field, value]) => [field, `${field} ${value}`])),
      ...rules.map(({ direction, IpProtocol, Policy }) => `${direction} ${IpProtocol} ${Policy}`),
      ...all.flatMap(({ topology }) =>
        topology.groups.map((each) => `${each.SecurityGroupType} ${each.InnerAccessPolicy}`),
      ),
      ...all.flatMap(({ topology }) => topology.instances.map(({ Status, groups }) => `${Status} in ${groups.length}`)),
      ...all.flatMap(({ topology }) => topology.eips.map((eip) => (eip.instance ? 'EIP' : 'free EIP'))),
      ...all.flatMap(({ changes }) => changes.map((change) => change.kind)),
    ]);
    const directions = ['ingress', 'egress'].flatMap((direction) =>
      ['TCP', 'UDP', 'ICMP', 'GRE', 'ALL'].flatMap((protocol) =>
        ['accept', 'drop'].map((policy) => `${direction} ${protocol} ${policy}`),
      ),
    );
    expect([...tried]).toEqual(
      expect.arrayContaining([
        ...directions,
        ...['SourceCidrIp', 'DestCidrIp', 'SourceGroupId', 'DestGroupId', 'SourcePrefixListId', 'DestPrefixListId'],
        ...['SourcePortRange', 'Priority 1', 'Priority 100', 'PortRange 1/65535', 'PortRange -1/-1'],
        ...['normal Accept', 'normal Drop', 'enterprise Drop', 'EIP', 'free EIP'],
        ...['Running in 1', 'Running in 2', 'Running in 3', 'Stopped in 1'],
        ...['authorize', 'revoke', 'modify', 'list', 'join', 'leave', 'policy'],
        ...['associate', 'unassociate', 'stop', 'start', 'replace', 'restart'],
      ]),
    );
  });

  it('change step by step to something that exists', () => {
    for (const number of NUMBERS) {
      const { topology, changes } = make(2, number);
      let state = topology;
      for (const change of changes) {
        const next = changed(state, change);
        if (change.kind !== 'restart' && change.kind !== 'replace') expect(next).not.toEqual(state);
        state = next;
      }
      expect(state.instances.every((instance) => instance.groups.length > 0)).toBe(true);
    }
  });

  it('are met by packets that pass and packets that do not, none of which runs against another', () => {
    let [passed, all] = [0, 0];
    for (const number of NUMBERS) {
      const { topology, probes } = make(3, number);
      const oracle = createOracle(topology);
      all += probes.length;
      passed += probes.filter((probe) => oracle(probe).at !== undefined).length;
      const there = new Set(probes.map((one) => `${one.protocol} ${one.source} ${one.destination} ${one.sourcePort}`));
      const back = probes.filter(
        (one) =>
          one.protocol !== 1 && there.has(`${one.protocol} ${one.destination} ${one.source} ${one.destinationPort}`),
      );
      expect(back.filter((one) => one.sourcePort !== 0 && probes.some((other) => runsAgainst(one, other)))).toEqual([]);
    }
    expect(all).toBeGreaterThan(250 * NUMBERS.length);
    expect(passed / all).toBeGreaterThan(0.25);
    expect(passed / all).toBeLessThan(0.75);
  });
});

function runsAgainst(one: ReturnType<typeof make>['probes'][0], other: ReturnType<typeof make>['probes'][0]): boolean {
  return (
    one.protocol === other.protocol &&
    one.source === other.destination &&
    one.destination === other.source &&
    one.sourcePort === other.destinationPort &&
    one.destinationPort === other.sourcePort
  );
}
