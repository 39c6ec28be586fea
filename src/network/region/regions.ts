/** The regions and zones that this deployment pretends to have. */

export interface Zone {
  readonly id: string;
  readonly name: string;
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
