/** What maximum and minimum share: all but the choice. */

import type { TensorData, TensorType } from '../../core/tensor.ts';
import { type BroadcastIndex, broadcastIndex } from '../../kernels/broadcast.ts';
import { pickElements } from '../../kernels/extremum.ts';
import { noAttributes, noMacs } from '../unary.ts';
import { binaryOperands, checkBinary, inferBinary } from './binary.ts';

type Pair<T> = readonly [T, T];

/** TFLM compares int8 values as they are and notices no difference of scales. */
export function extremumOperator(pick: (a: number, b: number) => number) {
  const kernel = {
    prepare(_: unknown, [a, b]: Pair<TensorType>, [output]: readonly TensorType[]): BroadcastIndex {
      return broadcastIndex(a.shape, b.shape, output.shape);
    },
    run(index: BroadcastIndex, [a, b]: Pair<TensorData>, [output]: readonly TensorData[]): void {
      pickElements(index, pick, a as Float32Array, b as Float32Array, output as Float32Array);
    },
  };
  return {
    operands: binaryOperands,
    attributes: noAttributes,
    quantRule: { rule: 'same-as-output' },
    infer: inferBinary,
    check: checkBinary,
    macs: noMacs,
    float: kernel,
    int8: kernel,
  } as const;
}
