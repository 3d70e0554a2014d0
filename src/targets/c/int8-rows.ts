/** Rows of int8 weights as the functions of `definitions/products/` read them. */

import type { ChannelRequantization } from '../../kernels/int8/requantize.ts';
import { plainName, type Weights } from './coded/weights.ts';
import type { ConstantPool } from './constant-pool.ts';
import type { Finish } from './definitions/products/finish.ts';
import type { WeightForm } from './definitions/products/weight-code.ts';
import type { CTensor, Places } from './emitter.ts';
import {
  filledRows,
  packBytes,
  packNibbles,
  patchLength,
  rowsByFours,
  rowsByPairs,
  type WeightOrder,
  type WeightShape,
} from './weight-orders.ts';

/** Weights [rows, length], and a bias for each row if there is one. */
export interface Int8Weights extends WeightShape {
  readonly type: 'int8' | 'int4';
  readonly weights: ArrayLike<number>;
  readonly bias: ArrayLike<number> | undefined;
}

/** The weights and biases of a weighted operator that has constant ones. */
export function constantWeights([, weights, bias]: readonly (CTensor | undefined)[]): Omit<
  Int8Weights,
  keyof WeightShape
> {
  return {
    type: weights?.type.dtype === 'int4' ? 'int4' : 'int8',
    weights: weights?.data as Int8Array,
    bias: bias?.data as Int32Array | undefined,
  };
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

/** Sums of products of nibbles are scaled by 16. */
const LARGEST_SUM_OF_NIBBLES = 2 ** 27;

/** Two weights of 4 bits in a byte, but where inputs could make a sum too large for what reads them. */
function formOf({ type, weights, rows, length }: Int8Weights): WeightForm {
  if (type !== 'int4') return 'bytes';
  for (let row = 0; row < rows; row++) {
    let largest = 0;
    for (let column = 0; column < length; column++) {
      largest += LARGEST_INPUT * Math.abs(weights[row * length + column]);
    }
    if (largest >= LARGEST_SUM_OF_NIBBLES) return 'bytes';
  }
  return 'nibbles';
}

/** A `struct rows` among the constants. */
export interface Rows {
  readonly name: string;
  readonly weights: Weights;
  readonly form: WeightForm;
  readonly finish: Finish;
}

/** Puts a `struct rows` among the constants, with its arrays; `order` is that of its reader. */
export function addRows(
  constants: ConstantPool,
  label: string,
  weights: Int8Weights,
  p: ChannelRequantization & { readonly inputZeroPoint: number },
  order: WeightOrder = rowsByFours,
): Rows {
  const biases = foldedBiases(weights, p.inputZeroPoint);
  const finish = finishOf(weights, biases, p);
  const channels = Array.from(biases, (folded, row) => [
    folded,
    p.multipliers[row],
    finish === 'exact' ? p.shifts[row] : -p.shifts[row] - 1,
  ]);
  const form = formOf(weights);
  const pack = { bytes: packBytes, nibbles: packNibbles }[form];
  const stored = constants.addWeights(`${label}_weights`, pack(weights.weights, order(weights)));
  const channelsName = constants.addStructs(`${label}_channels`, 'struct channel', channels);
  const name = constants.addStruct(label, 'struct rows', {
    weights: plainName(stored),
    channels: channelsName,
    count: weights.rows,
    length: order === rowsByPairs || order === filledRows ? patchLength(weights.length) : weights.length,
    zero_point: p.outputZeroPoint,
    rounding: 2 * p.outputZeroPoint + 1,
    least: p.clampMin,
    most: p.clampMax,
  });
  return { name, form, finish, weights: stored };
}

/** Statements that take a pointer to the struct: of decoded weights, a copy of the constant that knows where they lie. */
export function withRows(
  { name, weights }: Pick<Rows, 'name' | 'weights'>,
  places: Pick<Places, 'weights'>,
  statements: (rows: string) => string,
  type: 'struct rows' | 'struct compact_rows' = 'struct rows',
): string {
  if (weights.are === 'plain') return statements(`&${name}`);
  return `{
  ${type} rows = ${name};

  rows.weights = ${places.weights(weights)};
${statements('&rows').replace(/^(?=.)/gm, '  ')}
}`;
}
