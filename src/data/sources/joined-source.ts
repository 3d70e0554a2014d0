/** Rows of several files side by side: a row has the columns of all of them. */

import { inputError } from '../../core/errors.ts';
import { counted } from '../../core/figure-text.ts';
import { type Column, type RowBlock, type RowSource, rowLengthOf } from './row-source.ts';

/** A source with the name that its rows are given by. */
export interface NamedSource {
  readonly name: string;
  readonly source: RowSource;
}

/** Rows of one part, taken one at a time. */
class RowCursor {
  readonly #blocks: AsyncIterator<RowBlock>;
  readonly #length: number;
  #block: RowBlock | undefined;
  #row = 0;

  constructor(source: RowSource) {
    this.#blocks = source.blocks()[Symbol.asyncIterator]();
    this.#length = rowLengthOf(source);
  }

  /** The block that the next row lies in; undefined at the end. */
  async block(): Promise<RowBlock | undefined> {
    while (this.#block === undefined || this.#row === this.#block.rows) {
      const next = await this.#blocks.next();
      if (next.done) return undefined;
      [this.#block, this.#row] = [next.value, 0];
    }
    return this.#block;
  }

  /** Rows that are left of the block. */
  get left(): number {
    return (this.#block?.rows ?? 0) - this.#row;
  }

  /** Copies the next `rows` rows of the block into rows of `width` values, from `offset` of each on. */
  take(rows: number, into: Float64Array, width: number, offset: number): void {
    const { values } = this.#block as RowBlock;
    for (let row = 0; row < rows; row++) {
      const from = (this.#row + row) * this.#length;
      for (let i = 0; i < this.#length; i++) into[row * width + offset + i] = values[from + i];
    }
    this.#row += rows;
  }
}

function unequal(parts: readonly NamedSource[], ended: readonly boolean[], rows: number): Error {
  const short = parts.filter((_, index) => ended[index]).map(({ name }) => name);
  const long = parts.filter((_, index) => !ended[index]).map(({ name }) => name);
  return inputError(
    'row-counts',
    `${counted(rows, 'row')} of ${short.join(', ')} cannot be joined to more of ${long.join(', ')}`,
    'Row i of every file belongs to sample i.',
  );
}

/** Throws `row-counts` (input), when it is read, for parts of unequally many rows. Rows are counted as those of the first part. */
export function joinedSource(parts: readonly NamedSource[]): RowSource {
  const columns: readonly Column[] = parts.flatMap(({ source }) => source.columns);
  const lengths = parts.map(({ source }) => rowLengthOf(source));
  const width = lengths.reduce((sum, length) => sum + length, 0);
  return {
    columns,
    async *blocks() {
      const cursors = parts.map(({ source }) => new RowCursor(source));
      for (let start = 0; ; ) {
        const blocks = await Promise.all(cursors.map((cursor) => cursor.block()));
        const ended = blocks.map((block) => block === undefined);
        if (ended.includes(true)) {
          if (ended.includes(false)) throw unequal(parts, ended, start);
          return;
        }
        const [{ file }] = blocks as RowBlock[];
        const rows = Math.min(...cursors.map(({ left }) => left));
        const values = new Float64Array(rows * width);
        let offset = 0;
        for (const [index, cursor] of cursors.entries()) {
          cursor.take(rows, values, width, offset);
          offset += lengths[index];
        }
        yield { file, start, rows, values };
        start += rows;
      }
    },
  };
}
