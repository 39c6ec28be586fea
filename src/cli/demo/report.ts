/** What the demo prints for people, at most as wide as their screen. */
import { styleText } from 'node:util';
import type { Asked, Row } from './ask.ts';
import type { Page } from './page.ts';
import { BLOCK, EIP_OF, INSTANCES, VPCS, VSWITCHES, WEB_PORT } from './plan.ts';

export interface Shown {
  readonly made: number;
  /** Ids of instances, by role. */
  readonly instances: ReadonlyMap<string, string>;
  /** Of the web server; undefined when it has none. */
  readonly address: string | undefined;
  readonly asked: Asked;
  /** Absent when there was nothing to fetch it from or with. */
  readonly page?: Page | undefined;
  /** What a command line needs beside its own words to speak to this region. */
  readonly options: string;
}

/** Lines; with `colour` verdicts stand out. */
export function report(shown: Shown, width: number, colour: boolean): string[] {
  const { made, asked, address, page } = shown;
  return [
    `The demo ${made > 0 ? 'is ready' : 'is there already'}: two VPCs with the same addresses, ${BLOCK}, that never meet.`,
    '',
    ...world(shown),
    '',
    ...wrap(heading(asked), width),
    '',
    ...table(asked.rows, width, colour),
    ...(asked.unsent === undefined ? ['', agreement(asked.rows)] : []),
    ...(page === undefined
      ? []
      : 'text' in page
        ? [`http://${address}/ says to the internet: ${page.text}`]
        : wrap(`http://${address}/ does not answer the internet: ${page.problem}`, width)),
    '',
    'Look further:',
    ...columns(further(shown), 2),
  ];
}

function heading({ unsent }: Asked): string {
  return unsent === undefined
    ? 'Who reaches what: by analysis of the rules, and what became of a packet that was sent:'
    : `Who reaches what, by analysis of the rules alone (${unsent}):`;
}

function world({ instances, address }: Shown): string[] {
  const rows = VPCS.flatMap(({ role: vpc, name }) => [
    [name, BLOCK],
    ...INSTANCES.filter((each) => VSWITCHES.find(({ role }) => role === each.vswitch)?.vpc === vpc).map((each) => [
      `  ${each.name}`,
      each.address,
      instances.get(each.role) ?? '',
      each.role === EIP_OF && address !== undefined ? `${each.remark}; ${address} on the internet` : each.remark,
    ]),
  ]);
  return columns(rows, 2);
}

const COMMON = 'demo-';

/** Verdicts as people say them. */
const WORDS: { readonly [verdict: string]: string } = {
  Delivered: 'delivered',
  Refused: 'refused',
  NotSent: 'not sent',
  Unknown: 'unknown',
};

function table(rows: readonly Row[], width: number, colour: boolean): string[] {
  const withPackets = rows.some(({ packet }) => packet !== undefined);
  const head = ['from', 'to', 'packet', 'analysis', ...(withPackets ? ['reality'] : []), 'because'];
  const cells = rows.map((row) => [
    shortly(row.as === undefined ? row.from : `${row.from} as ${row.as}`),
    shortly(row.to),
    row.protocol === 'icmp' ? 'ping' : `${row.protocol} ${row.port}`,
    WORDS[row.analysis] ?? row.analysis,
    ...(withPackets ? [WORDS[row.packet ?? ''] ?? ''] : []),
    row.agreement === 'Differs' ? `THEY DIFFER. ${row.why}` : row.why,
  ]);
  const last = head.length - 1;
  const widths = head.map((name, at) => Math.max(name.length, ...cells.map((row) => row[at]!.length)));
  const before = 2 + widths.slice(0, last).reduce((sum, each) => sum + each + 2, 0);
  const room = Math.max(24, width - before);
  return [head, ...cells].flatMap((row, at) => {
    const wrapped = wrap(row[last]!, room);
    const start = row.slice(0, last).map((text, column) => {
      const padded = text.padEnd(widths[column]!);
      const verdict = at > 0 && column >= 3;
      return verdict && colour ? styleText(text === 'delivered' ? 'green' : 'red', padded) : padded;
    });
    return [
      `  ${[...start, wrapped[0]].join('  ')}`.trimEnd(),
      ...wrapped.slice(1).map((text) => ' '.repeat(before) + text),
    ];
  });
}

/** Without what all names begin with. */
function shortly(name: string): string {
  return name.replaceAll(COMMON, '');
}

function agreement(rows: readonly Row[]): string {
  const differing = rows.filter((row) => row.agreement === 'Differs').length;
  const unknown = rows.filter((row) => row.agreement === 'Unknown').length;
  if (differing > 0) return `${rows.length} packets, and ${differing} did otherwise than the analysis says.`;
  const rest = unknown > 0 ? `, but for ${unknown} of which nothing is known` : '';
  return `${rows.length} packets, and each did what the analysis says${rest}.`;
}

function further({ address, options }: Shown): string[][] {
  const web = INSTANCES.find(({ role }) => role === EIP_OF)!.name;
  const commands = [
    [`why internet ${web} --port 22`, 'why, place by place'],
    ['shell demo-client', 'a terminal in an instance'],
    ...(address === undefined
      ? []
      : [
          [`exec internet -- curl -s ${address}`, 'the page, from the internet'],
          [`forward 8080 ${address}:${WEB_PORT}`, 'then http://127.0.0.1:8080/ in a browser'],
        ]),
    ['demo --remove', 'takes all of it away'],
  ];
  return commands.map(([words = '', meaning = '']) => {
    const [command = '', ...rest] = words.split(' ');
    return [['yunlan', command, ...(options === '' ? [] : [options]), ...rest].join(' '), meaning];
  });
}

/** Rows with aligned columns, indented. */
function columns(rows: readonly (readonly string[])[], indent: number): string[] {
  const count = Math.max(...rows.map((row) => row.length));
  const widths = Array.from({ length: count }, (_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0)));
  return rows.map((row) =>
    `${' '.repeat(indent)}${row.map((text, at) => text.padEnd(widths[at]!)).join('  ')}`.trimEnd(),
  );
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const line = lines.at(-1);
    if (line === undefined || line.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = `${line} ${word}`;
  }
  return lines;
}
