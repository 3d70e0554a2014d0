/** What comparisons share: all but the question. */

import { unsupportedError } from '../../core/errors.ts';
import { quantizeMultiplier } from '../../core/fixed-point.ts';
import type { TensorType } from '../../core/tensor.ts';
import { type Broadcast, broadcast } from '../../kernels/broadcast.ts';
import { compareElements } from '../../kernels/compare.ts';
import { type ComparedOperand, type CompareInt8, compareInt8 } from '../../kernels/int8/compare.ts';
import { binaryOperands, inferBinary } from '../arithmetic/binary.ts';
import { requireDType, requirePerTensor, requireSameDType } from '../conditions.ts';
import { OPAQUE } from '../traits.ts';
import { binaryLoop, noAttributes, noMacs } from '../unary.ts';

type Pair = readonly [TensorType, TensorType];
type Holds = (a: number, b: number) => boolean;

/** Operands of one type, and a condition. */
export function checkComparison(_: unknown, [a, b]: Pair, [output]: readonly TensorType[]): void {
  requireSameDType([a], b);
  requireDType('the output', output, 'bool');
}

/** The kernel that compares numbers as they are. */
export function comparisonKernel(holds: Holds) {
  return {
    prepare: (_: unknown, [a, b]: Pair, [output]: readonly TensorType[]): Broadcast =>
      broadcast(a.shape, b.shape, output.shape),
    build: (prepared: Broadcast) => binaryLoop(compareElements(prepared, holds)),
  };
}

function compared(what: string, type: TensorType): ComparedOperand {
  const { scale, zeroPoint } = requirePerTensor(what, type);
  return { zeroPoint, multiplier: quantizeMultiplier(scale) };
}

/** `QuantizeMultiplierSmallerThanOneExp` asserts this. */
function requireScaleBelowOne(what: string, type: TensorType): void {
  const { scale } = requirePerTensor(what, type);
  if (!(scale < 1)) {
    throw unsupportedError(
      'input-scale',
      `${what} has scale ${scale}, and from 1 on TensorFlow Lite Micro stops with an assertion`,
    );
  }
}

/** The kernel that compares real numbers. */
function int8Kernel(holds: Holds) {
  return {
    check(_: unknown, [a, b]: Pair): void {
      requireScaleBelowOne('the first operand', a);
      requireScaleBelowOne('the second operand', b);
    },
    prepare: (_: unknown, [a, b]: Pair, [output]: readonly TensorType[]): CompareInt8 => ({
      broadcast: broadcast(a.shape, b.shape, output.shape),
      a: compared('the first operand', a),
      b: compared('the second operand', b),
    }),
    build: (prepared: CompareInt8) => binaryLoop(compareInt8(prepared, holds)),
  };
}

/** All of the operator but its kind. TFLM compares no conditions but for equality. */
export function comparisonOperator(holds: Holds) {
  return {
    operands: binaryOperands,
    attributes: noAttributes,
    quantRule: { rule: 'free' },
    traits: OPAQUE,
    outputDType: 'bool',
    infer: inferBinary,
    check: checkComparison,
    macs: noMacs,
    kernels: { float32: comparisonKernel(holds), int8: int8Kernel(holds), int32: comparisonKernel(holds) },
  } as const;
}
