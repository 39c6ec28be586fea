/**
 * Typed conditions, patches and rows as SQL. A statement is built once for each *shape* (table, columns, kinds of
 * conditions) and found again by it, so that building costs nothing on the hot path and every engine may keep it
 * prepared.
 */
import { type Expression, Kysely, type RawBuilder, type SelectQueryBuilder, type SqlBool, sql } from 'kysely';
import { columnsOf, KEY_COLUMNS } from './columns.ts';
import type { Bindable, Wording } from './engine.ts';
import type { Condition, Page, Range, Where } from './port.ts';
import { encodeValue } from './rows.ts';
import type { TableName, Tables } from './schema.ts';

/** SQL with its values. */
export interface Statement {
  readonly sql: string;
  readonly parameters: readonly Bindable[];
}

/** The table of a query as the query builder's types see it; its name and columns were checked by the callers' types. */
type Loose = { some_table: { [column: string]: Bindable } };

const loosely = (table: TableName): 'some_table' => table as string as 'some_table';

/** Stands in a statement's shape for a value that is bound later; kysely hands it through as a parameter. */
class Slot {
  readonly index: number;

  constructor(index: number) {
    this.index = index;
  }
}

/** SQL of a shape; `order` says which of the shape's values each parameter is. */
interface Shape {
  readonly sql: string;
  readonly order: readonly number[];
}

/** How one column is asked. */
type Test =
  | { readonly column: string; readonly kind: 'null' | 'none' }
  | { readonly column: string; readonly kind: ValueTest; readonly value: Bindable };

type ValueTest = 'equal' | 'like' | 'from' | 'before' | 'among' | 'among or null';

/** Shapes kept; filters of Describe actions combine freely, so there is a bound. */
const MOST_SHAPES = 2000;

export class Statements {
  readonly #wording: Wording;
  readonly #builder: Kysely<Loose>;
  readonly #shapes = new Map<string, Shape>();

  constructor(wording: Wording) {
    this.#wording = wording;
    this.#builder = new Kysely<Loose>({ dialect: wording.dialect });
  }

