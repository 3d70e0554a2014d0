/**
 * A model file as TensorFlow Lite Micro's allocator sees it: tensors by size and kind, operators by name. Any file has
 * one, also a file with operators that tinyml does not compute.
 */

import type { Shape } from '../core/tensor.ts';
import { openShapeHint } from './open-shape.ts';

export interface OutlineQuantization {
  readonly scales: readonly number[];
  readonly zeroPoints: readonly number[];
  readonly axis: number;
}

export interface OutlineTensor {
  readonly name: string;
  /** The schema's name in lower case: `int8`, `float32`, `int4`. */
  readonly dtype: string;
  readonly shape: Shape;
  /** As TFLM counts: an int4 element takes one byte. 0 where it has no size. */
  readonly bytes: number;
  /** Why TFLM can give it no memory, after "it": its type has no size, or its shape is not known. */
  readonly unsized?: string;
  /** Constants lie in the model; variables keep their value between inferences. */
  readonly storage: 'constant' | 'variable' | 'activation';
  /** Present where the file has scales and zero points, as TFLM counts it. */
  readonly quantization?: OutlineQuantization;
  /** A constant of floats of which one is infinite or not a number. */
  readonly nonFinite?: true;
  /** A constant of int64 with a number outside of −2^47 … 2^47 − 1. */
  readonly beyond48Bits?: true;
}

/** How the window of a convolution or pooling slides: [height, width]. */
export interface OutlineWindow {
  readonly padding: 'same' | 'valid';
  readonly strides: readonly [number, number];
  readonly dilations: readonly [number, number];
  /** Of pooling; convolutions have it in the shape of their weights. */
  readonly filter?: readonly [number, number];
}

/** On which the memory of a detector's last operator depends. */
export interface OutlineDetection {
  readonly maxDetections: number;
  readonly classes: number;
}

/** Why an operator's options, parameters, shapes and scales do not make one that tinyml computes. */
export interface OutlineMisfit {
  /** Of the error with which the interpreter refuses it. */
  readonly code: string;
  /** The end of a sentence. */
  readonly reason: string;
}

/** Which resource variable a handle stands for. */
export interface OutlineVariable {
  /** Absent where the file names none: it stands for any then. */
  readonly container?: string;
  readonly name: string;
}

export interface OutlineOperator {
  /** The builtin's name, `CONV_2D`, that of a custom operator which TFLM has, `TFLM_DECODE`, or `CUSTOM`. */
  readonly name: string;
  /** Of custom operators that are not known. */
  readonly customName?: string;
  readonly version: number;
  /** Tensor indices; `undefined` where an operand is left out. */
  readonly inputs: readonly (number | undefined)[];
  readonly outputs: readonly number[];
  readonly intermediates: readonly number[];
  readonly window?: OutlineWindow;
  /** Subgraphs that IF, WHILE or CALL_ONCE runs, in the order of planning. */
  readonly calls?: readonly number[];
  /** Of VAR_HANDLE. */
  readonly variable?: OutlineVariable;
  /** How many boxes and classes TFLITE_DETECTION_POSTPROCESS has to do with. */
  readonly detection?: OutlineDetection;
  /** Whether BATCH_MATMUL transposes its first and its second factor. */
  readonly adjoint?: readonly [boolean, boolean];
  /** TRANSPOSE_CONV has a fused activation, which some builds pass over. */
  readonly clampsOutput?: true;
  /** Only of operators that tinyml computes, in types that it computes; then absent where all is well. */
  readonly misfit?: OutlineMisfit;
}

export interface OutlineSubgraph {
  readonly tensors: readonly OutlineTensor[];
  readonly operators: readonly OutlineOperator[];
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
}

/** A `.tflite` file as an allocator sees it: tensors and operators, whether or not tinyml computes them. */
export interface ModelOutline {
  readonly subgraphs: readonly OutlineSubgraph[];
  /** Offsets of the `OfflineMemoryAllocation` metadata, one per tensor; -1 leaves it to the planner. */
  readonly offlinePlan?: readonly number[];
}

