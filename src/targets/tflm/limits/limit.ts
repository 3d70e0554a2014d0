/** How limits are written down: a test of one operator with its tensors, and the sentence that says what is wrong. */

import { elementCount } from '../../../core/tensor.ts';
import type { OperatorView, OutlineTensor } from '../../../ir/outline.ts';
import type { Signature } from './signature.ts';

/** One sentence where the operator breaks the limit. */
export type Limit = (view: OperatorView) => string | undefined;

/**
 * What is known of an operator, by who runs it: the types and constants that Prepare and Eval take, as read in their
 * source, and everything else that is known against it. What has no row here, nobody has proven.
 */
export interface OperatorLimits {
  /** Types of operands and outputs that go together in TensorFlow Lite Micro at commit 90b983c2. */
  readonly types: readonly Signature[];
  /** Where both Arduino libraries take less. */
  readonly arduinoTypes?: readonly Signature[];
  /** Where Chirale_TensorFLowLite takes less still. */
  readonly chiraleTypes?: readonly Signature[];
  /** Sentences that say more of wrong types than the signatures do. */
  readonly wrongTypes?: readonly Limit[];
  /** Operands, by position in the file, which Prepare refuses where they are computed; as TFLM calls them. */
  readonly constants?: Readonly<Record<number, string>>;
  /** Operands, by position, that no library ever reads, because the shapes say the same. */
  readonly unread?: readonly number[];
  /** Elements are only moved, compared or written: what they stand for plays no part. */
  readonly withoutScales?: true;
  /** What conversions for a library without the operator write in its place: `FULLY_CONNECTED, in int8`. */
  readonly instead?: string;
  /** Of TensorFlow Lite Micro at commit 90b983c2, and of every library made of it. */
  readonly tflm?: readonly Limit[];
  /** Of its CMSIS-NN kernels, besides: read off the checks in micro/kernels/cmsis_nn. */
  readonly cmsisNn?: readonly Limit[];
  /** Where its CMSIS-NN kernel computes other values than the reference kernel; seen on an emulated Cortex-M4. */
  readonly cmsisNnDiffers?: (view: OperatorView) => boolean;
  /** Of both Arduino libraries, which are older snapshots: run on an emulated Cortex-M4, or plain in their source. */
  readonly arduino?: readonly Limit[];
  /** Of Chirale_TensorFLowLite, whose snapshot is older still. */
  readonly chirale?: readonly Limit[];
}

/** A row for each builtin operator, by its name in the schema. */
export type LimitTable = Readonly<Record<string, OperatorLimits>>;

export function says(holds: (view: OperatorView) => boolean, sentence: string): Limit {
  return (view) => (holds(view) ? sentence : undefined);
}

export function dtypeOf({ inputs: [input] }: OperatorView): string | undefined {
  return input?.dtype;
}

export function is(...dtypes: readonly string[]): (view: OperatorView) => boolean {
  return (view) => dtypes.includes(dtypeOf(view) ?? '');
}

export function both(
  ...conditions: readonly ((view: OperatorView) => boolean)[]
): (view: OperatorView) => boolean {
  return (view) => conditions.every((condition) => condition(view));
}

export function rankOf(tensor: OutlineTensor | undefined): number {
  return tensor?.shape.length ?? 0;
}

/** Of the first operand. */
export function rankAbove(most: number): (view: OperatorView) => boolean {
  return ({ inputs: [input] }) => rankOf(input) > most;
}

export function hasBatch({ inputs: [input] }: OperatorView): boolean {
  return (input?.shape[0] ?? 1) > 1;
}

function sameShape(first: OutlineTensor | undefined, second: OutlineTensor | undefined): boolean {
  return first?.shape.join() === second?.shape.join();
}

/** Two operands of different shapes and one of more dimensions than `most`. */
export function broadcastsAbove(most: number): (view: OperatorView) => boolean {
  return ({ inputs: [first, second] }) =>
    Math.max(rankOf(first), rankOf(second)) > most && !sameShape(first, second);
}

/** Input and output have other scales or zero points. */
export function rescales({ inputs: [input], outputs: [output] }: OperatorView): boolean {
  const [before, after] = [input?.quantization, output?.quantization];
  if (before === undefined || after === undefined || input?.dtype === 'float32') return false;
  return Math.abs(before.scales[0] - after.scales[0]) > 1e-6 || before.zeroPoints[0] !== after.zeroPoints[0];
}

/** Whether the output has more elements than the input. */
export function grows({ inputs: [input], outputs: [output] }: OperatorView): boolean {
  return (
    input !== undefined && output !== undefined && elementCount(output.shape) > elementCount(input.shape)
  );
}

export function biasIs(dtype: string): (view: OperatorView) => boolean {
  return (view) => view.inputs[2]?.dtype === dtype;
}

export function isPerChannel({ inputs: [, weights] }: OperatorView): boolean {
  return (weights?.quantization?.scales.length ?? 0) > 1;
}

export function operandsOf({ inputs, outputs }: OperatorView): readonly OutlineTensor[] {
  return [...inputs, ...outputs].filter((tensor) => tensor !== undefined);
}

function isOffset(tensor: OutlineTensor | undefined): boolean {
  return tensor?.dtype === 'int16' && (tensor.quantization?.zeroPoints[0] ?? 0) !== 0;
}

/** CMSIS-NN knows int16 with zero point 0 only. */
export function symmetricInt16(
  tensorsOf: (view: OperatorView) => readonly (OutlineTensor | undefined)[],
): Limit {
  return (view) =>
    tensorsOf(view).some(isOffset)
      ? `The CMSIS-NN kernel of ${view.operator.name} wants zero point 0 of int16 tensors.`
      : undefined;
}

/** CMSIS-NN describes a tensor by four extents. */
const CMSIS_NN_RANK = 4;

export function withinFourAxes(
  tensorsOf: (view: OperatorView) => readonly (OutlineTensor | undefined)[],
  applies: (view: OperatorView) => boolean = () => true,
): Limit {
  return (view) => {
    const rank = Math.max(...tensorsOf(view).map(rankOf));
    if (!applies(view) || rank <= CMSIS_NN_RANK) return undefined;
    return `The CMSIS-NN kernel of ${view.operator.name} takes at most ${CMSIS_NN_RANK} dimensions, and here are ${rank}.`;
  };
}

/** One sentence where an operand that Prepare reads is computed. */
export function requireConstants(
  names: Readonly<Record<number, string>>,
  { operator, inputs }: OperatorView,
): string | undefined {
  for (const [position, name] of Object.entries(names)) {
    const tensor = inputs[Number(position)];
    if (tensor !== undefined && tensor.storage !== 'constant') {
      return `Its ${operator.name} wants constant ${name}, and here they are computed.`;
    }
  }
  return undefined;
}
