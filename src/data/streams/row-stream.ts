/** Readings as they come, prepared; `targets/firmware/streams/` has the twin in C. */

import { type Preparation, preparationLength } from '../../core/samples/preparation.ts';
import { type StreamedStep, type StreamPlan, streamPlan } from '../../core/samples/streaming.ts';
import { applyTransform, rowLoop } from '../preparing/transforms/index.ts';

export interface RowStream {
  /** Takes the row of readings at `readings[at …]`; gives how many rows of the ring it made, 0 or 1. */
  push(readings: Float32Array, at: number): number;
  /** Rows of the ring that were made since the last `reset`. */
  readonly made: number;
  /**
   * Puts the sample of the latest rows into `into`, prepared, as the model takes it. Rows that were not made yet are 0 where no step
   * is still to come, and not to be asked for where one is.
   */
  sample(into: Float32Array): void;
  reset(): void;
}

/** Takes a row, and says whether it made one of the next step. */
type Link = (row: Float32Array, at: number) => number;

/** A step and what follows it. A step of more than one row keeps those that are still to be read. */
function linkOf(
  { transform, shape, reach, before, after }: StreamedStep,
  next: Link,
  resets: (() => void)[],
): Link {
  const loop = rowLoop(transform, shape);
  const { window, hop } = reach;
  const rows = new Float32Array(window * before);
  const made = new Float32Array(after);
  // Below 0 where windows lie apart: rows that nobody reads.
  let kept = 0;
  resets.push(() => {
    kept = 0;
    loop.reset?.();
  });
  return (row, at) => {
    if (kept >= 0) for (let i = 0; i < before; i++) rows[kept * before + i] = row[at + i];
    if (++kept < window) return 0;
    loop.compute(rows, 0, made, 0);
    rows.copyWithin(0, hop * before);
    kept -= hop;
    return next(made, 0);
  };
}

/** `taken` are the rows that the model takes: `rowsTaken`. Memory is what they take, whatever comes. */
export function createRowStream(preparation: Preparation, taken?: number): RowStream {
  const { streamed, remaining, ring }: StreamPlan = streamPlan(preparation);
  const count = taken ?? ring.count;
  const rows = new Float32Array(count * ring.width);
  const sample = new Float32Array(preparationLength(preparation));
  const rest = remaining.map(({ transform, shape }) => applyTransform(transform, shape));
  const resets: (() => void)[] = [];
  let made = 0;
  const keep: Link = (row, at) => {
    const to = (made++ % count) * ring.width;
    for (let i = 0; i < ring.width; i++) rows[to + i] = row[at + i];
    return 1;
  };
  const first = streamed.reduceRight((next, step) => linkOf(step, next, resets), keep);
  return {
    push: first,
    get made() {
      return made;
    },
    sample(into) {
      const oldest = (made % count) * ring.width;
      sample.set(rows.subarray(oldest), 0);
      sample.set(rows.subarray(0, oldest), rows.length - oldest);
      for (const loop of rest) loop(sample);
      into.set(sample.subarray(0, into.length));
    },
    reset() {
      made = 0;
      rows.fill(0);
      for (const reset of resets) reset();
    },
  };
}
