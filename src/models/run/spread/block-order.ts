/** Hands out blocks, whoever works on them, and takes their results in the order of the records. */

import type { BlockSource } from './blocks.ts';
import type { WorkKind, WorkResults } from './record-work.ts';
import type { BlockMessage } from './worker-messages.ts';

/** The result holds until it returns. No more blocks are handed out while a promise of it is pending. */
export type Take<Kind extends WorkKind> = (
  result: WorkResults[Kind],
  start: number,
  rows: number,
) => void | Promise<void>;

interface Span {
  readonly start: number;
  readonly rows: number;
}

export class BlockOrder<Kind extends WorkKind> {
  readonly #source: BlockSource;
  readonly #rowsPerBlock: number;
  readonly #take: Take<Kind>;
  /** Results that wait for the one of an earlier block, by their first record. */
  readonly #early = new Map<number, { readonly result: WorkResults[Kind]; readonly rows: number }>();
  readonly #free: ArrayBuffer[] = [];
  readonly #lost: Span[] = [];
  #taking: void | Promise<void> = undefined;
  #handedOut = 0;
  #taken = 0;

  constructor(source: BlockSource, rowsPerBlock: number, take: Take<Kind>) {
    this.#source = source;
    this.#rowsPerBlock = rowsPerBlock;
    this.#take = take;
  }

  /** Records whose results have been taken. */
  get taken(): number {
    return this.#taken;
  }

  get done(): boolean {
    return this.#taken === this.#source.count;
  }

  /** The next block; undefined at the end, and where it would be more than `most` blocks ahead of what is taken. */
  next(most: number): BlockMessage | undefined {
    const span = this.#lost.pop() ?? this.#nextSpan(most);
    if (span === undefined) return undefined;
    const bytes = Math.min(this.#rowsPerBlock, this.#source.count) * this.#source.recordBytes;
    const block = this.#free.pop() ?? new ArrayBuffer(bytes);
    this.#source.read(span.start, span.rows, block);
    return { ...span, block };
  }

  #nextSpan(most: number): Span | undefined {
    const start = this.#handedOut;
    const rows = Math.min(this.#rowsPerBlock, this.#source.count - start);
    if (rows === 0 || start - this.#taken >= most * this.#rowsPerBlock) return undefined;
    this.#handedOut += rows;
    return { start, rows };
  }

  /** A block of which there will be no result: somebody else gets it. */
  giveBack({ start, rows }: Span): void {
    this.#lost.push({ start, rows });
  }

  /** `passing`: the result holds only now. */
  accept({ start, rows, block }: BlockMessage, result: WorkResults[Kind], passing: boolean): void {
    this.#free.push(block);
    if (start !== this.#taken) {
      this.#early.set(start, { result: passing ? structuredClone(result) : result, rows });
      return;
    }
    this.#takeNext(result, rows);
    for (let next = this.#early.get(this.#taken); next !== undefined; next = this.#early.get(this.#taken)) {
      this.#early.delete(this.#taken);
      this.#takeNext(next.result, next.rows);
    }
  }

  /** Resolves when whoever takes the results is ready for more. */
  async settled(): Promise<void> {
    await this.#taking;
  }

  #takeNext(result: WorkResults[Kind], rows: number): void {
    this.#taking = this.#take(result, this.#taken, rows);
    this.#taken += rows;
  }
}
