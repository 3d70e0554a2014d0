/**
 * What is wrong with a model although it can be read: operators that TensorFlow Lite Micro refuses or computes otherwise
 * than its author expects. Facts about TFLM are those of commit 90b983c2.
 */

import { cmsisDiffers, cmsisRefuses, perChannelDense } from './warnings/build-warnings.ts';
import { compressed, offlinePlan, unaligned } from './warnings/file-warnings.ts';
import { custom, flex } from './warnings/foreign-warnings.ts';
import type { ModelWarning, Rule, WarningFacts } from './warnings/model-warning.ts';
import { coarseInput, coarseLogits, fixedOutput } from './warnings/scale-warnings.ts';
import { diverged, emptyTensors, misfits, missingBias, unsized } from './warnings/tensor-warnings.ts';
import { float16, hybrid, unsigned } from './warnings/type-warnings.ts';

const RULES: readonly Rule[] = [
  diverged,
  misfits,
  hybrid,
  float16,
  unsigned,
  compressed,
  fixedOutput,
  missingBias,
  unsized,
  emptyTensors,
  flex,
  custom,
  perChannelDense,
  cmsisRefuses,
  cmsisDiffers,
  unaligned,
  coarseInput,
  coarseLogits,
  offlinePlan,
];

/** The gravest first. */
export function modelWarnings(facts: WarningFacts): readonly ModelWarning[] {
  return RULES.flatMap((rule) => rule(facts));
}
