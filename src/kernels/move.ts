/** The one kernel of operators that only move elements, and the tables it runs on. */

import type { Shape } from '../core/tensor.ts';

/** Where every element of an output comes from. */
export interface Move {
  /** Positions in the input, −1 for padding. */
  readonly index: Int32Array;
  /** Which input, where there are several. */
  readonly source?: Int32Array;
}

/** Of every type that is moved. */
export type Elements = Float32Array | Int8Array | Int16Array | Int32Array | Uint8Array;

/** Fills an output; `padding` where nothing comes from an input. */
type MoveLoop = (padding: number, inputs: readonly Elements[], output: Elements) => void;

/** Shorter runs of neighbours are moved as fast one by one. */
const LEAST_RUN = 32;

/** Elements of one input, or padding, that follow one another in the output. */
export interface Run {
  readonly source: number;
  /** −1 for padding. */
  readonly from: number;
  readonly to: number;
  readonly length: number;
}

/** Behind the elements that follow the one at `start` as they follow it in the input. */
function endOfRun({ index, source }: Move, start: number): number {
  const from = index[start];
  const step = from < 0 ? 0 : 1;
  let end = start + 1;
  while (
    end < index.length &&
    index[end] === from + (end - start) * step &&
    source?.[end] === source?.[start]
  )
    end++;
  return end;
}

/** Undefined where runs have less than `least` elements on the average, which is known before any of them is made. */
export function runsOf(move: Move, least: number): readonly Run[] | undefined {
  const { index, source } = move;
  let count = 0;
  for (let start = 0; start < index.length; start = endOfRun(move, start))
    if (++count * least > index.length) return undefined;
  const runs: Run[] = [];
  for (let start = 0; start < index.length; ) {
    const end = endOfRun(move, start);
    runs.push({ source: source?.[start] ?? 0, from: index[start], to: start, length: end - start });
    start = end;
  }
  return runs;
}

function moveRuns(runs: readonly Run[]): MoveLoop {
  return (padding, inputs, output) => {
    for (const { source, from, to, length } of runs) {
      if (from < 0) output.fill(padding, to, to + length);
      else output.set(inputs[source].subarray(from, from + length), to);
    }
  };
}

function moveOneByOne({ index, source }: Move): MoveLoop {
  return (padding, inputs, output) => {
    const [first] = inputs;
    for (let i = 0; i < index.length; i++) {
      const at = index[i];
      const input = source === undefined ? first : inputs[source[i]];
      output[i] = at < 0 ? padding : input[at];
    }
  };
}

export function moveLoop(move: Move): MoveLoop {
  const runs = runsOf(move, LEAST_RUN);
  return runs === undefined ? moveOneByOne(move) : moveRuns(runs);
}

/**
 * The table of an output whose element [i, j, …] comes from position axes[0][i] + axes[1][j] + …; a −1 on any axis makes
 * it padding.
 */
export function indexOfOffsets(axes: readonly ArrayLike<number>[]): Int32Array {
  let index = Int32Array.of(0);
  for (const offsets of axes) {
    const finer = new Int32Array(index.length * offsets.length);
    for (let i = 0; i < index.length; i++) {
      for (let j = 0; j < offsets.length; j++) {
        finer[i * offsets.length + j] = index[i] < 0 || offsets[j] < 0 ? -1 : index[i] + offsets[j];
      }
    }
    index = finer;
  }
  return index;
}

/** `count` offsets, one every `step`. */
export function stepOffsets(count: number, step: number): Int32Array {
  return Int32Array.from({ length: count }, (_, i) => i * step);
}

/** Loops in each other, the last one innermost: element [i, j, …] comes from start + i · steps[0] + j · steps[1] + … */
export interface StridedMove {
  readonly counts: readonly number[];
  readonly steps: readonly number[];
  readonly start: number;
}

export function stridedIndex({ counts, steps, start }: StridedMove): Int32Array {
  let index = Int32Array.of(start);
  for (const [axis, count] of counts.entries()) {
    const finer = new Int32Array(index.length * count);
    let at = 0;
    for (const from of index) for (let i = 0; i < count; i++) finer[at++] = from + i * steps[axis];
    index = finer;
  }
  return index;
}

/** Inputs laid side by side: of each `outer` rows, one after another, `lengths` elements of every input. */
export interface Join {
  readonly outer: number;
  readonly lengths: readonly number[];
}

export function joinMove({ outer, lengths }: Join): Move {
  const row = lengths.reduce((sum, length) => sum + length, 0);
  const index = new Int32Array(outer * row);
  const source = new Int32Array(outer * row);
  let at = 0;
  for (let i = 0; i < outer; i++) {
    for (const [input, length] of lengths.entries()) {
      source.fill(input, at, at + length);
      for (let j = 0; j < length; j++) index[at++] = i * length + j;
    }
  }
  return { index, source };
}

/** Elements between neighbours along each axis, row-major. */
export function stridesOf(shape: Shape): readonly number[] {
  const strides = new Array<number>(shape.length);
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = stride;
    stride *= shape[axis];
  }
  return strides;
}
