/**
 * What a library refuses, or computes otherwise than TensorFlow Lite Micro at commit 90b983c2, by operator, types and
 * shapes: one row for every operator, which conversions, warnings, checks and inspections all read. Operators that a
 * library lacks altogether are in `operators.ts`.
 */

import type { OperatorView } from '../../ir/outline.ts';
import type { OpKind } from '../../ops/index.ts';
import { ELEMENTWISE_LIMITS } from './limits/elementwise.ts';
import { IMAGE_LIMITS } from './limits/images.ts';
import type { Limit, LimitTable, OperatorLimits } from './limits/limit.ts';
import { MOVEMENT_LIMITS } from './limits/movement.ts';
import { REDUCTION_LIMITS } from './limits/reductions.ts';
import { WEIGHTED_LIMITS } from './limits/weighted.ts';
import type { Library } from './operators.ts';

/** Operators that tinyml computes have a row; of others, those against which something is known. */
const LIMITS: LimitTable & Readonly<Record<Uppercase<OpKind>, OperatorLimits>> = {
  ...ELEMENTWISE_LIMITS,
  ...IMAGE_LIMITS,
  ...MOVEMENT_LIMITS,
  ...REDUCTION_LIMITS,
  ...WEIGHTED_LIMITS,
};

function limitsOf({ operator: { name } }: OperatorView): OperatorLimits {
  return Object.hasOwn(LIMITS, name) ? LIMITS[name] : {};
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

/**
 * One sentence why `library` does not run the operator, or computes something else, or may; undefined where nothing is
 * known against it.
 */
export function libraryRefusal(library: Library, view: OperatorView): string | undefined {
  return firstSentence(view, OF_LIBRARY[library](limitsOf(view)));
}

/**
 * One sentence on why a firmware with CMSIS-NN kernels refuses this operator, or stops at an assertion, where the
 * reference kernels run it; undefined where it does not. Nothing here depends on the chip.
 */
export function cmsisNnRefusal(view: OperatorView): string | undefined {
  return firstSentence(view, limitsOf(view).cmsisNn ?? []);
}

/** Whether CMSIS-NN kernels compute other values than the reference kernels. */
export function differsInCmsisNn(view: OperatorView): boolean {
  return limitsOf(view).cmsisNnDiffers?.(view) ?? false;
}