  /** All columns of the rows that satisfy `where`. */
  find<T extends TableName>(table: T, where: Where<Tables[T]>, page: Page<Tables[T]> = {}): Statement {
    const tests = this.#tests(table, where);
    const order = orderOf(table, page.orderBy ?? []);
    const values = valuesOf(tests);
    const limited = page.limit !== undefined || page.offset !== undefined;
    // −1 is no limit in SQLite; a number no table reaches is none in every engine.
    if (limited) values.push(page.limit ?? Number.MAX_SAFE_INTEGER, page.offset ?? 0);
    return this.#bind(`find ${table} ${shapeOf(tests)} ${order.join()} ${limited}`, values, (slot) => {
      let query = this.#builder.selectFrom(loosely(table)).select(Object.keys(columnsOf(table)));
      query = this.#restrict(query, tests, slot);
      for (const column of order) {
        query = column.startsWith('-') ? query.orderBy(column.slice(1), 'desc') : query.orderBy(column);
      }
      if (limited) query = query.limit(sql<number>`${slot()}`).offset(sql<number>`${slot()}`);
      return query;
    });
  }

  count<T extends TableName>(table: T, where: Where<Tables[T]>): Statement {
    const tests = this.#tests(table, where);
    return this.#bind(`count ${table} ${shapeOf(tests)}`, valuesOf(tests), (slot) =>
      this.#restrict(this.#builder.selectFrom(loosely(table)).select(sql<number>`count(*)`.as('count')), tests, slot),
    );
  }

  insert<T extends TableName>(table: T, row: Partial<Tables[T]>): Statement {
    const columns = given(row);
    const values = columns.map((column) => encodeValue(table, column, (row as { [c: string]: unknown })[column]));
    return this.#bind(`insert ${table} ${columns.join()}`, values, (slot) =>
      this.#builder.insertInto(loosely(table)).values(Object.fromEntries(columns.map((column) => [column, slot()]))),
    );
  }

  /** Undefined when the patch changes nothing. */
  update<T extends TableName>(table: T, where: Where<Tables[T]>, patch: Partial<Tables[T]>): Statement | undefined {
    const columns = given(patch);
    if (columns.length === 0) return undefined;
    const tests = this.#someTests(table, where);
    const values = columns.map((column) => encodeValue(table, column, (patch as { [c: string]: unknown })[column]));
    values.push(...valuesOf(tests));
    return this.#bind(`update ${table} ${columns.join()} ${shapeOf(tests)}`, values, (slot) => {
      const query = this.#builder
        .updateTable(loosely(table))
        .set(Object.fromEntries(columns.map((column) => [column, slot()])));
      return query.where(this.#all(tests, slot));
    });
  }

  remove<T extends TableName>(table: T, where: Where<Tables[T]>): Statement {
    const tests = this.#someTests(table, where);
    return this.#bind(`remove ${table} ${shapeOf(tests)}`, valuesOf(tests), (slot) =>
      this.#builder.deleteFrom(loosely(table)).where(this.#all(tests, slot)),
    );
  }

  /** Binds values to the statement of a shape, which is built when it is met first. `slot` hands out places in order. */
  #bind(name: string, values: readonly Bindable[], build: (slot: () => Bindable) => Compilable): Statement {
    let shape = this.#shapes.get(name);
    if (!shape) {
      let next = 0;
      // A slot is only ever a parameter, so it may pass for a value until values are bound.
      const compiled = build(() => new Slot(next++) as unknown as Bindable).compile();
      shape = { sql: compiled.sql, order: compiled.parameters.map((parameter) => (parameter as Slot).index) };
      if (this.#shapes.size >= MOST_SHAPES) this.#shapes.clear();
      this.#shapes.set(name, shape);
    }
    return { sql: shape.sql, parameters: shape.order.map((index) => values[index]!) };
  }

  #restrict<O>(
    query: SelectQueryBuilder<Loose, 'some_table', O>,
    tests: readonly Test[],
    slot: () => Bindable,
  ): SelectQueryBuilder<Loose, 'some_table', O> {
    return tests.length === 0 ? query : query.where(this.#all(tests, slot));
  }

  #all(tests: readonly Test[], slot: () => Bindable): RawBuilder<SqlBool> {
    return sql<SqlBool>`${sql.join(
      tests.map((test) => this.#word(test, slot)),
      sql` and `,
    )}`;
  }

  #word(test: Test, slot: () => Bindable): Expression<SqlBool> {
    const column = sql.ref(test.column);
    const value = (): RawBuilder<unknown> => sql`${slot()}`;
    switch (test.kind) {
      case 'none':
        return sql<SqlBool>`1 = 0`;
      case 'null':
        return sql<SqlBool>`${column} is null`;
      case 'equal':
        return sql<SqlBool>`${column} = ${value()}`;
      case 'from':
        return sql<SqlBool>`${column} >= ${value()}`;
      case 'before':
        return sql<SqlBool>`${column} < ${value()}`;
      case 'like':
        return this.#wording.like(column, value());
      case 'among':
        return this.#wording.among(column, value());
      case 'among or null':
        return sql<SqlBool>`(${this.#wording.among(column, value())} or ${column} is null)`;
    }
  }

  /** The tests of a change. One that asks nothing would change a whole table: never meant. */
  #someTests<T extends TableName>(table: T, where: Where<Tables[T]>): Test[] {
    const tests = this.#tests(table, where);
    if (tests.length === 0) throw new TypeError(`a change of ${table} without a condition`);
    return tests;
  }

  #tests<T extends TableName>(table: T, where: Where<Tables[T]>): Test[] {
    const tests: Test[] = [];
    for (const [column, condition] of Object.entries(where) as [string, Condition<unknown> | undefined][]) {
      if (condition !== undefined) tests.push(...this.#testsOf(table, column, condition));
    }
    return tests;
  }

  /** More than one for a range, whose ends are asked for apart. */
  #testsOf(table: TableName, column: string, condition: Condition<unknown>): Test[] {
    if (!isRange(condition)) return [this.#test(table, column, condition)];
    return (['from', 'before'] as const).flatMap((kind) => {
      const value = condition[kind];
      return value === undefined ? [] : [{ column, kind, value: encodeValue(table, column, value) }];
    });
  }

  #test(table: TableName, column: string, condition: Condition<unknown>): Test {
    if (condition === null) return { column, kind: 'null' };
    if (Array.isArray(condition)) {
      if (condition.length === 0) return { column, kind: 'none' };
      const encoded = condition.map((value) => encodeValue(table, column, value)).filter((value) => value !== null);
      const kind = encoded.length < condition.length ? 'among or null' : 'among';
      return { column, kind, value: this.#wording.list(encoded) };
    }
    if (typeof condition === 'object' && 'like' in condition) {
      return { column, kind: 'like', value: this.#wording.pattern(condition.like as string) };
    }
    return { column, kind: 'equal', value: encodeValue(table, column, condition) };
  }
}

interface Compilable {
  compile(): { readonly sql: string; readonly parameters: readonly unknown[] };
}

function isRange(condition: Condition<unknown>): condition is Range<unknown> {
  return typeof condition === 'object' && condition !== null && ('from' in condition || 'before' in condition);
}

/** The columns that have a value. */
function given(row: object): string[] {
  return Object.entries(row).flatMap(([column, value]) => (value === undefined ? [] : [column]));
}

function valuesOf(tests: readonly Test[]): Bindable[] {
  return tests.flatMap((test) => ('value' in test ? [test.value] : []));
}

function shapeOf(tests: readonly Test[]): string {
  return tests.map((test) => `${test.column}:${test.kind}`).join();
}

/** The columns asked for, then the table's key, so that equal rows keep an order. */
function orderOf(table: TableName, asked: readonly string[]): string[] {
  const named = new Set(asked.map((column) => column.replace(/^-/, '')));
  return [...asked, ...KEY_COLUMNS[table].filter((column) => !named.has(column))];
}
