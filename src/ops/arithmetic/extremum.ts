/** What maximum and minimum share: all but the choice. */

import type { TensorData, TensorType } from '../../core/tensor.ts';
import { type Broadcast, broadcast } from '../../kernels/broadcast.ts';
import { pickElements } from '../../kernels/extremum.ts';
import { planExtremumInt8 } from '../../kernels/simd/arithmetic/extremum.ts';
import { planPairsFloat, unlimited } from '../../kernels/simd/arithmetic/float.ts';
import { broadcastColumns } from '../columns.ts';
import type { ConstantOr } from '../op.ts';
import { OPAQUE } from '../traits.ts';
import { binaryLoop, noAttributes, noMacs } from '../unary.ts';
import { binaryOperands, checkBinary, checkQuantizedBinary, inferBinary } from './binary.ts';

type Pair<T> = readonly [T, T];

/** TFLM compares quantized values as they are and notices no difference of scales. */
export function extremumOperator(kind: 'maximum' | 'minimum', pick: (a: number, b: number) => number) {
  const kernel = {
    prepare: (_: unknown, [a, b]: Pair<TensorType>, [output]: readonly TensorType[]): Broadcast =>
      broadcast(a.shape, b.shape, output.shape),
    build: (prepared: Broadcast) => binaryLoop(pickElements(prepared, pick)),
  };
  return {
    operands: binaryOperands,
    attributes: noAttributes,
    quantRule: { rule: 'same-as-output' },
    traits: { ...OPAQUE, broadcasts: true, bounds: 'increasing', columns: broadcastColumns },
    infer: inferBinary,
    check: checkBinary,
    macs: noMacs,
    kernels: {
      float32: {
        ...kernel,
        simd: (prepared: Broadcast, operands: Pair<ConstantOr<TensorData>>) =>
          planPairsFloat(kind, unlimited(prepared), operands),
      },
      int8: {
        check: checkQuantizedBinary,
        ...kernel,
        simd: (prepared: Broadcast, operands: Pair<ConstantOr<TensorData>>) =>
          planExtremumInt8(kind, prepared, operands),
      },
      int16: { check: checkQuantizedBinary, ...kernel },
      int32: kernel,
    },
  } as const;
}
