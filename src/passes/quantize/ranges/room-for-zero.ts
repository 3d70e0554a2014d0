/**
 * Ranges of values that calibration saw at zero alone: what dead units, padded features and channels that nothing reaches make.
 * TensorFlow's converter takes 10⁻⁶, of which a step is so small that SOFTMAX, LOG_SOFTMAX and HARD_SWISH of int8 and the limit
 * of RELU6 in int16 are refused. Zero is exact in any scale.
 */

import type { ValueId } from '../../../ir/graph.ts';
import type { Range } from '../parameters.ts';

/** The least power of 2 that RELU6 of int16 takes: larger ones would only make the steps of sums with other values coarse. */
const ROOM = 2 ** -13;

export function roomForZero(ranges: ReadonlyMap<ValueId, Range>): ReadonlyMap<ValueId, Range> {
  const isZero = ({ min, max }: Range): boolean => min === 0 && max === 0;
  return new Map([...ranges].map(([id, range]) => [id, isZero(range) ? { min: -ROOM, max: ROOM } : range]));
}
