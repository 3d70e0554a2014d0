/** Calibration: the float interpreter over representative samples, once, and what it saw of every tensor. */

import { usageError } from '../../core/errors.ts';
import type { RecordSource } from '../../data/records/records.ts';
import type { Graph, ValueId } from '../../ir/graph.ts';
import type { Extremes } from '../../passes/quantize/limit-still-weights.ts';
import { type Range, rangeOf } from '../../passes/quantize/parameters.ts';
import { floatBlocks } from '../run/spread/blocks.ts';
import { spreadRecords, type WorkContext } from '../run/spread/spread-records.ts';
import { addTallies, type Tally } from '../run/tally.ts';

export interface Calibration {
  /** Smallest and largest value over all records, as TensorFlow's calibrator takes them; NaN is skipped. */
  readonly ranges: ReadonlyMap<ValueId, Range>;
  /** Mean of every element over the records. */
  readonly means: ReadonlyMap<ValueId, Float64Array>;
  /** Smallest and largest value of every element. */
  readonly extremes: ReadonlyMap<ValueId, Extremes>;
}

/** The same numbers on any number of threads: sums are taken over blocks, and blocks added in their order. */
export async function calibrate(
  graph: Graph,
  records: RecordSource,
  context: WorkContext,
): Promise<Calibration> {
  const { count } = records;
  if (count === 0) {
    throw usageError('no-calibration', 'There are no samples to calibrate with', 'Give at least one.');
  }
  const tallies = new Map<ValueId, Tally>();
  await spreadRecords({ kind: 'tally', graph }, floatBlocks(records), context, (block) =>
    addTallies(tallies, block),
  );
  return {
    ranges: new Map(
      [...tallies].map(([id, { lows, highs }]) => [id, { min: rangeOf(lows).min, max: rangeOf(highs).max }]),
    ),
    means: new Map([...tallies].map(([id, { sums }]) => [id, sums.map((sum) => sum / count)])),
    extremes: new Map([...tallies].map(([id, { lows, highs }]) => [id, { lows, highs }])),
  };
}
