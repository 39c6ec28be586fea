/** What of the catalogue fits a question, as resources in answers. Everything there is can be had in every zone. */
import { SYSTEM_DISK_CATEGORIES, SYSTEM_DISK_SIZE } from '../disk/categories.ts';
import { INSTANCE_TYPES, type InstanceType } from '../instance-type/catalogue.ts';

/** Conditions on instance types; an absent one holds. */
export interface TypesAsked {
  readonly InstanceType?: string | undefined;
  readonly Cores?: number | undefined;
  /** GiB */
  readonly Memory?: number | undefined;
  readonly IoOptimized?: 'none' | 'optimized' | undefined;
}

export function typesFor(asked: TypesAsked): readonly InstanceType[] {
  return INSTANCE_TYPES.filter(
    (type) =>
      (asked.InstanceType === undefined || asked.InstanceType === type.id) &&
      (asked.Cores === undefined || asked.Cores === type.vcpu) &&
      (asked.Memory === undefined || asked.Memory === type.memoryGiB) &&
      (asked.IoOptimized === undefined || runs(type, asked.IoOptimized)),
  );
}

function runs({ ioOptimized }: InstanceType, asked: 'none' | 'optimized'): boolean {
  return asked === 'optimized' ? ioOptimized !== 'never' : ioOptimized !== 'always';
}

/** A resource that can be had. */
export interface Resource {
  readonly Value: string;
  readonly Status: string;
  readonly StatusCategory: string;
  readonly Min: number;
  readonly Max: number;
  readonly Unit: string;
}

/** That there is enough of it, as the official product says it. */
export const IN_STOCK = { Status: 'Available', StatusCategory: 'WithStock' } as const;

function resource(Value: string): Resource {
  return { Value, ...IN_STOCK, Min: 0, Max: 0, Unit: '' };
}

export function typeResources(types: readonly InstanceType[]): Resource[] {
  return types.map((type) => resource(type.id));
}

/** `category`: only this kind. */
export function diskResources(category: string | undefined): Resource[] {
  return SYSTEM_DISK_CATEGORIES.filter((each) => category === undefined || each === category).map((each) => ({
    ...resource(each),
    Min: SYSTEM_DISK_SIZE.least,
    Max: SYSTEM_DISK_SIZE.most,
    Unit: 'GiB',
  }));
}

/** Ways of disk access that these types have between them. */
export function ioResources(types: readonly InstanceType[]): Resource[] {
  return (['optimized', 'none'] as const).filter((way) => types.some((type) => runs(type, way))).map(resource);
}

export function networkResources(): Resource[] {
  return [resource('vpc')];
}
