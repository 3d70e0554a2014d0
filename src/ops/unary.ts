/** What operators of one input and no attributes share. */

import * as z from 'zod';
import { elementCount, type Shape, type TensorData, type TensorType } from '../core/tensor.ts';
import { int8Table, lookupInt8 } from '../kernels/int8/lookup.ts';
import { mapInt16 } from '../kernels/int16/map.ts';
import { type FloatFunction, planFunctionFloat } from '../kernels/simd/arithmetic/functions.ts';
import { planLookup } from '../kernels/simd/lookup.ts';
import type { SimdPlan } from '../kernels/simd/simd-plan.ts';
import { requireNoOffset, requirePerTensor, requireSameDType } from './conditions.ts';
import type { ConstantOr } from './op.ts';

export const unaryOperands = ['input'] as const;

export const noAttributes = z.strictObject({});

export function inferUnary(_: unknown, [input]: readonly [Shape]): readonly Shape[] {
  return [input];
}

/** One type on both sides. */
export function checkUnary(
  _: unknown,
  [input]: readonly [TensorType],
  [output]: readonly TensorType[],
): void {
  requireSameDType([input], output);
}

/** Parameters on both sides. */
export function checkQuantizedUnary(
  _: unknown,
  [input]: readonly [TensorType],
  [output]: readonly TensorType[],
): void {
  requirePerTensor('the input', input);
  requirePerTensor('the output', output);
}

/** The same of int16, both with zero point 0. */
export function checkSymmetricUnary(
  attributes: unknown,
  inputs: readonly [TensorType],
  outputs: readonly TensorType[],
): void {
  checkQuantizedUnary(attributes, inputs, outputs);
  requireNoOffset('the input', inputs[0]);
  requireNoOffset('the output', outputs[0]);
}

export function noMacs(): number {
  return 0;
}

/** Of an operator without attributes that makes one element of each, of the same type. */
export const UNARY = {
  operands: unaryOperands,
  attributes: noAttributes,
  infer: inferUnary,
  check: checkUnary,
  macs: noMacs,
} as const;

/**
 * The int8 kernel of an operator whose output depends on one value alone: `prepare` makes the numbers, `compute` the
 * result for one value, and all 256 cases are computed once.
 */
export function tableKernel<Prepared>(
  prepare: (input: TensorType, output: TensorType) => Prepared,
  compute: (prepared: Prepared, value: number) => number,
) {
  return {
    prepare(_: unknown, [input]: readonly [TensorType], [output]: readonly TensorType[]): Prepared {
      return prepare(input, output);
    },
    build(prepared: Prepared) {
      return tableLoop((value) => compute(prepared, value));
    },
    simd(
      prepared: Prepared,
      [input]: readonly [ConstantOr<TensorData>],
      [output]: readonly TensorType[],
    ): SimdPlan | undefined {
      if (input !== 'computed') return undefined;
      const table = int8Table((value) => compute(prepared, value));
      return planLookup(table, elementCount(output.shape));
    },
  };
}

/** Its int16 kernel, of the same numbers and the same function. */
export function valueKernel<Prepared>(
  prepare: (input: TensorType, output: TensorType) => Prepared,
  compute: (prepared: Prepared, value: number) => number,
) {
  return {
    prepare(_: unknown, [input]: readonly [TensorType], [output]: readonly TensorType[]): Prepared {
      return prepare(input, output);
    },
    build(prepared: Prepared) {
      return valueLoop((value) => compute(prepared, value));
    },
  };
}

/** A loop that computes every int16 value. */
export function valueLoop(compute: (value: number) => number) {
  return unaryLoop<Int16Array, Int16Array>((input, output) => mapInt16(compute, input, output));
}

/** A loop that looks up all results of `compute`, computed once. */
export function tableLoop(compute: (value: number) => number) {
  const table = int8Table(compute);
  return unaryLoop<Int8Array, Int8Array | Uint8Array>((input, output) => lookupInt8(table, input, output));
}

/** The float kernel of an operator without parameters. */
export function unaryFloatKernel(compute: (input: Float32Array, output: Float32Array) => void) {
  return {
    prepare(): undefined {
      return undefined;
    },
    build: () => unaryLoop(compute),
  };
}

/** The same with SIMD. */
export function functionFloatKernel(kind: FloatFunction, compute: Parameters<typeof unaryFloatKernel>[0]) {
  return {
    ...unaryFloatKernel(compute),
    simd(
      _: undefined,
      [input]: readonly [ConstantOr<TensorData>],
      [output]: readonly TensorType[],
    ): SimdPlan | undefined {
      return input === 'computed' ? planFunctionFloat(kind, elementCount(output.shape)) : undefined;
    },
  };
}

/** The loop of a kernel with one input and one output. */
export function unaryLoop<Input extends TensorData, Output extends TensorData>(
  loop: (input: Input, output: Output) => void,
) {
  return {
    run([input]: readonly [Input], [output]: readonly [Output]): void {
      loop(input, output);
    },
  };
}

/** The loop of a kernel with two inputs and one output. */
export function binaryLoop<A extends TensorData, B extends TensorData, Output extends TensorData>(
  loop: (a: A, b: B, output: Output) => void,
) {
  return {
    run([a, b]: readonly [A, B], [output]: readonly [Output]): void {
      loop(a, b, output);
    },
  };
}
