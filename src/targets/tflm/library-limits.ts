/**
 * What a library refuses, or computes otherwise than TensorFlow Lite Micro at commit 90b983c2, by operator, types and
 * shapes: one row for every operator, which conversions, warnings, checks and inspections all read. Operators that a
 * library lacks altogether are in `operators.ts`.
 */

import type { OperatorView } from '../../ir/outline.ts';
import type { TflmKind } from '../../ops/index.ts';
import { CODING_LIMITS } from './limits/coding.ts';
import { COMPARISON_LIMITS } from './limits/comparisons.ts';
import { CONTROL_LIMITS } from './limits/control.ts';
import { DETECTION_LIMITS } from './limits/detection.ts';
import { ELEMENTWISE_LIMITS } from './limits/elementwise.ts';
import { IMAGE_LIMITS } from './limits/images.ts';
import { type Limit, type LimitTable, type OperatorLimits, requireConstants } from './limits/limit.ts';
import { MOVEMENT_LIMITS } from './limits/movement.ts';
import { REDUCTION_LIMITS } from './limits/reductions.ts';
import { missingScales, nonFiniteConstants, senselessScales } from './limits/scales.ts';
import { hasTypes, type Signature, typesSentence } from './limits/signature.ts';
import { WEIGHTED_LIMITS } from './limits/weighted.ts';
import type { Library } from './operators.ts';

/** Every operator that TensorFlow Lite Micro has: a test holds it against the resolver's list. */
const LIMITS: LimitTable & Readonly<Record<Uppercase<TflmKind>, OperatorLimits>> = {
  ...CODING_LIMITS,
  ...COMPARISON_LIMITS,
  ...CONTROL_LIMITS,
  ...DETECTION_LIMITS,
  ...ELEMENTWISE_LIMITS,
  ...IMAGE_LIMITS,
  ...MOVEMENT_LIMITS,
  ...REDUCTION_LIMITS,
  ...WEIGHTED_LIMITS,
};

/** The row of an operator; undefined where nothing is known of it. */
export function limitsOf(operator: string): OperatorLimits | undefined {
  return Object.hasOwn(LIMITS, operator) ? LIMITS[operator] : undefined;
}

/** Of an operator that a library lacks, and what conversions for it write instead. */
export function lackingSentence(operator: string): string {
  const instead = limitsOf(operator)?.instead;
  const help =
    instead === undefined
      ? ''
      : `; "tinyml convert" with --library writes other operators in its place: ${instead}`;
  return `The library does not have it${help}.`;
}

function firstSentence(view: OperatorView, limits: readonly Limit[]): string | undefined {
  for (const limit of limits) {
    const sentence = limit(view);
    if (sentence !== undefined) return sentence;
  }
  return undefined;
}

const OF_LIBRARY: Readonly<Record<Library, (limits: OperatorLimits) => readonly Limit[]>> = {
  tflm: ({ tflm = [] }) => tflm,
  'arduino-tflm': ({ tflm = [], arduino = [] }) => [...tflm, ...arduino],
  chirale: ({ tflm = [], arduino = [], chirale = [] }) => [...tflm, ...arduino, ...chirale],
};

const TYPES_OF_LIBRARY: Readonly<Record<Library, (limits: OperatorLimits) => readonly Signature[]>> = {
  tflm: ({ types }) => types,
  'arduino-tflm': ({ types, arduinoTypes = types }) => arduinoTypes,
  chirale: ({ types, arduinoTypes = types, chiraleTypes = arduinoTypes }) => chiraleTypes,
};

/** What stands against an operator on a library. */
export interface Objection {
  /** One sentence. */
  readonly sentence: string;
  /** Nobody has shown what the library makes of it: it may run, but nothing promises that. */
  readonly unproven: boolean;
}

/** Errors of the interpreter that say what TFLM refuses or computes wrongly; the others are bounds of tinyml's own. */
const PROVEN: ReadonlySet<string> = new Set([
  'output-scale',
  'scales-differ',
  'shape-mismatch',
  'operand-count',
  'decode-header',
]);

function capitalized(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

function misfitObjection({ operator: { misfit } }: OperatorView): Objection | undefined {
  if (misfit === undefined) return undefined;
  const reason = misfit.reason.startsWith('has ') ? `it ${misfit.reason}` : misfit.reason;
  if (PROVEN.has(misfit.code)) return { sentence: `${capitalized(reason)}.`, unproven: false };
  return { sentence: `What it makes of this is not known: ${reason}.`, unproven: true };
}

/** The planner counts on one writer of each tensor; of two, one may find its memory given away. */
function overwriting({ outputs, overwritten: [position] = [] }: OperatorView): Objection | undefined {
  if (position === undefined) return undefined;
  const name = JSON.stringify(outputs[position].name);
  return {
    sentence: `What it makes of this is not known: it writes ${name}, which holds something already.`,
    unproven: true,
  };
}

function unwrittenOperand(
  { unread = [] }: OperatorLimits,
  { inputs, unwritten = [] }: OperatorView,
): string | undefined {
  const position = unwritten.find((at) => !unread.includes(at));
  return position === undefined
    ? undefined
    : `It reads ${JSON.stringify(inputs[position]?.name ?? '')}, which nothing has written.`;
}

function refusal(library: Library, limits: OperatorLimits, view: OperatorView): string | undefined {
  const types = TYPES_OF_LIBRARY[library](limits);
  if (!hasTypes(types, view)) {
    return firstSentence(view, limits.wrongTypes ?? []) ?? typesSentence(types, view);
  }
  return (
    firstSentence(view, OF_LIBRARY[library](limits)) ??
    requireConstants(limits.constants ?? {}, view) ??
    unwrittenOperand(limits, view) ??
    senselessScales(view) ??
    nonFiniteConstants(view) ??
    (limits.withoutScales ? undefined : missingScales(view))
  );
}

/**
 * Why `library` does not run the operator, or computes something else, or may; undefined where it runs it as it is meant.
 * What TensorFlow Lite Micro is known to refuse comes first, then what tinyml's own interpreter would not compute.
 */
export function libraryObjection(library: Library, view: OperatorView): Objection | undefined {
  const { name } = view.operator;
  const limits = limitsOf(name);
  if (limits === undefined) return { sentence: `What it makes of ${name} is not known.`, unproven: true };
  const sentence = refusal(library, limits, view);
  if (sentence !== undefined) return { sentence, unproven: false };
  return overwriting(view) ?? misfitObjection(view);
}

/**
 * One sentence on why a firmware with CMSIS-NN kernels refuses this operator, or stops at an assertion, where the
 * reference kernels run it; undefined where it does not. Nothing here depends on the chip.
 */
export function cmsisNnRefusal(view: OperatorView): string | undefined {
  return firstSentence(view, limitsOf(view.operator.name)?.cmsisNn ?? []);
}

/** Whether CMSIS-NN kernels compute other values than the reference kernels. */
export function differsInCmsisNn(view: OperatorView): boolean {
  return limitsOf(view.operator.name)?.cmsisNnDiffers?.(view) ?? false;
}
