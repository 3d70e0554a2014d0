/** How rows of the table of reference kernels are written: structures by ABI, and blocks that many kernels ask for. */

import { elementCount } from '../../../core/tensor.ts';
import type { OperatorView } from '../../../ir/outline.ts';
import type { BlockRule, KernelMemory, StructLayout } from '../../build-profile.ts';

export const FLOAT32_BYTES = 4;
export const INT32_BYTES = 4;
export const INT64_BYTES = 8;

type Options = NonNullable<KernelMemory['options']>;

/** Parsed options that are the same on both ABIs. */
export function options(bytes: number, align: number): Options {
  return optionsByAbi({ bytes, align }, { bytes, align });
}

export function optionsByAbi(arm: StructLayout, x86: StructLayout): Options {
  return { arm, 'x86-64': x86 };
}

/** Only a fused activation, or another enumeration: C gives it a byte on Arm with short enums, an int elsewhere. */
export const ENUM_OPTIONS = optionsByAbi({ bytes: 1, align: 1 }, { bytes: 4, align: 4 });

/** An enumeration and a bool, or two enumerations. */
export const ENUM_PAIR_OPTIONS = optionsByAbi({ bytes: 2, align: 1 }, { bytes: 8, align: 4 });

/** One structure, `sizeof` on Arm and on x86-64. */
export function struct(armBytes: number, x86Bytes = armBytes): BlockRule {
  return (_, abi) => [abi === 'arm' ? armBytes : x86Bytes];
}

/** A TfLiteIntArray of `rank` dimensions. */
export function dimensionsBytes(rank: number): number {
  return INT32_BYTES * (1 + rank);
}

/** Kernels that write the shape of their output copy it out of the model first (CreateWritableTensorDimsWithCopy). */
export const outputDimensions: BlockRule = ({ outputs: [output] }) =>
  output === undefined ? undefined : [dimensionsBytes(output.shape.length)];

/** An array of multipliers and one of shifts. */
export function perChannel(channels: number | undefined): readonly number[] | undefined {
  return channels === undefined ? undefined : [channels * INT32_BYTES, channels * INT32_BYTES];
}

/** int4 weights are unpacked for each inference, a byte for each. */
export const unpackedWeights: BlockRule = ({ inputs: [, weights] }: OperatorView) => {
  if (weights === undefined) return undefined;
  return weights.dtype === 'int4' ? [elementCount(weights.shape)] : [];
};
