/**
 * What an operator is: attributes, shapes, acceptance, quantization rule, cost and kernels, wherever it runs.
 * What belongs to a format or a target (flatbuffer options, limits of a library, C text) lives in that format's table.
 */

import type * as z from 'zod';
import type { DType, Shape, TensorData, TensorType } from '../core/tensor.ts';
import type { SimdPlan } from '../kernels/simd/simd-plan.ts';
import type { Traits } from './traits.ts';

/** Operand names; a trailing `?` marks one that may be absent, `...` (on the only one) any number of them. */
export type OperandNames = readonly string[];

/** One T per operand, `undefined` allowed where the name ends in `?`; any number of T for a name ending in `...`. */
export type Operands<Names extends OperandNames, T> = Names extends readonly [`${string}...`]
  ? readonly T[]
  : { readonly [I in keyof Names]: Names[I] extends `${string}?` ? T | undefined : T };

/** The parameters of an output that a kernel assumes, whatever the file says. */
export interface FixedOutput {
  readonly scale: number;
  readonly zeroPoint: number;
}

/** By the type of the output. */
export interface FixedOutputs {
  readonly int8: FixedOutput;
  readonly int16?: FixedOutput;
}

/** How the quantizer chooses the output's parameters. */
export type QuantRule =
  /** From the output's own calibrated range. `int8Operands` are int8 beside int16 ones, too. */
  | { readonly rule: 'free'; readonly int8Operands?: readonly number[] }
  /** The outputs carry the parameters of input 0; their elements are elements of it, or `averages` of several. */
  | { readonly rule: 'same-as-input'; readonly averages?: true }
  /** The inputs carry the parameters of the output, which come from its own calibrated range. */
  | { readonly rule: 'same-as-output' }
  /** The kernel assumes these; none where it takes no int16. */
  | {
      readonly rule: 'fixed-output';
      readonly outputs: FixedOutputs;
      /** Inputs beyond ± this change an int8 output by less than half a step. */
      readonly settledAt?: number;
      /**
       * What networks end with is often much smaller than what int8 provides for, and what is larger than all that was seen may be
       * cut off: log-probabilities, elements of long unit vectors. Probabilities come near 1, and are no such thing.
       */
      readonly isOftenFiner?: true;
    }
  /** All inputs in one scale with zero point 0, with which alone the kernel is right; the output is free. */
  | { readonly rule: 'symmetric-inputs' }
  /** Symmetric int8 weights, a bias with scale input · weights; the output is free. */
  | {
      readonly rule: 'weighted';
      readonly weights: number;
      readonly bias: number;
      /** The axis of the weights that the output channels are along. */
      readonly axis: number;
      /** One scale for each output channel, or that only if the recipe wants it. */
      readonly perChannel: 'always' | 'optional';
    }
  /**
   * A layer of LSTM: symmetric int8 weights of one scale each, biases with scale input · weights; the output is free, its
   * parameters are those of the hidden state, and the cell state is int16 with a power of two for a scale.
   */
  | { readonly rule: 'recurrent' }
  /** A state is given elements, in the parameters that it has from the operator which changes it. */
  | { readonly rule: 'assigned' }
  /** Takes real numbers, not steps of a scale: it stays in float32, between a DEQUANTIZE and a QUANTIZE. */
  | { readonly rule: 'real' }
  /** The operator itself changes the representation; the quantizer places it, it never meets it. */
  | { readonly rule: 'boundary' }
  /** No int8 form is made of it here. */
  | { readonly rule: 'none' };

/** What kernels compute in, by the type of their activations. */
export const COMPUTED_TYPES = [
  'float32',
  'int8',
  'int16',
  'int32',
  'bool',
  'uint8',
] as const satisfies readonly DType[];
export type ComputedType = (typeof COMPUTED_TYPES)[number];

/** A pure loop over typed arrays that allocates nothing. Method syntax, so that it may name the arrays it was made for. */
export interface Loop<Names extends OperandNames> {
  /** `onState` is told the position of an operand that has just changed, where no output holds what it was in between. */
  run(
    inputs: Operands<Names, TensorData>,
    outputs: readonly TensorData[],
    onState?: (position: number) => void,
  ): void;
}

/** An operator in one computed type. Integer ones equal TFLM's reference kernels bit for bit. */
export interface Kernel<Attributes, Names extends OperandNames, Prepared> {
  /** Refuses types and parameters that this arithmetic cannot compute: `unsupported` with a sentence. */
  check?(attributes: Attributes, inputs: Operands<Names, TensorType>, outputs: readonly TensorType[]): void;
  /**
   * All that types and attributes decide, once, as plain numbers: sizes, strides, multipliers, shifts, clamps. No tables
   * over elements: C source prints these numbers.
   */
  prepare(
    attributes: Attributes,
    inputs: Operands<Names, TensorType>,
    outputs: readonly TensorType[],
  ): Prepared;
  /** Makes tables and working memory of the numbers. */
  build(prepared: Prepared): Loop<Names>;
  /** The same bytes from WebAssembly with SIMD; undefined where it does not cover the case. */
  simd?(
    prepared: Prepared,
    inputs: Operands<Names, ConstantOr<TensorData>>,
    outputs: readonly TensorType[],
  ): SimdPlan | undefined;
}

