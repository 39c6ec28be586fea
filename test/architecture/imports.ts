/**
 * The import rules of the house, as data, and the reading of a source tree by them. Own code: the known checker of such
 * rules silently checks nothing under this compiler's version, so the test also plants violations that must be caught.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

/** What a folder may import, besides itself. Its reasons stand in ARCHITECTURE.md. */
export const MAY_IMPORT: { readonly [folder: string]: readonly string[] } = {
  values: [],
  contract: ['values'],
  store: ['values'],
  shell: ['values'],
  tls: ['values'],
  wire: ['contract', 'values'],
  network: ['contract', 'store', 'values'],
  realize: ['store', 'values'],
  drivers: ['realize', 'shell', 'values'],
  gateway: ['contract', 'network', 'realize', 'values', 'wire'],
  observe: ['store', 'values'],
  guest: ['realize', 'store', 'values'],
  daemon: ['shell', 'store', 'tls', 'values'],
  cli: ['contract', 'daemon', 'shell', 'values', 'wire'],
};

/** Narrower than a folder: importing file pattern → only these files of the other folder. */
const NARROW: readonly { readonly from: RegExp; readonly to: RegExp; readonly only: RegExp; readonly why: string }[] = [
  {
    from: /^network\//,
    to: /^store\//,
    only: /^store\/(port|schema)\.ts$/,
    why: 'handlers see the store’s port alone',
  },
  {
    from: /^realize\//,
    to: /^store\//,
    only: /^store\/(port|schema)\.ts$/,
    why: 'the reconciler sees the store’s port alone',
  },
  { from: /^drivers\//, to: /^realize\//, only: /^realize\/(program|driver)\.ts$/, why: 'drivers see programs alone' },
  {
    from: /^guest\//,
    to: /^store\//,
    only: /^store\/(port|schema)\.ts$/,
    why: 'guests’ services see the store’s port alone',
  },
  {
    from: /^observe\//,
    to: /^store\//,
    only: /^store\/(port|schema)\.ts$/,
    why: 'what observes sees the store’s port alone',
  },
  { from: /^guest\//, to: /^realize\//, only: /^realize\/driver\.ts$/, why: 'only the sockets in a network' },
  { from: /^gateway\//, to: /^network\//, only: /^network\/call\.ts$/, why: 'handlers are injected' },
  { from: /^gateway\//, to: /^realize\//, only: /^realize\/driver\.ts$/, why: 'only the streams of a command' },
  {
    from: /^network\/.*\/rules\.ts$/,
    to: /^(store)\//,
    only: /^store\/schema\.ts$/,
    why: 'rules are pure: rows as types, no reads',
  },
  { from: /^realize\/(compile|path)\//, to: /^store\//, only: /^store\/schema\.ts$/, why: 'compiling is pure' },
];

/** Modules of the platform or a library with a single home. */
const HOMES: readonly { readonly module: RegExp; readonly home: RegExp; readonly why: string }[] = [
  { module: /^(kysely|node:sqlite|pg)$/, home: /^store\//, why: 'SQL is written in store/ alone' },
  { module: /^node:child_process$/, home: /^shell\/shell\.ts$/, why: 'one place spawns' },
  { module: /^(fastify|@fastify\/.*)$/, home: /^gateway\//, why: 'the gateway alone serves HTTP' },
  {
    module: /^node:https?$/,
    home: /^(gateway|guest)\/|^cli\/client\.ts$/,
    why: 'the gateway serves, one file of the command line asks',
  },
  { module: /^(dns-packet|node:dgram)$/, home: /^guest\//, why: 'names are answered in one place' },
  { module: /^commander$|^@clack\//, home: /^cli\//, why: 'the command line alone' },
  { module: /^(pino|prom-client)$/, home: /^observe\//, why: 'others see the Log of values/, and tell what they did' },
  {
    module: /^node:/,
    home: /^(?!values\/|contract\/|realize\/(compile|path)\/|network\/.*\/rules\.ts)/,
    why: 'pure code has no platform',
  },
];

/** Words of source text with a single home. */
const WORDS: readonly { readonly word: RegExp; readonly home: RegExp; readonly why: string }[] = [
  { word: /process\.env\b/, home: /^main\.ts$/, why: 'the entry alone reads the environment' },
  { word: /Date\.now\(|new Date\(\)|performance\.now\(/, home: /^values\/clock\.ts$/, why: 'time is injected' },
  {
    word: /Math\.random\(|randomBytes\(|randomUUID\(|getRandomValues\(/,
    home: /^values\/random\.ts$/,
    why: 'randomness is injected',
  },
  { word: /shell:\s*true|\bexecSync\(/, home: /^$/, why: 'never through a shell string' },
];

const COMPOSITION = /^(main|server|version)\.ts$/;
const TEST_FILE = /\.test\.ts$/;

export interface SourceFile {
  /** Path below the source root. */
  readonly path: string;
  readonly text: string;
}

export function sourceFiles(root: string): SourceFile[] {
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && !TEST_FILE.test(path))
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));
}

/** Specifiers of static and dynamic imports and re-exports. */
export function importsOf(text: string): string[] {
  const code = text.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/^\s*\/\/.*$/gm, '');
  const found = code.matchAll(/(?:\bfrom\s*|\bimport\s*\(?\s*)'([^']+)'/g);
  return [...found].map((match) => match[1]!);
}

/** A platform's or library's types may be named anywhere: they are gone when the program runs. */
function isTypeOnly(text: string, specifier: string): boolean {
  const imports = [...text.matchAll(/\b(import|export)( type)?\b[^;]*?from '([^']+)'/g)].filter(
    (m) => m[3] === specifier,
  );
  return imports.length > 0 && imports.every((m) => m[2] !== undefined);
}

/** Every way in which the tree breaks the rules, as sentences. */
export function violations(root: string): string[] {
  const files = sourceFiles(root);
  const graph = new Map<string, string[]>();
  const broken: string[] = [];
  for (const { path, text } of files) {
    const targets: string[] = [];
    for (const specifier of importsOf(text)) {
      if (specifier.startsWith('.')) {
        const target = relative(root, resolve(root, dirname(path), specifier));
        targets.push(target);
        broken.push(...folderRule(path, target));
      } else if (!isTypeOnly(text, specifier)) {
        broken.push(...homeRule(path, specifier));
      }
    }
    graph.set(path, targets);
    const code = text.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/\/\/.*$/gm, '');
    for (const { word, home, why } of WORDS) {
      if (word.test(code) && !home.test(path)) broken.push(`${path} uses ${word.source}: ${why}`);
    }
  }
  return [...broken, ...cycles(graph)];
}

function folderRule(path: string, target: string): string[] {
  if (COMPOSITION.test(path)) return [];
  const from = path.split('/')[0]!;
  const to = target.split('/')[0]!;
  if (target.startsWith('..') || !target.includes('/')) {
    return target === 'version.ts' ? [] : [`${path} imports ${target}: only composition may`];
  }
  if (from !== to && !MAY_IMPORT[from]?.includes(to))
    return [`${path} imports ${target}: ${from} may not import ${to}`];
  const narrow = NARROW.find((rule) => rule.from.test(path) && rule.to.test(target) && !rule.only.test(target));
  return narrow ? [`${path} imports ${target}: ${narrow.why}`] : resourceRule(path, target);
}

/** A resource of network/ may use another's rules and views, never its actions. */
function resourceRule(path: string, target: string): string[] {
  const resource = /^network\/([^/]+)\//.exec(path)?.[1];
  const other = /^network\/([^/]+)\/actions\.ts$/.exec(target)?.[1];
  return resource && other && resource !== other ? [`${path} imports ${target}: another resource’s actions`] : [];
}

function homeRule(path: string, specifier: string): string[] {
  if (COMPOSITION.test(path)) return [];
  const rule = HOMES.find(({ module, home }) => module.test(specifier) && !home.test(path));
  return rule ? [`${path} imports ${specifier}: ${rule.why}`] : [];
}

function cycles(graph: ReadonlyMap<string, readonly string[]>): string[] {
  const done = new Set<string>();
  const found: string[] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    const at = trail.indexOf(path);
    if (at >= 0) {
      found.push(`cycle: ${[...trail.slice(at), path].join(' → ')}`);
      return;
    }
    if (done.has(path)) return;
    for (const target of graph.get(path) ?? []) visit(target, [...trail, path]);
    done.add(path);
  };
  for (const path of graph.keys()) visit(path, []);
  return found;
}
