/** What operators of one input and no attributes share. */

import { z } from 'zod';
import type { Shape, TensorType } from '../core/tensor.ts';
import { type Int8Table, lookupInt8 } from '../kernels/int8/lookup.ts';
import { requirePerTensor, requireSameDType } from './conditions.ts';

export const unaryOperands = ['input'] as const;

export const noAttributes = z.strictObject({});

export function inferUnary(_: unknown, [input]: readonly [Shape]): readonly Shape[] {
  return [input];
}

/** float32 to float32, or int8 to int8 with parameters on both sides. */
export function checkUnary(
  _: unknown,
  [input]: readonly [TensorType],
  [output]: readonly TensorType[],
): void {
  requireSameDType([input], output);
  if (input.dtype === 'int8') {
    requirePerTensor('the input', input);
    requirePerTensor('the output', output);
  }
}

export function noMacs(): number {
  return 0;
}

/** The int8 kernel of an operator whose output depends on one value alone: all 256 cases computed once. */
export function tableKernel(tableOf: (input: TensorType, output: TensorType) => Int8Table) {
  return {
    prepare(_: unknown, [input]: readonly [TensorType], [output]: readonly TensorType[]): Int8Table {
      return tableOf(input, output);
    },
    run(table: Int8Table, [input]: readonly [Int8Array], [output]: readonly [Int8Array]): void {
      lookupInt8(table, input, output);
    },
  };
}

/** The float kernel of an operator without parameters. */
export function unaryFloatKernel(compute: (input: Float32Array, output: Float32Array) => void) {
  return {
    prepare(): undefined {
      return undefined;
    },
    run(_: undefined, [input]: readonly [Float32Array], [output]: readonly [Float32Array]): void {
      compute(input, output);
    },
  };
}
