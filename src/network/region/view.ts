/** Regions and zones in answers. */
import { SYSTEM_DISK_CATEGORIES } from '../disk/categories.ts';
import { INSTANCE_TYPES, type InstanceType } from '../instance-type/catalogue.ts';
import type { Region, Zone } from './regions.ts';

const ZONE_KIND = 'AvailabilityZone';

/** Whether names are wanted in Chinese; every other language gets English. */
function isChinese(language: string): boolean {
  return language.toLowerCase().startsWith('zh');
}

/** An item of Vpc DescribeRegions. `host`: this server as the caller reaches it, which serves every region. */
export function listedRegion(region: Region, language: string, host: string) {
  return {
    RegionId: region.id,
    LocalName: isChinese(language) ? region.chineseName : region.name,
    RegionEndpoint: host,
  };
}

/** An item of Vpc DescribeZones. */
export function listedZone(zone: Zone, language: string) {
  return { ZoneId: zone.id, LocalName: isChinese(language) ? zone.chineseName : zone.name, ZoneType: ZONE_KIND };
}

/** What Ecs DescribeZones tells of a zone besides its name; the same in every zone. */
export function zoneOffers() {
  return {
    AvailableResourceCreation: { ResourceTypes: ['VSwitch', 'IoOptimized', 'Instance'] },
    AvailableDiskCategories: { DiskCategories: [...SYSTEM_DISK_CATEGORIES] },
    AvailableInstanceTypes: { InstanceTypes: INSTANCE_TYPES.map((type) => type.id) },
    AvailableResources: {
      ResourcesInfo: [
        resourcesInfo(
          true,
          INSTANCE_TYPES.filter((type) => type.ioOptimized !== 'never'),
        ),
        resourcesInfo(
          false,
          INSTANCE_TYPES.filter((type) => type.ioOptimized !== 'always'),
        ),
      ],
    },
    AvailableVolumeCategories: { VolumeCategories: [] },
    AvailableDedicatedHostTypes: { DedicatedHostType: [] },
    DedicatedHostGenerations: { DedicatedHostGeneration: [] },
  };
}

function resourcesInfo(ioOptimized: boolean, types: readonly InstanceType[]) {
  return {
    IoOptimized: ioOptimized,
    InstanceTypes: { supportedInstanceType: types.map((type) => type.id) },
    InstanceTypeFamilies: { supportedInstanceTypeFamily: [...new Set(types.map((type) => type.family))] },
    InstanceGenerations: {
      supportedInstanceGeneration: [...new Set(types.flatMap((type) => type.generation ?? []))],
    },
    NetworkTypes: { supportedNetworkCategory: ['vpc'] },
    SystemDiskCategories: { supportedSystemDiskCategory: [...SYSTEM_DISK_CATEGORIES] },
    DataDiskCategories: { supportedDataDiskCategory: [] },
  };
}
