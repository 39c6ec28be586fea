/** The size of a terminal. */

export interface TerminalSize {
  /** Characters. */
  readonly rows: number;
  readonly columns: number;
}

/** Most rows or columns. The kernel takes 65,535, but programs keep every cell in memory. */
export const MOST_SIDE = 4096;

/** Undefined when a side is not a whole number from 1 to MOST_SIDE. */
export function acceptTerminalSize(rows: number, columns: number): TerminalSize | undefined {
  const fits = (side: number): boolean => Number.isInteger(side) && side >= 1 && side <= MOST_SIDE;
  return fits(rows) && fits(columns) ? { rows, columns } : undefined;
}
