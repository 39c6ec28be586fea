/** The regions and zones that this deployment pretends to have: names and zone letters as the official product's. */
import { refuse } from '../../contract/errors.ts';
import type { Refusal } from '../../values/refusal.ts';

export interface Zone {
  readonly id: string;
  readonly name: string;
  readonly chineseName: string;
}

export interface Region {
  readonly id: string;
  /** Two characters that ids of the region carry. */
  readonly code: string;
  readonly name: string;
  readonly chineseName: string;
  readonly zones: readonly Zone[];
}

export interface Regions {
  readonly all: readonly Region[];
  find(id: string): Region | undefined;
}

interface RegionFacts {
  readonly id: string;
  readonly code: string;
  readonly name: string;
  readonly chineseName: string;
  /** Place that zone names start with. */
  readonly place: string;
  readonly chinesePlace: string;
  readonly zoneLetters: string;
}

const FACTS: readonly RegionFacts[] = [
  {
    id: 'cn-hangzhou',
    code: 'bp',
    name: 'China (Hangzhou)',
    chineseName: '华东1（杭州）',
    place: 'Hangzhou',
    chinesePlace: '杭州',
    zoneLetters: 'bghijk',
  },
  {
    id: 'cn-shanghai',
    code: 'uf',
    name: 'China (Shanghai)',
    chineseName: '华东2（上海）',
    place: 'Shanghai',
    chinesePlace: '上海',
    zoneLetters: 'bcdefg',
  },
  {
    id: 'cn-beijing',
    code: '2z',
    name: 'China (Beijing)',
    chineseName: '华北2（北京）',
    place: 'Beijing',
    chinesePlace: '北京',
    zoneLetters: 'acdefghijk',
  },
  {
    id: 'cn-shenzhen',
    code: 'wz',
    name: 'China (Shenzhen)',
    chineseName: '华南1（深圳）',
    place: 'Shenzhen',
    chinesePlace: '深圳',
    zoneLetters: 'abcdef',
  },
  {
    id: 'cn-hongkong',
    code: 'j6',
    name: 'China (Hong Kong)',
    chineseName: '中国香港',
    place: 'Hong Kong',
    chinesePlace: '香港',
    zoneLetters: 'bcd',
  },
  {
    id: 'ap-southeast-1',
    code: 't4',
    name: 'Singapore',
    chineseName: '新加坡',
    place: 'Singapore',
    chinesePlace: '新加坡',
    zoneLetters: 'abc',
  },
  {
    id: 'us-west-1',
    code: 'rj',
    name: 'US (Silicon Valley)',
    chineseName: '美国（硅谷）',
    place: 'Silicon Valley',
    chinesePlace: '硅谷',
    zoneLetters: 'ab',
  },
  {
    id: 'eu-central-1',
    code: 'gw',
    name: 'Germany (Frankfurt)',
    chineseName: '德国（法兰克福）',
    place: 'Frankfurt',
    chinesePlace: '法兰克福',
    zoneLetters: 'ab',
  },
];

/** The regions of this deployment. */
export function createRegions(): Regions {
  const all = FACTS.map(regionOf);
  const byId = new Map(all.map((region) => [region.id, region]));
  return { all, find: (id) => byId.get(id) };
}

function regionOf({ id, code, name, chineseName, place, chinesePlace, zoneLetters }: RegionFacts): Region {
  // Regions abroad spell their zones without the dash: ap-southeast-1a, cn-hangzhou-b.
  const join = /\d$/.test(id) ? '' : '-';
  const zones = [...zoneLetters].map((letter) => ({
    id: id + join + letter,
    name: `${place} Zone ${letter.toUpperCase()}`,
    chineseName: `${chinesePlace} 可用区 ${letter.toUpperCase()}`,
  }));
  return { id, code, name, chineseName, zones };
}

/** The region a call is for, or the refusal every handler gives first when there is no such region. */
export function knownRegion(call: { readonly regions: Regions; readonly regionId: string }): Region | Refusal {
  return (
    call.regions.find(call.regionId) ??
    refuse('InvalidRegionId.NotFound', { parameter: 'RegionId', detail: `'${call.regionId}' is not a region here.` })
  );
}

/** The zone of a region, or the refusal. */
export function knownZone(region: Region, zoneId: string): Zone | Refusal {
  return (
    region.zones.find((zone) => zone.id === zoneId) ??
    refuse('InvalidZoneId.NotFound', { parameter: 'ZoneId', detail: `'${zoneId}' is not a zone of ${region.id}.` })
  );
}
