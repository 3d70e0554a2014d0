/** Operators whose kind is known at run time only: their kernel, what it refuses, and what it makes of given data. */

import * as z from 'zod';
import { allocate, type DType, elementCount, type TensorData, type TensorType } from '../core/tensor.ts';
import { listed, unsupportedTypes } from './conditions.ts';
import { fusedActivationSchema, requireLimitSteps } from './fused-activation.ts';
import { type OpKind, opOf } from './index.ts';
import { type AnyKernel, COMPUTED_TYPES } from './op.ts';

/** The kernel for activations of that type; undefined where the operator has none. */
export function kernelOf(kind: OpKind, dtype: DType | undefined): AnyKernel | undefined {
  const type = COMPUTED_TYPES.find((computed) => computed === dtype);
  return type === undefined ? undefined : opOf(kind).kernels[type];
}

const fused = z.object({ activation: fusedActivationSchema });

/** Of operators that fuse an activation, which all call it so. */
function checkFused(attributes: unknown, outputs: readonly TensorType[]): void {
  const { success, data } = fused.safeParse(attributes);
  if (success) for (const output of outputs) requireLimitSteps(data.activation, output);
}

/** Refuses types and parameters that no kernel of the operator computes: `unsupported` with a sentence. */
export function checkTypes(
  kind: OpKind,
  attributes: unknown,
  inputs: readonly (TensorType | undefined)[],
  outputs: readonly TensorType[],
): void {
  const op = opOf(kind);
  const dtype = inputs[0]?.dtype;
  const kernel = kernelOf(kind, dtype);
  if (kernel === undefined) {
    const computed = COMPUTED_TYPES.filter((type) => op.kernels[type] !== undefined);
    throw unsupportedTypes(`input 0 is ${dtype}, but only ${listed(computed)} can be computed here`);
  }
  op.check(attributes, inputs, outputs);
  kernel.check?.(attributes, inputs, outputs);
  checkFused(attributes, outputs);
}

/** What the operator makes of `inputs` with that kernel, once: for rewrites that compute what is constant. */
export function computeOnce(
  kernel: AnyKernel,
  attributes: unknown,
  inputTypes: readonly (TensorType | undefined)[],
  outputTypes: readonly TensorType[],
  inputs: readonly (TensorData | undefined)[],
): readonly TensorData[] {
  const results = outputTypes.map(({ dtype, shape }) => allocate(dtype, elementCount(shape)));
  kernel.build(kernel.prepare(attributes, inputTypes, outputTypes)).run(inputs, results);
  return results;
}
