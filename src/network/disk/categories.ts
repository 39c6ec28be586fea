/** Kinds of system disks that can be asked for; the disk itself is the same whatever the kind. */
export const SYSTEM_DISK_CATEGORIES = [
  'cloud_efficiency',
  'cloud_ssd',
  'cloud_essd',
  'cloud',
  'cloud_auto',
  'cloud_essd_entry',
] as const;

/** Least and most GiB of a system disk. */
export const SYSTEM_DISK_SIZE = { least: 1, most: 2048 } as const;
