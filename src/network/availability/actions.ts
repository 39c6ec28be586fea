/** One function for each action that tells what can be had. */
import type { Input } from '../../contract/action.ts';
import type { describeAvailableResource, describeResourcesModification } from '../../contract/availability.ts';
import { refuse } from '../../contract/errors.ts';
import { isRefusal, type Refusal } from '../../values/refusal.ts';
import type { HandlersOf } from '../call.ts';
import { findInstanceType } from '../instance-type/catalogue.ts';
import { knownRegion, knownZone, type Region } from '../region/regions.ts';
import {
  diskResources,
  IN_STOCK,
  ioResources,
  networkResources,
  type Resource,
  typeResources,
  typesFor,
} from './rules.ts';

type Asked = Input<typeof describeAvailableResource>;

export const availabilityHandlers: HandlersOf<typeof describeAvailableResource | typeof describeResourcesModification> =
  {
    async 'Ecs.DescribeAvailableResource'(call, input) {
      const region = knownRegion(call);
      if (isRefusal(region)) return region;
      const zones = zonesAsked(region, input.ZoneId);
      if (isRefusal(zones)) return zones;
      const resources = resourcesFor(input);
      if (isRefusal(resources)) return resources;
      const shown = resources.length === 0 ? [] : zones;
      const AvailableResource =
        input.DestinationResource === 'Zone'
          ? []
          : [{ Type: input.DestinationResource, SupportedResources: { SupportedResource: [...resources] } }];
      return {
        AvailableZones: {
          AvailableZone: shown.map((zoneId) => ({
            RegionId: region.id,
            ZoneId: zoneId,
            ...IN_STOCK,
            AvailableResources: { AvailableResource },
          })),
        },
      };
    },

    async 'Ecs.DescribeResourcesModification'(call, input) {
      const region = knownRegion(call);
      if (isRefusal(region)) return region;
      const zone = input.ZoneId === undefined ? undefined : knownZone(region, input.ZoneId);
      if (isRefusal(zone)) return zone;
      const where = { id: input.ResourceId, account_id: call.caller.accountId, region_id: region.id };
      const instance = await call.read((reader) => reader.get('instance', where));
      if (!instance) {
        return refuse('InvalidInstanceId.NotFound', {
          parameter: 'ResourceId',
          detail: `'${input.ResourceId}' is not an instance of this account here.`,
        });
      }
      const disks = input.DestinationResource === 'SystemDisk';
      const typed = disks ? mustNameType(input.InstanceType) : undefined;
      if (typed) return typed;
      const resources = disks
        ? diskResources(undefined)
        : typeResources(typesFor(input).filter((type) => type.id !== instance.instance_type));
      const AvailableZone = {
        RegionId: region.id,
        ZoneId: instance.zone_id,
        ...IN_STOCK,
        AvailableResources: {
          AvailableResource: [
            {
              Type: input.DestinationResource,
              SupportedResources: { SupportedResource: resources },
              ConditionSupportedResources: { ConditionSupportedResource: [] },
            },
          ],
        },
      };
      const elsewhere = zone !== undefined && zone.id !== instance.zone_id;
      return { AvailableZones: { AvailableZone: elsewhere || resources.length === 0 ? [] : [AvailableZone] } };
    },
  };

function zonesAsked(region: Region, zoneId: string | undefined): readonly string[] | Refusal {
  if (zoneId === undefined) return region.zones.map((zone) => zone.id);
  const zone = knownZone(region, zoneId);
  return isRefusal(zone) ? zone : [zone.id];
}

/** Disks depend on the type in the official product, so it must be named there. */
function mustNameType(instanceType: string | undefined): Refusal | undefined {
  if (instanceType === undefined) {
    return refuse('MissingParameter', { parameter: 'InstanceType', detail: 'SystemDisk needs it.' });
  }
  return findInstanceType(instanceType)
    ? undefined
    : refuse('InvalidInstanceType.ValueNotSupported', { parameter: 'InstanceType' });
}

/** What can be had; empty when something is asked for that nothing here goes with. */
function resourcesFor(input: Asked): readonly Resource[] | Refusal {
  const types = typesFor(input);
  if (input.DestinationResource === 'SystemDisk' && input.ResourceType === 'instance') {
    const refusal = mustNameType(input.InstanceType);
    if (refusal) return refusal;
  }
  if (asksForNone(input) || types.length === 0) return [];
  const disks = diskResources(input.SystemDiskCategory);
  if (disks.length === 0) return [];
  switch (input.DestinationResource) {
    // Only whether there is any counts.
    case 'Zone':
    case 'InstanceType':
      return typeResources(types);
    case 'IoOptimized':
      return ioResources(typesFor({ ...input, IoOptimized: undefined }));
    case 'Network':
      return networkResources();
    case 'SystemDisk':
      return disks;
    case 'ddh':
    case 'DataDisk':
      return [];
  }
}

function asksForNone(input: Asked): boolean {
  return (
    input.ResourceType !== 'instance' ||
    input.SpotStrategy !== 'NoSpot' ||
    input.DataDiskCategory !== undefined ||
    input.DedicatedHostId !== undefined ||
    input.NetworkCategory === 'classic'
  );
}
