/** One function for each action on regions, zones and endpoints. */

import { refuse } from '../../contract/errors.ts';
import type {
  describeEndpoints,
  describeRegions,
  describeZones,
  vpcDescribeRegions,
  vpcDescribeZones,
} from '../../contract/region.ts';
import { isRefusal } from '../../values/refusal.ts';
import type { HandlersOf } from '../call.ts';
import { endpointsOf } from './endpoints.ts';
import { knownRegion } from './regions.ts';
import { listedRegion, listedZone, zoneOffers } from './view.ts';

type RegionAction =
  | typeof describeRegions
  | typeof describeZones
  | typeof vpcDescribeRegions
  | typeof vpcDescribeZones
  | typeof describeEndpoints;

export const regionHandlers: HandlersOf<RegionAction> = {
  async 'Ecs.DescribeRegions'(call, input) {
    const listed = call.regions.all.map((region) => ({
      ...listedRegion(region, input.AcceptLanguage, call.host),
      Status: 'available',
    }));
    return { Regions: { Region: listed } };
  },

  async 'Ecs.DescribeZones'(call, input) {
    const region = knownRegion(call);
    if (isRefusal(region)) return region;
    const offers = input.Verbose ? zoneOffers() : {};
    return { Zones: { Zone: region.zones.map((zone) => ({ ...listedZone(zone, input.AcceptLanguage), ...offers })) } };
  },

  async 'Vpc.DescribeRegions'(call, input) {
    return {
      Regions: { Region: call.regions.all.map((region) => listedRegion(region, input.AcceptLanguage, call.host)) },
    };
  },

  async 'Vpc.DescribeZones'(call, input) {
    const region = knownRegion(call);
    if (isRefusal(region)) return region;
    const zones = region.zones.map((zone) => listedZone(zone, input.AcceptLanguage));
    return { Zones: { Zone: zones.filter((zone) => zone.ZoneType === input.ZoneType) } };
  },

  async 'Location.DescribeEndpoints'(call, input) {
    const region = call.regions.find(input.Id);
    if (!region)
      return refuse('InvalidRegionId.NotFound', { parameter: 'Id', detail: `'${input.Id}' is not a region here.` });
    const endpoints = endpointsOf(call, region.id, input.ServiceCode, input.Type);
    return { Success: true, Endpoints: { Endpoint: endpoints } };
  },
};
