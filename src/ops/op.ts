/**
 * What an operator is: attributes, shapes, acceptance, quantization rule, cost and kernels, wherever it runs.
 * What belongs to a format or a target (flatbuffer options, C text) lives in that format's table instead.
 */

import type { z } from 'zod';
import type { DType, Shape, TensorData, TensorType } from '../core/tensor.ts';
import type { SimdPlan } from '../kernels/simd/simd-plan.ts';

/** Operand names; a trailing `?` marks one that may be absent, `...` (on the only one) any number of them. */
export type OperandNames = readonly string[];

/** One T per operand, `undefined` allowed where the name ends in `?`; any number of T for a name ending in `...`. */
export type Operands<Names extends OperandNames, T> = Names extends readonly [`${string}...`]
  ? readonly T[]
  : { readonly [I in keyof Names]: Names[I] extends `${string}?` ? T | undefined : T };

/** How the quantizer chooses the output's parameters. */
export type QuantRule =
  /** From the output's own calibrated range. */
  | { readonly rule: 'free' }
  /** The outputs carry the parameters of input 0. */
  | { readonly rule: 'same-as-input' }
  /** The inputs carry the parameters of the output, which come from its own calibrated range. */
  | { readonly rule: 'same-as-output' }
  /** The kernel assumes these. */
  | { readonly rule: 'fixed-output'; readonly scale: number; readonly zeroPoint: number }
  /** Symmetric int8 weights, int32 bias with scale input · weights; the output is free. */
  | {
      readonly rule: 'weighted';
      readonly weights: number;
      readonly bias: number;
      /** The axis of the weights that the output channels are along. */
      readonly axis: number;
      /** One scale for each output channel, or that only if the recipe wants it. */
      readonly perChannel: 'always' | 'optional';
    }
  /** The operator itself changes the representation; the quantizer places it, it never meets it. */
  | { readonly rule: 'boundary' };

/**
 * `prepare` computes multipliers, shifts and clamps once; `run` is a pure loop over typed arrays and allocates
 * nothing. Method syntax, so that a kernel may name the array types it was chosen for.
 */
export interface Kernel<Attributes, Names extends OperandNames, Prepared> {
  prepare(
    attributes: Attributes,
    inputs: Operands<Names, TensorType>,
    outputs: readonly TensorType[],
  ): Prepared;
  run(prepared: Prepared, inputs: Operands<Names, TensorData>, outputs: readonly TensorData[]): void;
  /** The same bytes from WebAssembly with SIMD; undefined where it does not cover the case. */
  simd?(prepared: Prepared, inputs: Operands<Names, ConstantOr<TensorData>>): SimdPlan | undefined;
}

/** An operand whose data is known before the graph runs, or not. */
export type ConstantOr<Data> = Data | 'computed';

export interface Op<Kind extends string, Attributes, Names extends OperandNames, Float, Int8> {
  /** The TFLite builtin name in lower case. */
  readonly kind: Kind;
  readonly operands: Names;
  readonly attributes: z.ZodType<Attributes>;
  readonly quantRule: QuantRule;
  /** The type of the outputs where it is not that of input 0. */
  readonly outputDType?: DType;
  /** The outputs' shapes, or a `TinymlError` where the inputs do not fit together. */
  infer(attributes: NoInfer<Attributes>, inputs: Operands<Names, Shape>): readonly Shape[];
  /** Refuses what TensorFlow Lite Micro refuses of types and quantization: `unsupported` with a sentence. */
  check(
    attributes: NoInfer<Attributes>,
    inputs: Operands<Names, TensorType>,
    outputs: readonly TensorType[],
  ): void;
  /** Multiply-accumulate operations of one inference. */
  macs(inputs: Operands<Names, Shape>, outputs: readonly Shape[]): number;
  /** Chosen when input 0 is float32. */
  readonly float?: Kernel<NoInfer<Attributes>, Names, Float>;
  /** Chosen when input 0 is int8; equal to TFLM's reference kernel bit for bit. */
  readonly int8?: Kernel<NoInfer<Attributes>, Names, Int8>;
}

/** Gives literal types to an operator's definition. */
export function defineOp<
  const Kind extends string,
  Attributes,
  const Names extends OperandNames,
  Float,
  Int8,
>(op: Op<Kind, Attributes, Names, Float, Int8>): Op<Kind, Attributes, Names, Float, Int8> {
  return op;
}

/** An operator whose kind is only known at run time; `opOf` in `index.ts` makes it. */
export interface AnyOp {
  readonly kind: string;
  readonly operands: OperandNames;
  readonly attributes: z.ZodType;
  readonly quantRule: QuantRule;
  readonly outputDType?: DType;
  infer(attributes: unknown, inputs: readonly (Shape | undefined)[]): readonly Shape[];
  check(
    attributes: unknown,
    inputs: readonly (TensorType | undefined)[],
    outputs: readonly TensorType[],
  ): void;
  macs(inputs: readonly (Shape | undefined)[], outputs: readonly Shape[]): number;
  readonly float?: AnyKernel;
  readonly int8?: AnyKernel;
}

export interface AnyKernel {
  prepare(
    attributes: unknown,
    inputs: readonly (TensorType | undefined)[],
    outputs: readonly TensorType[],
  ): unknown;
  run(prepared: unknown, inputs: readonly (TensorData | undefined)[], outputs: readonly TensorData[]): void;
  simd?(prepared: unknown, inputs: readonly (ConstantOr<TensorData> | undefined)[]): SimdPlan | undefined;
}
