/** Columns of rows as JSON has them: members by name, those of objects inside behind a dot; lists by place. */

import { unsupportedError } from '../../../core/errors.ts';
import { elementCount, formatShape, type Shape } from '../../../core/tensor.ts';
import { timeOf } from '../csv/time-text.ts';
import { findColumn } from '../find-column.ts';
import { KindCounts } from '../kind-counts.ts';
import { badData } from '../read-file.ts';
import type { Column } from '../row-source.ts';
import type { ReadContext } from '../source.ts';
import { TextBudget, TextTable } from '../text-table.ts';

const MAX_COLUMNS = 2 ** 16;
const MAX_RANK = 32;
const MAX_DEPTH = 16;

type Member = readonly [name: string, value: unknown];

function* membersOf(prefix: string, value: object, depth: number): Generator<Member> {
  for (const [key, own] of Object.entries(value)) {
    const name = `${prefix}${key}`;
    const isObject = typeof own === 'object' && own !== null && !Array.isArray(own);
    if (isObject && depth < MAX_DEPTH) yield* membersOf(`${name}.`, own, depth + 1);
    else yield [name, own];
  }
}

/** Undefined where the row is neither an object nor a list. A list of lists is one value. */
function rowMembers(row: unknown): Iterable<Member> | undefined {
  if (typeof row !== 'object' || row === null) return undefined;
  if (!Array.isArray(row)) return membersOf('', row, 0);
  if (row.length > 0 && row.every((item) => Array.isArray(item))) return [['x0', row]];
  return row.map((item: unknown, place): Member => [`x${place}`, item]);
}

/** The shape that the first elements say; the others have to agree. */
function shapeOf(value: unknown): Shape {
  const shape: number[] = [];
  for (let first = value; Array.isArray(first) && shape.length < MAX_RANK; first = first[0])
    shape.push(first.length);
  return shape;
}

/** Collects the columns of rows. */
export class JsonColumns {
  readonly #places = new Map<string, number>();
  /** Of the first value that is there. */
  readonly #shapes: (Shape | undefined)[] = [];
  readonly #counts = new KindCounts();

  add(row: unknown): void {
    for (const [name, value] of rowMembers(row) ?? []) {
      const place = this.#placeOf(name, value);
      if (typeof value === 'number' || typeof value === 'boolean') this.#counts.addNumber(place);
      if (typeof value === 'string' && value !== '') {
        this.#counts.addText(place, !Number.isNaN(timeOf(value, 'iso')));
      }
    }
  }

  #placeOf(name: string, value: unknown): number {
    const shape = value === null ? undefined : shapeOf(value);
    const known = this.#places.get(name);
    if (known !== undefined) {
      this.#shapes[known] ??= shape;
      return known;
    }
    const place = this.#places.size;
    if (place === MAX_COLUMNS) {
      throw unsupportedError(
        'too-large',
        `its rows have more than ${MAX_COLUMNS} columns, the most that are read`,
        'Put values that belong together into a list: it is one column.',
      );
    }
    this.#places.set(name, place);
    this.#shapes.push(shape);
    return place;
  }

  /** Throws `unknown-column`. */
  table({ kinds }: Pick<ReadContext, 'kinds'>): JsonTable {
    const names = [...this.#places.keys()];
    const columns = names.map((name, place) => ({
      name,
      kind: this.#counts.kind(place),
      shape: this.#shapes[place] ?? [],
    }));
    for (const [name, kind] of Object.entries(kinds ?? {})) columns[findColumn(columns, name)].kind = kind;
    return new JsonTable(columns, this.#places);
  }
}

/** Writes rows as numbers. */
export class JsonTable {
  readonly columns: readonly Column[];
  readonly length: number;
  readonly #places: ReadonlyMap<string, number>;
  readonly #offsets: readonly number[];
  readonly #tables: readonly (TextTable | undefined)[];

  constructor(columns: readonly Column[], places: ReadonlyMap<string, number>) {
    const budget = new TextBudget();
    let length = 0;
    this.#offsets = columns.map(({ shape }) => {
      const own = length;
      length += elementCount(shape);
      return own;
    });
    this.length = length;
    this.#places = places;
    this.#tables = columns.map(({ kind }) => (kind === 'category' ? new TextTable(budget) : undefined));
    this.columns = columns.map((column, place) => {
      const texts = this.#tables[place]?.texts;
      return texts === undefined ? column : { ...column, texts };
    });
  }

  /** Members that a row lacks are missing. Returns what is wrong, as the end of a sentence. */
  write(row: unknown, into: Float64Array, offset: number): string | undefined {
    const members = rowMembers(row);
    if (members === undefined) return 'is neither an object nor a list';
    into.fill(Number.NaN, offset, offset + this.length);
    for (const [name, value] of members) {
      const place = this.#places.get(name);
      if (place === undefined) continue;
      const { shape } = this.columns[place];
      const flaw = this.#fill(value, shape, place, into, offset + this.#offsets[place]);
      if (flaw !== undefined) return `${flaw} in column ${JSON.stringify(name)}`;
    }
    return undefined;
  }

  #fill(value: unknown, shape: Shape, place: number, into: Float64Array, at: number): string | undefined {
    if (value === null) return undefined;
    if (shape.length === 0) {
      const number = this.#number(value, place);
      if (typeof number === 'string') return number;
      into[at] = number;
      return undefined;
    }
    const [length, ...inner] = shape;
    if (!Array.isArray(value) || value.length !== length) {
      const found = Array.isArray(value) ? `a list of ${value.length}` : 'no list';
      return `has ${found} where the first row has one of shape ${formatShape(shape)}`;
    }
    const size = elementCount(inner);
    for (let i = 0; i < length; i++) {
      const flaw = this.#fill(value[i], inner, place, into, at + i * size);
      if (flaw !== undefined) return flaw;
    }
    return undefined;
  }

  /** The value as its column's kind says, or what is wrong with it. */
  #number(value: unknown, place: number): number | string {
    const { kind } = this.columns[place];
    const table = this.#tables[place];
    if (typeof value === 'object') return 'holds a list or an object where other rows have one value';
    if (table !== undefined) return value === '' ? Number.NaN : table.of(String(value));
    if (value === '') return Number.NaN;
    if (typeof value === 'string') {
      const time = kind === 'time' ? timeOf(value, 'iso') : Number.NaN;
      return Number.isNaN(time) ? `holds ${JSON.stringify(value.slice(0, 24))}, which is no ${kind},` : time;
    }
    const number = Number(value);
    return Number.isFinite(number) ? number : 'holds a number that is not finite';
  }
}

/** Refuses rows without values, and rows that are no rows at all. */
export function checkRowLength(length: number): void {
  if (length === 0) throw badData('its rows hold no values', 'Give rows with numbers or texts.');
  if (length <= 2 ** 24) return;
  throw unsupportedError(
    'too-large',
    `a row has ${length} values, and at most ${2 ** 24} are read`,
    'Give shorter rows.',
  );
}
