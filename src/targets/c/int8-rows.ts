/** Rows of int8 weights as the functions of `definitions/products/` read them. */

import type { ChannelRequantization } from '../../kernels/int8/requantize.ts';
import type { Weights } from './coded/weights.ts';
import type { ConstantPool } from './constant-pool.ts';
import type { Finish } from './definitions/products/finish.ts';
import type { CTensor, Places } from './emitter.ts';

/** Weights [rows, length], a byte each, and a bias for each row if there is one. */
export interface Int8Weights {
  readonly weights: ArrayLike<number>;
  readonly rows: number;
  readonly length: number;
  readonly bias: ArrayLike<number> | undefined;
}

/** The weights and biases of a weighted operator that has constant ones. */
export function constantWeights([, weights, bias]: readonly (CTensor | undefined)[]): Pick<
  Int8Weights,
  'weights' | 'bias'
> {
  return { weights: weights?.data as Int8Array, bias: bias?.data as Int32Array | undefined };
}

/** In the order of `indices`; zero where one is undefined. */
function inOrderOf(weights: ArrayLike<number>, indices: readonly (number | undefined)[]): Int8Array {
  return Int8Array.from(indices, (index) => (index === undefined ? 0 : weights[index]));
}

/** Of so many rows together, so many columns of each in turn; the columns and rows that are left over one by one. */
const TOGETHER = 4;

/** For `multiply_rows`. */
export function packRows({ weights, rows, length }: Int8Weights): Int8Array {
  const packed: number[] = [];
  const wholeRows = rows - (rows % TOGETHER);
  const wholeColumns = length - (length % TOGETHER);
  const put = (row: number, column: number): void => {
    packed.push(row * length + column);
  };
  for (let block = 0; block < wholeRows; block += TOGETHER) {
    for (let start = 0; start < length; ) {
      const width = start < wholeColumns ? TOGETHER : 1;
      for (let row = 0; row < TOGETHER; row++) {
        for (let column = 0; column < width; column++) put(block + row, start + column);
      }
      start += width;
    }
  }
  for (let row = wholeRows; row < rows; row++)
    for (let column = 0; column < length; column++) put(row, column);
  return inOrderOf(weights, packed);
}

/** The length of rows that patches are multiplied by: a multiple of four, eight at least. */
export function patchLength(length: number): number {
  return Math.max(2 * TOGETHER, Math.ceil(length / TOGETHER) * TOGETHER);
}

/** For `multiply_two`: two rows in turn, four columns of each, filled with zeros; a last row alone. */
export function packRowPairs({ weights, rows, length }: Int8Weights): Int8Array {
  const filled = patchLength(length);
  const packed: (number | undefined)[] = [];
  for (let first = 0; first < rows; first += 2) {
    const pair = first + 1 < rows ? [first, first + 1] : [first];
    for (let start = 0; start < filled; start += TOGETHER) {
      for (const row of pair) {
        for (let column = start; column < start + TOGETHER; column++) {
          packed.push(column < length ? row * length + column : undefined);
        }
      }
    }
  }
  return inOrderOf(weights, packed);
}

/** For `multiply_four`: rows filled with zeros. */
export function packFilled({ weights, rows, length }: Int8Weights): Int8Array {
  const filled = patchLength(length);
  return Int8Array.from({ length: rows * filled }, (_, at) => {
    const column = at % filled;
    return column < length ? weights[Math.floor(at / filled) * length + column] : 0;
  });
}

/** For `convolve_3x3`: windows column by column. */
export function packColumns({ weights }: Int8Weights): Int8Array {
  const size = 3;
  return Int8Array.from({ length: weights.length }, (_, at) => {
    const tap = at % (size * size);
    return weights[at - tap + (tap % size) * size + Math.floor(tap / size)];
  });
}

export function packInOrder({ weights }: Int8Weights): Int8Array {
  return Int8Array.from(weights);
}

/** Biases less what the zero point adds to each sum: input + offset times weights is input times weights + this. */
function foldedBiases({ weights, rows, length, bias }: Int8Weights, inputZeroPoint: number): Int32Array {
  return Int32Array.from({ length: rows }, (_, row) => {
    let sum = 0;
    for (let column = 0; column < length; column++) sum += weights[row * length + column];
    return ((bias?.[row] ?? 0) - inputZeroPoint * sum) | 0;
  });
}

const LARGEST_SUM = 2 ** 30;
const LARGEST_INPUT = 128;

/** The finish that gives the interpreter's bits: the short one where all sums that inputs can make are small enough for it. */
function finishOf(
  { weights, rows, length }: Int8Weights,
  biases: Int32Array,
  p: ChannelRequantization,
): Finish {
  if (p.clampMin !== -128 || p.clampMax !== 127) return 'exact';
  for (let row = 0; row < rows; row++) {
    let largest = Math.abs(biases[row]);
    for (let column = 0; column < length; column++) {
      largest += LARGEST_INPUT * Math.abs(weights[row * length + column]);
    }
    if (largest >= LARGEST_SUM || p.shifts[row] >= 0) return 'exact';
  }
  return p.outputZeroPoint === -128 ? 'rectified' : 'bounded';
}

/** A `struct rows` among the constants. */
export interface Rows {
  readonly name: string;
  readonly weights: Weights;
  readonly finish: Finish;
}

/** Puts a `struct rows` among the constants, with its arrays; `pack` is the order of its reader. */
export function addRows(
  constants: ConstantPool,
  label: string,
  weights: Int8Weights,
  p: ChannelRequantization & { readonly inputZeroPoint: number },
  pack: (weights: Int8Weights) => Int8Array = packRows,
): Rows {
  const biases = foldedBiases(weights, p.inputZeroPoint);
  const finish = finishOf(weights, biases, p);
  const channels = Array.from(biases, (folded, row) => [
    folded,
    p.multipliers[row],
    finish === 'exact' ? p.shifts[row] : -p.shifts[row] - 1,
  ]);
  const packed = pack(weights);
  const stored = constants.addWeights(`${label}_weights`, packed);
  const channelsName = constants.addStructs(`${label}_channels`, 'struct channel', channels);
  const name = constants.addStruct(label, 'struct rows', {
    weights: stored.are === 'plain' ? stored.name : 'NULL',
    channels: channelsName,
    count: weights.rows,
    length: pack === packRowPairs || pack === packFilled ? patchLength(weights.length) : weights.length,
    zero_point: p.outputZeroPoint,
    rounding: 2 * p.outputZeroPoint + 1,
    least: p.clampMin,
    most: p.clampMax,
  });
  return { name, finish, weights: stored };
}

/** Statements that take a `struct rows *`: of decoded weights, a copy of the constant that knows where they lie. */
export function withRows(
  { name, weights }: Pick<Rows, 'name' | 'weights'>,
  places: Places,
  statements: (rows: string) => string,
): string {
  if (weights.are === 'plain') return statements(`&${name}`);
  return `{
  struct rows rows = ${name};

  rows.weights = ${places.weights(weights)};
${statements('&rows').replace(/^(?=.)/gm, '  ')}
}`;
}
