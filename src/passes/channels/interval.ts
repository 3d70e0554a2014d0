/** Between which values a channel stays. */

import type { TensorType } from '../../core/tensor.ts';
import type { ValueId } from '../../ir/graph.ts';

/** Inclusive bounds, one for each channel; int8 ones count quantized steps. */
export interface Intervals {
  readonly low: Float64Array;
  readonly high: Float64Array;
}

export type IntervalMap = ReadonlyMap<ValueId, Intervals>;

/** The value of a channel that never changes. */
export function constantOf(intervals: Intervals | undefined, channel: number): number | undefined {
  const low = intervals?.low[channel];
  return low !== undefined && low === intervals?.high[channel] && Number.isFinite(low) ? low : undefined;
}

/** The quantized value that stands for 0. */
export function zeroOf({ quant }: TensorType): number {
  return quant?.scheme === 'per-tensor' ? quant.zeroPoint : 0;
}

/** Whether intervals are known of values of the type; what reads others is left alone. */
export function isBounded({ dtype }: TensorType): boolean {
  return dtype === 'float32' || dtype === 'int8';
}
