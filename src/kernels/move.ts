/** The one kernel of operators that only move elements, and the tables it runs on. */

/** Where every element of an output comes from. */
export interface Move {
  /** Positions in the input, −1 for padding. */
  readonly index: Int32Array;
  /** Which input, where there are several. */
  readonly source?: Int32Array;
}

type Elements = Float32Array | Int8Array;

export function moveElements(
  { index, source }: Move,
  padding: number,
  inputs: readonly Elements[],
  output: Elements,
): void {
  const [first] = inputs;
  for (let i = 0; i < index.length; i++) {
    const at = index[i];
    const input = source === undefined ? first : inputs[source[i]];
    output[i] = at < 0 ? padding : input[at];
  }
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

/** `count` offsets from `start`, one every `step`. */
export function stepOffsets(count: number, step: number, start = 0): Int32Array {
  return Int32Array.from({ length: count }, (_, i) => start + i * step);
}

/** Inputs laid side by side: of each `outer` rows, one after another, `lengths` elements of every input. */
export function joinMove(outer: number, lengths: readonly number[]): Move {
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
