/** The offset of the clock that rules see, as it is kept. */
import type { Reader, Writer } from '../../store/port.ts';

const SETTING = 'clock_offset';

/** Milliseconds by which the clock was moved; 0 when it never was. */
export async function keptOffset(reader: Reader): Promise<number> {
  const row = await reader.get('setting', { name: SETTING });
  return row ? Number(row.value) : 0;
}

export async function keepOffset(tx: Writer, offset: number): Promise<void> {
  const value = String(offset);
  const changed = await tx.update('setting', { name: SETTING }, { value });
  if (changed === 0) await tx.insert('setting', { name: SETTING, value });
}
