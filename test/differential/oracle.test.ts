/** The oracle of the differential harness against verdicts that were written by hand. */
import ipaddr from 'ipaddr.js';
import { describe, expect, it } from 'vitest';
import { type Change as CaseChange, type Rule as CaseRule, ONE_VPC, type VerdictCase } from '../verdicts/case.ts';
import { CASES } from '../verdicts/cases.ts';
import { createOracle, type Probe } from './oracle.ts';
import { type Change, changed, type Rule, type Topology } from './topology.ts';

const PROTOCOLS = { icmp: 1, tcp: 6, udp: 17, gre: 47 } as const;

/** A case in the words of the harness. */
class Script {
  readonly #case: VerdictCase;
  /** Names that `public:NAME` was said of, in the order of their addresses. */
  readonly #public: string[];

  constructor(script: VerdictCase) {
    this.#case = script;
    const said = JSON.stringify(script).matchAll(/"public:([^"]+)"|"eip":"([^"]+)"/g);
    const changed = script.steps.flatMap((step) =>
      'change' in step && step.change === 'associate' ? step.instance : [],
    );
    const own = Object.entries(script.instances).flatMap(([name, { eip }]) => (eip ? name : []));
    this.#public = [...new Set([...own, ...changed, ...[...said].map(([, one, other]) => one ?? other ?? '')])];
  }

  topology(): Topology {
    const { vpcs = ONE_VPC, groups, instances } = this.#case;
    const [first = ''] = Object.keys(vpcs);
    const vswitches = Object.entries(vpcs).flatMap(([vpc, { vswitches: blocks }]) =>
      blocks.map((CidrBlock) => ({ name: `${vpc} ${CidrBlock}`, vpc, CidrBlock })),
    );
    const holds = (block: string, address: string) => ipaddr.parse(address).match(ipaddr.parseCIDR(block));
    return {
      vpcs: Object.entries(vpcs).map(([name, { CidrBlock }]) => ({ name, CidrBlock })),
      vswitches,
      groups: Object.entries(groups).map(
        ([name, { vpc = first, SecurityGroupType = 'normal', InnerAccessPolicy }]) => ({
          name,
          vpc,
          SecurityGroupType,
          InnerAccessPolicy: SecurityGroupType === 'enterprise' ? 'Drop' : (InnerAccessPolicy ?? 'Accept'),
        }),
      ),
      prefixLists: [],
      rules: Object.entries(groups).flatMap(([group, { ingress = [], egress = [] }]) => [
        ...ingress.map((rule) => this.#rule(group, 'ingress', rule)),
        ...egress.map((rule) => this.#rule(group, 'egress', rule)),
      ]),
      instances: Object.entries(instances).map(([name, { vpc = first, PrivateIpAddress, groups: names }]) => ({
        name,
        vswitch:
          vswitches.find((one) => one.vpc === vpc && holds(one.CidrBlock, PrivateIpAddress))?.name ??
          'no VSwitch holds it',
        PrivateIpAddress,
        groups: names,
        Status: 'Running',
      })),
      eips: this.#public.map((name) => ({
        name,
        IpAddress: this.#publicAddress(name),
        ...(instances[name]?.eip ? { instance: name } : {}),
      })),
    };
  }

  change(change: CaseChange): Change {
    switch (change.change) {
      case 'join':
      case 'leave':
        return { kind: change.change, instance: change.instance, group: change.group };
      case 'authorize':
      case 'revoke':
        return { kind: change.change, rule: this.#rule(change.group, change.direction, change.rule) };
      case 'inner access':
        return { kind: 'policy', group: change.group, InnerAccessPolicy: change.policy };
      case 'stop':
      case 'start':
        return { kind: change.change, instance: change.instance };
      case 'associate':
        return { kind: 'associate', eip: change.eip ?? change.instance, instance: change.instance };
      case 'unassociate':
        return { kind: 'unassociate', eip: change.eip ?? change.instance };
    }
  }

  address(place: string): string {
    if (ipaddr.IPv4.isValidFourPartDecimal(place)) return place;
    if (place === 'internet') return '192.0.2.10';
    if (place === 'edge') return '192.0.2.11';
    if (place.startsWith('public:')) return this.#publicAddress(place.slice('public:'.length));
    const instance = this.#case.instances[place];
    if (instance === undefined) throw new Error(`there is no ${place}`);
    return instance.PrivateIpAddress;
  }

  #publicAddress(name: string): string {
    return `198.18.0.${this.#public.indexOf(name) + 1}`;
  }

  #rule(group: string, direction: Rule['direction'], rule: CaseRule): Rule {
    const { Policy = 'accept', Priority = 1, SourceCidrIp, DestCidrIp, ...rest } = rule;
    const block = (place: string) => (place.includes('/') ? place : this.address(place));
    return {
      group,
      direction,
      Policy,
      Priority,
      ...rest,
      ...(SourceCidrIp === undefined ? {} : { SourceCidrIp: block(SourceCidrIp) }),
      ...(DestCidrIp === undefined ? {} : { DestCidrIp: block(DestCidrIp) }),
    };
  }
}

describe('X1 N9 the oracle of the differential harness', () => {
  it.each(CASES.map((script) => [script.title, script] as const))('%s', (_title, script) => {
    const scene = new Script(script);
    let topology = scene.topology();
    for (const step of script.steps) {
      if ('change' in step) {
        topology = changed(topology, scene.change(step));
        continue;
      }
      // Nothing is sent then.
      if (step.says === 'SenderItself') continue;
      const { protocol, port = 0, sourcePort } = step;
      const ported = protocol === 'tcp' || protocol === 'udp';
      const probe: Probe = {
        from: step.from,
        protocol: typeof protocol === 'number' ? protocol : PROTOCOLS[protocol],
        source: scene.address(step.source ?? step.from),
        destination: scene.address(step.to),
        sourcePort: ported ? (sourcePort ?? 20_000) : 0,
        destinationPort: ported ? port : 0,
      };
      const { at, why } = createOracle(topology)(probe);
      const says = at === undefined ? 'refused' : at === 'router' ? 'AnsweredByRouter' : 'Delivered';
      expect({ step, why, says }).toMatchObject({
        says: step.says === 'Delivered' || step.says === 'AnsweredByRouter' ? step.says : 'refused',
        // What ends elsewhere has met a gate before, which the oracle does not name.
        ...(step.by === undefined || !why.includes('gress: ')
          ? {}
          : { why: expect.stringContaining(decider(step.by, script)) }),
      });
    }
  });
});

/** The oracle's words for what decides at the last gate: `default`, `inner access of GROUP`, or the name of a rule. */
function decider(by: string, { groups, steps }: VerdictCase): string {
  if (by === 'default') return 'by default';
  if (by.startsWith('inner access of ')) return 'inner access';
  const given = Object.values(groups).flatMap(({ ingress = [], egress = [] }) => [...ingress, ...egress]);
  const added = steps.flatMap((step) => ('change' in step && step.change === 'authorize' ? step.rule : []));
  const rule = [...given, ...added].find(({ Description }) => Description === by);
  if (rule === undefined) throw new Error(`no rule of the case is called ${by}`);
  return `priority ${rule.Priority ?? 1}`;
}
