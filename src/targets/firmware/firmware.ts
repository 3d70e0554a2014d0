/** Everything that generated firmware says of a model. The layouts print it; nothing else decides anything. */

import { unsupportedError } from '../../core/errors.ts';
import { given } from '../../core/given.ts';
import type { PerTensorQuant } from '../../core/quant-params.ts';
import type { Preparation } from '../../core/samples/preparation.ts';
import {
  elementCount,
  isSteppedDType,
  type Shape,
  type SteppedDType,
  stepsOf,
  type TensorData,
} from '../../core/tensor.ts';
import type { ArenaTarget } from '../../planner/arena-plan.ts';
import type { TensorFact } from '../c-array/c-array-files.ts';
import type { Library } from '../tflm/operators.ts';
import { EDITABLE_NOTICE } from './source-file.ts';
import type { FirmwareStream } from './streams/firmware-stream.ts';

/** Of a file, in characters: where its notice stands. */
const FIRST_LINES = 200;

/** An input or output. Integers stand for real numbers where they have `quant`, and for themselves where not. */
export interface FirmwareTensor {
  readonly name: string;
  readonly shape: Shape;
  readonly length: number;
  readonly element: SteppedDType | 'float32' | 'bool';
  readonly quant?: PerTensorQuant;
  /** Of an output among several: the classes that it decides between, by its largest value, or by a single one above 0.5. */
  readonly labels?: readonly string[];
}

/**
 * Inputs and the outputs that tinyml's interpreter gives for them, one array for each tensor; no outputs where it does not
 * compute the model.
 */
export interface GoldenVector {
  readonly inputs: readonly TensorData[];
  readonly outputs: readonly TensorData[];
}

/** The least arena for one build of the library. */
export interface ArenaFigure {
  readonly target: ArenaTarget;
  readonly bytes: number;
  /** Operators whose memory is not known: `bytes` is then a lower bound. */
  readonly unknownOperators: readonly string[];
}

/**
 * What the outputs mean: the largest one names the class, a single one above 0.5 says yes, or an input that they are further
 * from than the threshold (mean squared error) is an anomaly.
 */
export type Decision =
  | { readonly kind: 'argmax'; readonly labels?: readonly string[] }
  | { readonly kind: 'threshold'; readonly labels: readonly string[] }
  | { readonly kind: 'anomaly'; readonly threshold: number };

/** What generated sources say of a model, whoever computes it. */
export interface ModelFacts {
  /** SHA-256 of the model, in hex. */
  readonly digest: string;
  readonly inputs: readonly FirmwareTensor[];
  readonly outputs: readonly FirmwareTensor[];
  /** Per channel of the last axis: x' = (x − offset) · scale, in float32. */
  readonly normalization?: { readonly offset: readonly number[]; readonly scale: readonly number[] };
  /** What an offset and a scale do not say: then `prepare_input` makes the model's input of readings. */
  readonly preparation?: Preparation;
  readonly decision?: Decision;
  /** It listens all the time instead of running on stored samples; `preparation` is its own then. */
  readonly stream?: FirmwareStream;
  readonly vectors: readonly GoldenVector[];
  /** Where the vectors come from, for comments: `records of the test split`. */
  readonly vectorSource: string;
  /** The model keeps something from one inference to the next. */
  readonly isStateful: boolean;
  /** False where the model computes in float32: compilers may fuse its multiplications and additions. */
  readonly bitExact: boolean;
}

/** Resource variables, for which the application makes MicroResourceVariables. */
export interface FirmwareVariables {
  readonly count: number;
  /** A subgraph assigns some once, so that `Reset()` does not give them again what they begin with. */
  readonly beginOtherwise: boolean;
}

export interface Firmware extends ModelFacts {
  readonly model: Uint8Array;
  /** C identifier of the model's array. */
  readonly arrayName: string;
  readonly library: Library;
  /** Distinct builtin names, in the order of their first use. */
  readonly operators: readonly string[];
  /** Absent where the model has none. */
  readonly variables?: FirmwareVariables;
  /** Builds for 32-bit Arm; the arena holds for all of them. */
  readonly arena: readonly [ArenaFigure, ...ArenaFigure[]];
  /** The same for 64-bit hosts, where the layout runs on them. */
  readonly hostArena?: ArenaFigure;
  /**
   * Operators of which a build with CMSIS-NN kernels, where that is the builder's choice, computes other values than the
   * vectors have.
   */
  readonly cmsisNnDiffers: readonly string[];
}

export interface FirmwareFile {
  readonly path: string;
  readonly text: string;
}

/** Files that people are meant to edit, as their first lines say: they are kept where they did. */
export function isEditable({ path, text }: FirmwareFile): boolean {
  return path === 'README.md' || text.slice(0, FIRST_LINES).includes(EDITABLE_NOTICE);
}

/** Whether the firmware knows what the chip must compute. */
export function isProven({ vectors }: ModelFacts): boolean {
  return vectors.every(({ outputs }) => outputs.length > 0);
}

/** Largest of several builds. */
export function arenaBytes(figures: readonly ArenaFigure[]): number {
  return Math.max(...figures.map(({ bytes }) => bytes));
}

/** Bytes that the golden vectors take in flash. */
export function vectorBytes({ vectors }: ModelFacts): number {
  return vectors
    .flatMap(({ inputs, outputs }) => [...inputs, ...outputs])
    .reduce((sum, { byteLength }) => sum + byteLength, 0);
}

/** An input or output whose integers stand for real numbers. */
export type Stepped<Tensor extends FirmwareTensor> = Tensor & {
  readonly element: SteppedDType;
  readonly quant: PerTensorQuant;
};

export function isStepped<Tensor extends FirmwareTensor>(tensor: Tensor): tensor is Stepped<Tensor> {
  return tensor.quant !== undefined;
}

/** The application sees real numbers there, and else the elements as they are. */
export function isReal(tensor: FirmwareTensor): boolean {
  return tensor.element === 'float32' || isStepped(tensor);
}

/** An input or output as firmware handles it; throws for types that it has no words for. */
export function firmwareTensor(
  role: 'input' | 'output',
  { name, dtype, shape, quant }: TensorFact,
): FirmwareTensor {
  const common = { name, shape, length: elementCount(shape) };
  if (dtype === 'float32' || dtype === 'bool') return { ...common, element: dtype };
  if (isSteppedDType(dtype) && quant?.scheme !== 'per-axis') {
    return { ...common, element: dtype, ...given({ quant: stepsOf({ dtype, ...given({ quant }) })?.quant }) };
  }
  throw unsupportedError(
    'firmware-io',
    `The model's ${role} ${JSON.stringify(name)} is ${dtype}${quant?.scheme === 'per-axis' ? ' with several scales' : ''}; firmware is written for float32, bool, and integers of 8, 16 and 32 bits.`,
    'Write the array alone with --style, or convert the model with int8 or float inputs and outputs.',
  );
}
