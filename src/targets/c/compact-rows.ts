import type { ChannelRequantization } from '../../kernels/int8/requantize.ts';
import type { ConstantPool } from './constant-pool.ts';
import type { Int8Weights, Rows } from './int8-rows.ts';

/** On a chip of 32 bits, filled up to a multiple of four bytes. */
const COMPACT_ROWS_BYTES = 32;

function isOneForAll(values: ArrayLike<number>): boolean {
  return Array.from(values).every((value) => value === values[0]);
}

/** A `struct compact_rows` among the constants. */
export type CompactRows = Pick<Rows, 'name' | 'weights'>;

/** Puts one there, with its arrays. */
export function addCompactRows(
  constants: ConstantPool,
  label: string,
  { weights, rows, length, bias }: Int8Weights,
  p: ChannelRequantization & { readonly inputZeroPoint: number },
): CompactRows {
  const isOne = isOneForAll(p.multipliers) && isOneForAll(p.shifts);
  const scalings = isOne ? 1 : rows;
  const stored = constants.addWeights(`${label}_weights`, Int8Array.from(weights));
  const members = {
    weights: stored.are === 'plain' ? stored.name : 'NULL',
    biases: constants.add(
      `${label}_biases`,
      bias === undefined ? new Int32Array(rows) : Int32Array.from(bias),
    ),
    multipliers: constants.add(`${label}_multipliers`, Int32Array.from(p.multipliers).slice(0, scalings)),
    shifts: constants.add(`${label}_shifts`, Int8Array.from(p.shifts).slice(0, scalings)),
    count: rows,
    length,
    scalings: isOne ? 0 : 1,
    zero_in: p.inputZeroPoint,
    zero_out: p.outputZeroPoint,
    least: p.clampMin,
    most: p.clampMax,
  };
  const name = constants.addStruct(label, 'struct compact_rows', members, COMPACT_ROWS_BYTES);
  return { name, weights: stored };
}
