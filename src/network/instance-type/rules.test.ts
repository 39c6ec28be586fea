import { describe, expect, it } from 'vitest';
import { findInstanceType, INSTANCE_TYPES } from './catalogue.ts';
import { levelOf, satisfies, secondaryQueues, type TypeConditions } from './rules.ts';
import { listedInstanceType } from './view.ts';

const ANYTHING: TypeConditions = {
  cpu: {},
  memory: {},
  enis: {},
  addressesPerEni: {},
  bandwidth: {},
  pps: {},
  primaryQueues: {},
  secondaryQueues: {},
};
const matching = (asked: Partial<TypeConditions>) =>
  INSTANCE_TYPES.filter((type) => satisfies(type, { ...ANYTHING, ...asked }));

describe('instance types', () => {
  it('are all there, each once', () => {
    expect(INSTANCE_TYPES).toHaveLength(612);
    expect(new Set(INSTANCE_TYPES.map((type) => type.id)).size).toBe(612);
    for (const type of INSTANCE_TYPES) {
      expect(type.id.startsWith(`${type.family}.`) || type.id.startsWith(`${type.family}-`)).toBe(true);
      expect(type.vcpu).toBeGreaterThan(0);
      expect(type.memoryGiB).toBeGreaterThan(0);
      expect(type.maxEnis ?? 1).toBeGreaterThan(0);
    }
  });

  it('Q1: show queues, ENIs, addresses and bandwidth in the units of the API', () => {
    expect(listedInstanceType(findInstanceType('ecs.g6.large')!)).toMatchObject({
      CpuCoreCount: 2,
      MemorySize: 8,
      InstanceBandwidthRx: 1_024_000,
      InstancePpsTx: 300_000,
      EniQuantity: 2,
      EniPrivateIpAddressQuantity: 6,
      PrimaryEniQueueNumber: 2,
      SecondaryEniQueueNumber: 2,
      InstanceFamilyLevel: 'EnterpriseLevel',
      CpuArchitecture: 'X86',
    });
  });

  it('leave out what is not documented', () => {
    const old = findInstanceType('ecs.t1.small')!;
    expect(listedInstanceType(old).InstanceBandwidthRx).toBeUndefined();
    expect(listedInstanceType(old).EniQuantity).toBeUndefined();
    expect(levelOf(old)).toBeUndefined();
    expect(secondaryQueues({ ...findInstanceType('ecs.g6.large')!, family: 'ecs.ebmg6' })).toBeUndefined();
  });

  it('are found by bounds; a bound on an unknown number does not hold', () => {
    expect(matching({ ids: ['ecs.g6.large', 'ecs.nothing'] }).map((type) => type.id)).toEqual(['ecs.g6.large']);
    expect(matching({ families: ['ecs.t5'] }).every((type) => levelOf(type) === 'CreditEntryLevel')).toBe(true);
    expect(matching({ architectures: ['ARM'] })).toEqual([]);
    const wide = matching({ enis: { least: 8 }, cpu: { most: 16 } });
    expect(wide.length).toBeGreaterThan(0);
    expect(wide.every((type) => type.maxEnis! >= 8 && type.vcpu <= 16)).toBe(true);
    expect(matching({ pps: { least: 0 } }).length).toBe(INSTANCE_TYPES.filter((type) => type.pps !== undefined).length);
    expect(matching({ memory: { least: 8, most: 8 } }).every((type) => type.memoryGiB === 8)).toBe(true);
  });
});