/** One operator with its tensors: all that rules about single operators look at. */
export interface OperatorView {
  readonly operator: OutlineOperator;
  readonly inputs: readonly (OutlineTensor | undefined)[];
  readonly outputs: readonly OutlineTensor[];
  /** Positions of inputs that nothing has written before: what the operator reads there is left to chance. */
  readonly unwritten?: readonly number[];
  /** Positions of outputs that hold something already: a constant, an input of the model, what an operator wrote before. */
  readonly overwritten?: readonly number[];
}

/** Tensors that hold something before any operator runs. */
function writtenBefore({ tensors, inputs }: OutlineSubgraph): Set<number> {
  const written = new Set(inputs);
  for (const [index, { storage }] of tensors.entries()) if (storage !== 'activation') written.add(index);
  return written;
}

function subgraphViews(subgraph: OutlineSubgraph): OperatorView[] {
  const { tensors, operators } = subgraph;
  const written = writtenBefore(subgraph);
  return operators.map((operator) => {
    const overwritten = operator.outputs.flatMap((index, position) =>
      written.has(index) && tensors[index].storage !== 'variable' ? [position] : [],
    );
    const unwritten = operator.inputs.flatMap((index, position) =>
      index === undefined || written.has(index) ? [] : [position],
    );
    for (const index of operator.outputs) written.add(index);
    return {
      operator,
      inputs: operator.inputs.map((index) => (index === undefined ? undefined : tensors[index])),
      outputs: operator.outputs.map((index) => tensors[index]),
      ...(unwritten.length === 0 ? {} : { unwritten }),
      ...(overwritten.length === 0 ? {} : { overwritten }),
    };
  });
}

/** An operator that TensorFlow runs inside of a `.tflite` file (SELECT_TF_OPS); its name tells. */
export function isFlexOperator({ customName }: OutlineOperator): boolean {
  return customName?.startsWith('Flex') === true;
}

/** One sentence on the first tensor that TFLM can give no memory; undefined where it can plan all of them. */
export function unsizedTensor({ subgraphs }: ModelOutline): string | undefined {
  for (const [subgraph, { tensors }] of subgraphs.entries()) {
    const index = tensors.findIndex(({ unsized }) => unsized !== undefined);
    if (index < 0) continue;
    const where = subgraphs.length === 1 ? '' : `Subgraph ${subgraph}: `;
    return `${where}tensor ${index} (${JSON.stringify(tensors[index].name)}) ${tensors[index].unsized}.`;
  }
  return undefined;
}

/** What a person can do about that tensor. */
export function unsizedHint({ subgraphs }: ModelOutline): string {
  const shape = subgraphs
    .flatMap(({ tensors }) => tensors)
    .find(({ unsized }) => unsized !== undefined)
    ?.shape.map((size) => (size === 0 ? 1 : size));
  return shape?.some((size) => size < 0)
    ? openShapeHint(shape)
    : 'Convert the model again without the operators that make tensors of such a type.';
}

function wrongEnd(subgraph: OutlineSubgraph): string | undefined {
  const { tensors, operators, inputs, outputs } = subgraph;
  const constant = inputs.find((index) => tensors[index].storage === 'constant');
  if (constant !== undefined) {
    return `The input ${JSON.stringify(tensors[constant].name)} is a constant, which nobody can set.`;
  }
  const written = writtenBefore(subgraph);
  for (const operator of operators) for (const index of operator.outputs) written.add(index);
  const unwritten = outputs.find((index) => !written.has(index));
  return unwritten === undefined
    ? undefined
    : `Nothing writes the output ${JSON.stringify(tensors[unwritten].name)}: what is read there is left to chance.`;
}

/** One sentence on the first input that is a constant or output that nothing writes; undefined where all are sound. */
export function wrongEndOf({ subgraphs }: ModelOutline): string | undefined {
  for (const subgraph of subgraphs) {
    const sentence = wrongEnd(subgraph);
    if (sentence !== undefined) return sentence;
  }
  return undefined;
}

/** Every operator of every subgraph with its tensors. */
export function operatorViews({ subgraphs }: ModelOutline): readonly OperatorView[] {
  return subgraphs.flatMap(subgraphViews);
}
