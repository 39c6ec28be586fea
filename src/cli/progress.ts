/** Showing that something goes on: a spinner on a screen, plain lines elsewhere, nothing for what is quick. */
import { tell } from './output.ts';

/** Quicker than this nothing is shown. Milliseconds. */
const QUIET = 900;

export async function withProgress<T>(label: string, work: Promise<T>): Promise<T> {
  let end: ((well: boolean) => void) | undefined;
  let over = false;
  const timer = setTimeout(async () => {
    if (!process.stderr.isTTY) {
      tell(`${label} …`);
      return;
    }
    const { spinner } = await import('@clack/prompts');
    if (over) return;
    const shown = spinner({ output: process.stderr });
    shown.start(label);
    end = (well) => (well ? shown.stop(label) : shown.error(label));
  }, QUIET);
  try {
    const value = await work;
    end?.(true);
    return value;
  } catch (error) {
    end?.(false);
    throw error;
  } finally {
    over = true;
    clearTimeout(timer);
  }
}
