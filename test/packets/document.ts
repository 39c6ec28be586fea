/**
 * Documents that are run: fenced blocks whose info string has a second word. `sh tour` is a step of the tour, `js x.mjs`
 * a file of that name. All steps run in one shell, in a folder of their own, where `./yunlan` is the launcher (on a free
 * port) and the packages of the vendor are installed.
 */
import { spawn } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const ROOT = join(import.meta.dirname, '..', '..');

export interface Block {
  readonly language: string;
  readonly word: string;
  readonly text: string;
}

/** The blocks of a document that have a second word, in their order. */
export async function readBlocks(document: string): Promise<Block[]> {
  const text = await readFile(join(ROOT, document), 'utf8');
  const found = text.matchAll(/^```(\w+) (\S+)\n(.*?)^```$/gms);
  return Array.from(found, ([, language = '', word = '', body = '']) => ({ language, word, text: body }));
}

/**
 * Walks a document from its first block to its last; answers what each step printed, on either stream. Rejects with all of
 * it when a command fails. Nothing is left of it, also when it stops in the middle.
 */
export async function walk(document: string): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'yunlan-document-'));
  try {
    await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
    const launcher = join(folder, 'yunlan');
    await writeFile(
      launcher,
      `#!/bin/sh\nif [ "$1" = up ]; then shift; set -- up --port 0 "$@"; fi\nexec '${join(ROOT, 'yunlan')}' "$@"\n`,
    );
    await chmod(launcher, 0o755);
    const blocks = await readBlocks(document);
    const steps = blocks.filter(({ language }) => language === 'sh');
    for (const { language, word, text } of blocks) if (language !== 'sh') await writeFile(join(folder, word), text);
    const mark = '== step';
    const script = steps.map(({ text }) => `echo '${mark}'\n${text}`).join('\n');
    const { code, output } = await shell(script, folder);
    await shell('./yunlan reset --yes', folder);
    if (code !== 0) throw new Error(`${document} stops with status ${code}:\n${output}`);
    return output.split(`${mark}\n`).slice(1);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function shell(script: string, folder: string): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn('sh', ['-eu'], {
      cwd: folder,
      env: {
        PATH: `${dirname(process.execPath)}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`,
        HOME: folder,
        LANG: 'C.UTF-8',
      },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (piece: string) => {
        output += piece;
      });
    }
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, output }));
    child.stdin.end(script);
  });
}
