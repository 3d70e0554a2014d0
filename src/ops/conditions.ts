/** The conditions that many operators share, as sentences. */

import { unsupportedError } from '../core/errors.ts';
import { quantizeMultiplier } from '../core/fixed-point.ts';
import type { PerTensorQuant } from '../core/quant-params.ts';
import {
  type DType,
  formatShape,
  type Shape,
  type Steps,
  sameShape,
  stepsOf,
  type TensorType,
} from '../core/tensor.ts';

const NOT_YET = 'tinyml computes float32 and int8, and other types where the operator has them.';

export function unsupportedTypes(detail: string, hint = NOT_YET): Error {
  return unsupportedError('unsupported-type', detail, hint);
}

export function shapeError(detail: string): Error {
  return unsupportedError('shape-mismatch', detail, 'Look at the shapes with "tinyml inspect".');
}

export function requireDType(what: string, type: TensorType, ...allowed: readonly DType[]): void {
  if (!allowed.includes(type.dtype)) {
    throw unsupportedTypes(`${what} is ${type.dtype}, but only ${listed(allowed)} can be computed here`);
  }
}

/** All of one type. */
export function requireSameDType(inputs: readonly TensorType[], output: TensorType): void {
  const dtype = inputs[0].dtype;
  for (const other of [...inputs.slice(1), output]) {
    if (other.dtype !== dtype) {
      throw unsupportedTypes(`${dtype} and ${other.dtype} cannot be mixed in this operator`);
    }
  }
}

/** The per-tensor parameters of a quantized tensor, with a positive scale. */
export function requirePerTensor(what: string, type: TensorType): PerTensorQuant {
  const { quant } = type;
  if (quant === undefined || quant.scheme !== 'per-tensor' || !(quant.scale > 0)) {
    throw unsupportedError(
      'missing-quantization',
      `${what} is ${type.dtype} but has no per-tensor scale and zero point`,
      'The file was not quantized completely; convert the float model again with "tinyml convert --int8".',
    );
  }
  return quant;
}

/** Zero point 0, which Prepare of many operators on int16 insists on. */
export function requireNoOffset(what: string, type: TensorType): void {
  const { zeroPoint } = requirePerTensor(what, type);
  if (zeroPoint === 0) return;
  throw unsupportedError(
    'zero-point',
    `${what} is ${type.dtype} with zero point ${zeroPoint}, where TensorFlow Lite Micro takes 0 only`,
  );
}

/** How the integers of a quantized tensor stand for real numbers. */
export function requireSteps(what: string, type: TensorType): Steps {
  requirePerTensor(what, type);
  const steps = stepsOf(type);
  if (steps === undefined)
    throw unsupportedTypes(`${what} is ${type.dtype}, which stands for no real numbers`);
  return steps;
}

/** Plain numbers: TFLM refuses int32 with a scale and zero point here. */
export function requireUnquantized(what: string, type: TensorType): void {
  if (type.quant === undefined) return;
  throw unsupportedError(
    'quantized-integers',
    `${what} is ${type.dtype} with a scale and zero point, which TensorFlow Lite Micro refuses`,
  );
}

/** Equal zero points, and scales that differ by `tolerance` at most, where the kernel copies values. */
export function requireSameScale(input: TensorType, output: TensorType, tolerance: number): void {
  const from = requirePerTensor('the input', input);
  const to = requirePerTensor('the output', output);
  if (Math.abs(Math.fround(from.scale - to.scale)) > tolerance || from.zeroPoint !== to.zeroPoint) {
    throw unsupportedError(
      'scales-differ',
      `the output has scale ${to.scale} and zero point ${to.zeroPoint}, the input ${from.scale} and ${from.zeroPoint}, which TensorFlow Lite Micro refuses`,
    );
  }
}

const LARGEST_SHIFT = 30;

/** The factor from the inputs' scales to the output's; beyond 2^30 TFLM shifts past the word, which C leaves undefined. */
export function requireMultiplier(real: number): void {
  if (!(quantizeMultiplier(real).shift <= LARGEST_SHIFT)) {
    throw unsupportedError(
      'scale-ratio',
      `the input scales are ${real.toPrecision(3)} times the output scale, more than 32-bit arithmetic can multiply by`,
    );
  }
}

/** NumPy's broadcasting; refuses shapes that do not broadcast. */
export function broadcastShape(a: Shape, b: Shape): Shape {
  if (sameShape(a, b)) return a;
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, axis) => {
    const fromA = a[axis - rank + a.length] ?? 1;
    const fromB = b[axis - rank + b.length] ?? 1;
    if (fromA !== fromB && fromA !== 1 && fromB !== 1) {
      throw shapeError(`shapes ${formatShape(a)} and ${formatShape(b)} do not broadcast`);
    }
    return fromA === 1 ? fromB : fromA;
  });
}

/** `float32, int8 and int32`. */
export function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join() : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}
