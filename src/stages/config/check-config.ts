/** The `check` section of a project file: limits. */

import * as z from 'zod';
import { bigCount, byteSize } from '../../core/sizes/size-schemas.ts';
import { DEFAULT_ARENA_TARGET } from '../../planner/arena-plan.ts';
import { TARGETS } from '../../planner/target.ts';
import { LIBRARIES } from '../../targets/tflm/operators.ts';

/** Of a score between 0 and 1 of the converted model on the test split. */
function least(score: string) {
  return z
    .number()
    .min(0)
    .max(1)
    .optional()
    .describe(`The least ${score} of the converted model on the test split, of classes or anomalies.`);
}

const qualityFields = {
  minAccuracy: z.number().min(0).max(1).optional().describe('The least share of right decisions.'),
  maxAccuracyDrop: z
    .number()
    .min(0)
    .max(1)
    .optional()
    .describe("The most by which the converted model's accuracy may be below the float model's."),
  minBalancedAccuracy: least('mean recall of the classes'),
  minF1: least('F1, of two classes that of the second'),
  minAuc: least('area under the ROC curve'),
  minAveragePrecision: least('average precision'),
  minSqnr: z
    .number()
    .optional()
    .describe("The least signal to noise of the converted model's outputs against the float model's, in dB."),
  mse: z
    .number()
    .nonnegative()
    .optional()
    .describe(
      "The most mean squared error of the converted model's outputs on the test split of a regression.",
    ),
  mae: z
    .number()
    .nonnegative()
    .optional()
    .describe(
      "The most mean absolute error of the converted model's outputs on the test split of a regression.",
    ),
  r2: z
    .number()
    .optional()
    .describe("The least R² of the converted model's outputs on the test split of a regression."),
};

export const checkSchema = z.strictObject({
  flash: byteSize()
    .optional()
    .describe(
      'The most bytes the model array, or the constants of standalone-c, may take; the code comes on top.',
    ),
  ram: byteSize()
    .optional()
    .describe(
      'The most bytes the tensor arena and the objects of the runtime, or the buffer and state of standalone-c, may take; stack and application come on top.',
    ),
  arena: byteSize()
    .optional()
    .describe('The most bytes the tensor arena, or the buffer of standalone-c, may need.'),
  maxMacs: bigCount().optional().describe('The most multiply-accumulates of one inference.'),
  maxDuty: z
    .number()
    .min(0)
    .max(1)
    .optional()
    .describe(
      'The most of its time in which a chip listens that runs C without an interpreter, every instruction counted as a cycle of "clock".',
    ),
  clock: bigCount()
    .refine((cycles) => cycles > 0, 'must be above 0')
    .optional()
    .describe('Cycles of the chip in a second, for "maxDuty": "64M".'),
  ...qualityFields,
  outputs: z
    .record(z.string(), z.strictObject(qualityFields))
    .optional()
    .describe(
      'Of a dataset with "outputs", by their names: limits of each, in place of those of scores here.',
    ),
  opsFor: z.enum(LIBRARIES).optional().describe('The library that must have every operator.'),
  target: z
    .enum(TARGETS)
    .default(DEFAULT_ARENA_TARGET)
    .describe(
      'What flash, arena and ram are computed for: a build of TensorFlow Lite Micro, or C without an interpreter.',
    ),
});

/** What the scores of one output may be limited by. */
export type QualityLimit = keyof typeof qualityFields;
/** All of them. */
export const QUALITY_NAMES = Object.keys(qualityFields) as readonly QualityLimit[];
