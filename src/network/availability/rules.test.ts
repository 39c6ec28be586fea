import { describe, expect, it } from 'vitest';
import { INSTANCE_TYPES } from '../instance-type/catalogue.ts';
import { diskResources, ioResources, typeResources, typesFor } from './rules.ts';

const ids = (asked: Parameters<typeof typesFor>[0]) => typesFor(asked).map((type) => type.id);

describe('what can be had', () => {
  it('is everything of the catalogue, unless conditions say otherwise', () => {
    expect(typesFor({})).toEqual(INSTANCE_TYPES);
    expect(ids({ InstanceType: 'ecs.g6.large' })).toEqual(['ecs.g6.large']);
    expect(ids({ InstanceType: 'ecs.g6.large', Cores: 4 })).toEqual([]);
    expect(typesFor({ Cores: 4, Memory: 16 }).every((type) => type.vcpu === 4 && type.memoryGiB === 16)).toBe(true);
  });

  it('types that run either way are had both ways', () => {
    const [optimized, none] = [ids({ IoOptimized: 'optimized' }), ids({ IoOptimized: 'none' })];
    expect(new Set([...optimized, ...none]).size).toBe(INSTANCE_TYPES.length);
    const either = INSTANCE_TYPES.filter((type) => type.ioOptimized === 'either').map((type) => type.id);
    expect(optimized.filter((id) => none.includes(id))).toEqual(either);
  });

  it('is in stock, disks with their sizes', () => {
    expect(typeResources(typesFor({ InstanceType: 'ecs.g6.large' }))).toEqual([
      { Value: 'ecs.g6.large', Status: 'Available', StatusCategory: 'WithStock', Min: 0, Max: 0, Unit: '' },
    ]);
    expect(diskResources('cloud_ssd')).toMatchObject([{ Value: 'cloud_ssd', Min: 1, Max: 2048, Unit: 'GiB' }]);
    expect(diskResources('ephemeral_ssd')).toEqual([]);
    expect(diskResources(undefined).length).toBeGreaterThan(3);
  });

  it('ways of disk access are those of the types', () => {
    const ways = (id: string) => ioResources(typesFor({ InstanceType: id })).map((one) => one.Value);
    expect([ways('ecs.g6.large'), ways('ecs.t1.small'), ways('ecs.unheard.of')]).toEqual([['optimized'], ['none'], []]);
  });
});
