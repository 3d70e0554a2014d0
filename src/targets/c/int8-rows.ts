/** Rows of int8 weights as `multiply_rows` reads them. */

import type { ChannelRequantization } from '../../kernels/int8/requantize.ts';
import type { ConstantPool } from './constant-pool.ts';

/** Rows, and the columns of each, that are read together. */
const TOGETHER = 4;

/** `weights` [rows, length] in the order of `multiply_rows`. */
export function packRows(weights: ArrayLike<number>, rows: number, length: number): Int8Array {
  const packed = new Int8Array(rows * length);
  const wholeRows = rows - (rows % TOGETHER);
  const wholeColumns = length - (length % TOGETHER);
  let to = 0;
  const put = (row: number, column: number): void => {
    packed[to++] = weights[row * length + column];
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
  return packed;
}

/** Biases less what the zero point adds to each sum: input + offset times weights is input times weights + this. */
export function foldedBiases(
  weights: ArrayLike<number>,
  rows: number,
  length: number,
  bias: ArrayLike<number> | undefined,
  inputZeroPoint: number,
): Int32Array {
  return Int32Array.from({ length: rows }, (_, row) => {
    let sum = 0;
    for (let column = 0; column < length; column++) sum += weights[row * length + column];
    return ((bias?.[row] ?? 0) - inputZeroPoint * sum) | 0;
  });
}

/** The name of a `struct rows`, which is put among the constants with its arrays. */
export function addRows(
  constants: ConstantPool,
  label: string,
  weights: ArrayLike<number>,
  shape: { readonly rows: number; readonly length: number },
  bias: ArrayLike<number> | undefined,
  p: ChannelRequantization & { readonly inputZeroPoint: number },
): string {
  const { rows, length } = shape;
  const biases = foldedBiases(weights, rows, length, bias, p.inputZeroPoint);
  const channels = Array.from(biases, (folded, row) => [folded, p.multipliers[row], p.shifts[row]]);
  const weightsName = constants.add(`${label}_weights`, packRows(weights, rows, length));
  const channelsName = constants.addStructs(`${label}_channels`, 'struct channel', channels);
  return constants.addStruct(label, 'struct rows', {
    weights: weightsName,
    channels: channelsName,
    count: rows,
    length,
    zero_point: p.outputZeroPoint,
    least: p.clampMin,
    most: p.clampMax,
  });
}
