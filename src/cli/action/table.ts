/** Answers as tables: the list of an answer as rows, or its fields one under the other. */

type Fields = { readonly [name: string]: unknown };

/** Narrower columns are not cut. */
const LEAST_COLUMN = 12;

/** An answer, or a list out of one, as lines of at most `width` characters, unless it has too many columns for that. */
export function formatTable(answer: Fields | readonly unknown[], width: number): string {
  const rows = Array.isArray(answer) ? rowsOf(answer) : findRows(answer as Fields);
  if (rows === undefined) {
    const fields = Object.entries(answer).filter(([name]) => name !== 'RequestId');
    const longest = Math.max(0, ...fields.map(([name]) => name.length));
    return fields.map(([name, value]) => `${name.padEnd(longest)}  ${cell(value)}\n`).join('');
  }
  if (rows.length === 0) return 'none\n';
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))]
    .map((name) => ({ name, cells: rows.map((row) => cell(row[name])) }))
    .filter(({ cells }) => cells.some((text) => text !== ''));
  const widths = narrow(
    columns.map(({ name, cells }) => Math.max(name.length, ...cells.map(({ length }) => length))),
    width,
  );
  const line = (texts: readonly string[]): string =>
    texts
      .map((text, column) => cut(text, widths[column]!).padEnd(widths[column]!))
      .join('  ')
      .trimEnd();
  const lines = [line(columns.map(({ name }) => name))];
  for (let row = 0; row < rows.length; row += 1) lines.push(line(columns.map(({ cells }) => cells[row]!)));
  return `${lines.join('\n')}\n`;
}

/** The list of things in an answer such as `{Vpcs: {Vpc: […]}}`. Undefined when it has none or several. */
function findRows(answer: Fields): Fields[] | undefined {
  const lists: Fields[][] = [];
  for (const value of Object.values(answer)) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) continue;
    const inner = Object.values(value);
    if (inner.length !== 1 || !Array.isArray(inner[0])) continue;
    lists.push(rowsOf(inner[0]));
  }
  return lists.length === 1 ? lists[0] : undefined;
}

/** Items that are lists have numbered columns, plain ones a single column. */
function rowsOf(list: readonly unknown[]): Fields[] {
  return list.map((item) => (typeof item === 'object' && item !== null ? (item as Fields) : { Value: item }));
}

/** A value on one line; wrappers around lists are left out. */
function cell(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (Array.isArray(value)) return value.map(cell).filter(Boolean).join(' ');
  if (typeof value === 'object') {
    const inner = Object.entries(value);
    if (inner.length === 1 && Array.isArray(inner[0]![1])) return cell(inner[0]![1]);
    return inner
      .map(([name, each]) => [name, cell(each)] as const)
      .filter(([, text]) => text !== '')
      .map(([name, text]) => `${name}=${text}`)
      .join(',');
  }
  return String(value).replaceAll(/\s+/g, ' ');
}

/** Narrows the widest columns until the line fits. */
function narrow(wanted: readonly number[], width: number): number[] {
  const widths = [...wanted];
  const room = width - 2 * (widths.length - 1);
  let sum = widths.reduce((total, each) => total + each, 0);
  while (sum > room) {
    const widest = widths.indexOf(Math.max(...widths));
    if (widths[widest]! <= LEAST_COLUMN) break;
    widths[widest]! -= 1;
    sum -= 1;
  }
  return widths;
}

function cut(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, width - 1)}…`;
}
