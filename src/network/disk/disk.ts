/** The system disk of an instance as a resource: read only, with an id that follows from the instance's. */
import type { Tables } from '../../store/schema.ts';
import { findImage } from '../image/catalogue.ts';
import { readEcho } from '../instance/echo.ts';

type Instance = Tables['instance'];

/** What a disk is, as far as it can be asked for. */
export interface Disk {
  readonly id: string;
  readonly instance: Instance;
  readonly name: string;
  readonly description: string;
  readonly category: string;
  readonly performanceLevel: string;
  /** GiB, as asked for or as the image needs; a disk takes what is written to it. */
  readonly size: number;
  readonly status: 'Creating' | 'In_use';
  readonly chargeType: string;
  readonly burstingEnabled: boolean;
  readonly provisionedIops: number;
  /** End of the subscription, milliseconds since 1970. */
  readonly expiresAt: number | undefined;
}

export function diskIdOf(instanceId: string): string {
  return instanceId.replace(/^i-/, 'd-');
}

/** The instance whose disk has this id, if any has it. */
export function instanceIdOf(diskId: string): string {
  return diskId.replace(/^d-/, 'i-');
}

export function diskOf(instance: Instance): Disk {
  const echo = readEcho(instance);
  const category = echo.SystemDiskCategory ?? 'cloud_efficiency';
  return {
    id: diskIdOf(instance.id),
    instance,
    name: echo.SystemDiskName ?? '',
    description: echo.SystemDiskDescription ?? '',
    category,
    performanceLevel: echo.SystemDiskPerformanceLevel ?? (category === 'cloud_essd' ? 'PL1' : ''),
    size: echo.SystemDiskSize ?? findImage(instance.image_id)?.sizeGiB ?? 0,
    status: instance.status === 'Pending' ? 'Creating' : 'In_use',
    chargeType: echo.InstanceChargeType,
    burstingEnabled: echo.SystemDiskBurstingEnabled ?? false,
    provisionedIops: echo.SystemDiskProvisionedIops ?? 0,
    expiresAt: echo.ExpiresAt,
  };
}
