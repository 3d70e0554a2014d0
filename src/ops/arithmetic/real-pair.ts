/** What functions of two real numbers share that TFLM computes in float32 alone. */

import type { TensorType } from '../../core/tensor.ts';
import { type Broadcast, broadcast } from '../../kernels/broadcast.ts';
import { pickElements } from '../../kernels/extremum.ts';
import { broadcastColumns } from '../columns.ts';
import { OPAQUE } from '../traits.ts';
import { binaryLoop, noAttributes, noMacs } from '../unary.ts';
import { binaryOperands, checkBinary, inferBinary } from './binary.ts';

type Pair<T> = readonly [T, T];

/** The kernel of an operator without a fused activation, given by its arithmetic on two numbers. */
export function pairKernel(combine: (a: number, b: number) => number) {
  return {
    prepare: (_: unknown, [a, b]: Pair<TensorType>, [output]: readonly TensorType[]): Broadcast =>
      broadcast(a.shape, b.shape, output.shape),
    build: (prepared: Broadcast) => binaryLoop(pickElements(prepared, combine)),
  };
}

/** All of the operator but its kind. */
export function realPair(combine: (a: number, b: number) => number) {
  return {
    operands: binaryOperands,
    attributes: noAttributes,
    quantRule: { rule: 'real' },
    traits: { ...OPAQUE, broadcasts: true, columns: broadcastColumns },
    infer: inferBinary,
    check: checkBinary,
    macs: noMacs,
    kernels: { float32: pairKernel(combine) },
  } as const;
}
