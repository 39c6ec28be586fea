import { describe, expect, it } from 'vitest';
import { createRegions, knownRegion, knownZone } from './regions.ts';

const regions = createRegions();

describe('regions', () => {
  it('have ids, codes and zones of their own', () => {
    const distinct = (values: readonly string[]): void => expect(new Set(values).size).toBe(values.length);
    distinct(regions.all.map((region) => region.id));
    distinct(regions.all.map((region) => region.code));
    distinct(regions.all.flatMap((region) => region.zones.map((zone) => zone.id)));
    for (const region of regions.all) {
      expect(region.code).toMatch(/^[a-z0-9]{2}$/);
      expect(region.zones.length).toBeGreaterThan(1);
      for (const zone of region.zones) expect(zone.id.startsWith(region.id)).toBe(true);
    }
  });

  it('spell zones with a dash at home and without one abroad', () => {
    expect(regions.find('cn-hangzhou')?.zones.map((zone) => zone.id)).toContain('cn-hangzhou-h');
    expect(regions.find('ap-southeast-1')?.zones.map((zone) => zone.id)).toContain('ap-southeast-1a');
  });

  it('unknown ones are refused by name', () => {
    expect(knownRegion({ regions, regionId: 'cn-hangzhou' })).toMatchObject({ code: 'bp' });
    expect(knownRegion({ regions, regionId: 'mars-1' })).toMatchObject({
      code: 'InvalidRegionId.NotFound',
      status: 404,
    });
  });

  it('zones of another region are refused', () => {
    const region = regions.find('cn-hangzhou')!;
    expect(knownZone(region, 'cn-hangzhou-i')).toMatchObject({ id: 'cn-hangzhou-i' });
    expect(knownZone(region, 'cn-beijing-a')).toMatchObject({ code: 'InvalidZoneId.NotFound', parameter: 'ZoneId' });
  });
});
