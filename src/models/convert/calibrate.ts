/** Calibration: the float interpreter over representative samples, once, and what it saw of every tensor. */

import { usageError } from '../../core/errors.ts';
import { given } from '../../core/given.ts';
import type { RecordSource } from '../../data/records/records.ts';
import type { InterpreterOptions } from '../../interpreter/interpreter.ts';
import { type Graph, getValue, type ValueId } from '../../ir/graph.ts';
import type { Tally } from '../../kernels/float/tally.ts';
import { type Range, rangeOf } from '../../passes/quantize/parameters.ts';
import type { GroupExtremes, Statistics } from '../../passes/quantize/statistics.ts';
import { floatBlocks } from '../run/spread/blocks.ts';
import { spreadRecords, type WorkContext } from '../run/spread/spread-records.ts';
import { groupsOf, type Tallies } from '../run/tally.ts';

interface Sum extends Omit<Tally, 'groupLows' | 'groupHighs'> {
  readonly groups: GroupExtremes;
}

/** The elements of the first block, whose groups are still to be added. */
function createSum({ lows, highs, sums, squares }: Tally, channels: number, count: number): Sum {
  const size = groupsOf(count, channels) * channels;
  return {
    lows: lows.slice(),
    highs: highs.slice(),
    sums: sums.slice(),
    squares: squares.slice(),
    groups: {
      channels,
      lows: new Float32Array(size).fill(Infinity),
      highs: new Float32Array(size).fill(-Infinity),
    },
  };
}

function addElements(sum: Sum, { lows, highs, sums, squares }: Tally): void {
  for (let i = 0; i < sums.length; i++) {
    sum.lows[i] = Math.min(sum.lows[i], lows[i]);
    sum.highs[i] = Math.max(sum.highs[i], highs[i]);
    sum.sums[i] += sums[i];
    sum.squares[i] += squares[i];
  }
}

/** Where a block lies among all records. */
interface Place {
  readonly start: number;
  readonly rows: number;
  readonly count: number;
}

/** A group of a block belongs to the group of all that is at the same share of the way. */
function addGroups({ groups }: Sum, { groupLows, groupHighs }: Tally, { start, rows, count }: Place): void {
  const { channels, lows, highs } = groups;
  if (channels === 0) return;
  const [all, own] = [lows.length / channels, groupLows.length / channels];
  for (let group = 0; group < own; group++) {
    const record = start + Math.ceil((group * rows) / own);
    const into = Math.floor((record * all) / count) * channels;
    for (let channel = 0; channel < channels; channel++) {
      const from = group * channels + channel;
      lows[into + channel] = Math.min(lows[into + channel], groupLows[from]);
      highs[into + channel] = Math.max(highs[into + channel], groupHighs[from]);
    }
  }
}

function mapped<Out>(sums: ReadonlyMap<ValueId, Sum>, make: (sum: Sum) => Out): Map<ValueId, Out> {
  return new Map([...sums].map(([id, sum]) => [id, make(sum)]));
}

function rangesOf(sums: ReadonlyMap<ValueId, Sum>): Map<ValueId, Range> {
  return mapped(sums, ({ lows, highs }) => ({ min: rangeOf(lows).min, max: rangeOf(highs).max }));
}

/** The same numbers on any number of threads: sums are taken over blocks, and blocks added in their order. */
export async function calibrate(
  graph: Graph,
  records: RecordSource,
  context: WorkContext,
  order: InterpreterOptions['sums'] = 'tflm',
): Promise<Statistics> {
  const { count } = records;
  if (count === 0) {
    throw usageError('no-calibration', 'There are no samples to calibrate with', 'Give at least one.');
  }
  const sums = new Map<ValueId, Sum>();
  const add = (block: Tallies, start: number, rows: number): void => {
    for (const [id, tally] of block) {
      const before = sums.get(id);
      const sum = before ?? createSum(tally, getValue(graph, id).type.shape.at(-1) ?? 1, count);
      if (before === undefined) sums.set(id, sum);
      else addElements(before, tally);
      addGroups(sum, tally, { start, rows, count });
    }
  };
  await spreadRecords(
    { kind: 'tally', graph, count, sums: order, ...given({ sequence: records.sequence }) },
    floatBlocks(records),
    context,
    add,
  );
  const means = (sum: Float64Array): Float64Array => sum.map((value) => value / count);
  // A state is seen several times in a record, or never: there is no mean of it.
  const isState = (id: ValueId): boolean => getValue(graph, id).state !== undefined;
  const activations = new Map([...sums].filter(([id]) => !isState(id)));
  const states = [...rangesOf(sums)].filter(([id, { min, max }]) => isState(id) && min <= max);
  return {
    count,
    ranges: new Map([...rangesOf(activations), ...states]),
    means: mapped(activations, (sum) => means(sum.sums)),
    squares: mapped(activations, ({ squares }) => means(squares)),
    extremes: mapped(activations, ({ lows, highs }) => ({ lows, highs })),
    groups: mapped(activations, ({ groups }) => groups),
  };
}