/** An operand whose data is known before the graph runs, or not. */
export type ConstantOr<Data> = Data | 'computed';

/** What the kernels of an operator prepare, by computed type. */
export type PreparedTable = { readonly [Type in ComputedType]: unknown };

export interface Op<
  Kind extends string,
  Attributes,
  Names extends OperandNames,
  Prepared extends PreparedTable,
> {
  /** The TFLite builtin name in lower case. */
  readonly kind: Kind;
  readonly operands: Names;
  /** Positions of operands that live from one inference to the next; the kernel changes them in place. */
  readonly states?: readonly number[];
  /** It reads its states and leaves them as they are. */
  readonly leavesStates?: true;
  readonly attributes: z.ZodType<Attributes>;
  readonly quantRule: QuantRule;
  readonly traits: Traits<NoInfer<Attributes>>;
  /** The type of the outputs where it is not that of input 0. */
  readonly outputDType?: DType;
  /** The outputs' shapes, or a `TinymlError` where the inputs do not fit together. */
  infer(attributes: NoInfer<Attributes>, inputs: Operands<Names, Shape>): readonly Shape[];
  /** Refuses types that do not go together, in whatever type is computed: `unsupported` with a sentence. */
  check(
    attributes: NoInfer<Attributes>,
    inputs: Operands<Names, TensorType>,
    outputs: readonly TensorType[],
  ): void;
  /** Of its outputs elements may be left as memory had them before; tinyml says zero. */
  undefinedOutputs?(attributes: NoInfer<Attributes>): boolean;
  /** Multiply-accumulate operations of one inference. */
  macs(inputs: Operands<Names, Shape>, outputs: readonly Shape[]): number;
  /** What a kernel does besides, where that is more than a step for each element: pixels under all windows of a pooling. */
  taps?(attributes: NoInfer<Attributes>, inputs: Operands<Names, Shape>, outputs: readonly Shape[]): number;
  /** Chosen by the type of input 0. */
  readonly kernels: { readonly [Type in ComputedType]?: Kernel<NoInfer<Attributes>, Names, Prepared[Type]> };
}

/** A `PreparedTable` whose entries are inferred one by one. */
export interface Prepared<Float32, Int8, Int16, Int32, Bool, Uint8> {
  readonly float32: Float32;
  readonly int8: Int8;
  readonly int16: Int16;
  readonly int32: Int32;
  readonly bool: Bool;
  readonly uint8: Uint8;
}

/** Gives literal types to an operator's definition. */
export function defineOp<
  const Kind extends string,
  Attributes,
  const Names extends OperandNames,
  Float32,
  Int8,
  Int16,
  Int32,
  Bool,
  Uint8,
>(
  op: Op<Kind, Attributes, Names, Prepared<Float32, Int8, Int16, Int32, Bool, Uint8>>,
): Op<Kind, Attributes, Names, Prepared<Float32, Int8, Int16, Int32, Bool, Uint8>> {
  return op;
}

/** An operator whose kind is only known at run time; `opOf` in `index.ts` makes it. */
export interface AnyOp {
  readonly kind: string;
  readonly operands: OperandNames;
  readonly states?: readonly number[];
  readonly leavesStates?: true;
  readonly attributes: z.ZodType;
  readonly quantRule: QuantRule;
  readonly traits: Traits<unknown>;
  readonly outputDType?: DType;
  infer(attributes: unknown, inputs: readonly (Shape | undefined)[]): readonly Shape[];
  check(
    attributes: unknown,
    inputs: readonly (TensorType | undefined)[],
    outputs: readonly TensorType[],
  ): void;
  undefinedOutputs?(attributes: unknown): boolean;
  macs(inputs: readonly (Shape | undefined)[], outputs: readonly Shape[]): number;
  taps?(attributes: unknown, inputs: readonly (Shape | undefined)[], outputs: readonly Shape[]): number;
  readonly kernels: { readonly [Type in ComputedType]?: AnyKernel };
}

export interface AnyKernel {
  check?(
    attributes: unknown,
    inputs: readonly (TensorType | undefined)[],
    outputs: readonly TensorType[],
  ): void;
  prepare(
    attributes: unknown,
    inputs: readonly (TensorType | undefined)[],
    outputs: readonly TensorType[],
  ): unknown;
  build(prepared: unknown): AnyLoop;
  simd?(
    prepared: unknown,
    inputs: readonly (ConstantOr<TensorData> | undefined)[],
    outputs: readonly TensorType[],
  ): SimdPlan | undefined;
}

export interface AnyLoop {
  run(
    inputs: readonly (TensorData | undefined)[],
    outputs: readonly TensorData[],
    onState?: (position: number) => void,
  ): void;
}
