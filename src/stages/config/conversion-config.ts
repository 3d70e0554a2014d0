/**
 * The sections of the project file that say how a float model becomes a `.tflite` file. All that converting a file needs of a
 * project, so this loads nothing of data and training.
 */

import * as z from 'zod';
import { END_TYPES, MODEL_TYPES } from '../../core/model-type.ts';
import { BUDGET_PATTERN } from '../../models/quantize/int4/weights-budget.ts';
import { METHOD_NAMES, type MethodName, RECIPE_NAMES, rivalry } from '../../models/quantize/method-names.ts';
import { LIBRARIES } from '../../targets/tflm/operators.ts';

/** A recipe of quantization by name, or its methods. */
export const recipeSchema = z
  .union([z.enum(RECIPE_NAMES), z.array(z.enum(METHOD_NAMES))])
  .refine((recipe) => typeof recipe === 'string' || rivalry(recipe) === undefined, {
    error: ({ input }) => `${rivalry(input as MethodName[])}; leave one of them out`,
  });

/** The `quantization` section. */
export const quantizationSchema = z.strictObject({
  samples: z
    .int()
    .positive()
    .default(500)
    .describe('Training samples that calibration runs, or all where there are fewer.'),
  densePerChannel: z
    .boolean()
    .default(false)
    .describe(
      'One weight scale per unit of Dense layers: finer, but older TensorFlow Lite Micro libraries compute it wrongly.',
    ),
  method: recipeSchema
    .default('default')
    .describe(
      'How float32 becomes int8: default, fast, tensorflow (the numbers of its converter), or a list of methods.',
    ),
  int16: z
    .array(z.string())
    .optional()
    .describe('Layers of an int8 model that compute in int16, joined to the others by QUANTIZE.'),
  int4: z
    .array(z.string())
    .optional()
    .describe(
      'Layers of an int8 model whose weights get 4 bits: half the bytes, unpacked at each inference.',
    ),
  weightsBudget: z
    .string()
    .regex(BUDGET_PATTERN, { error: 'must be a loss such as "3dB", or a share of bytes such as "0.6x"' })
    .optional()
    .describe(
      'Chooses layers whose weights get 4 bits: "3dB" less signal to noise than int8 at most, or "0.6x" of the bytes of its weights.',
    ),
});

/** The `conversion` section. */
export const conversionSchema = z.strictObject({
  type: z
    .enum(MODEL_TYPES)
    .default('int8')
    .describe('What the .tflite file computes in; int16x8: int16 activations and int8 weights.'),
  io: z
    .enum(END_TYPES)
    .default('int8')
    .describe(
      'Type of the inputs and outputs: int8, or int16 where the layers there compute in that; float adds QUANTIZE and DEQUANTIZE.',
    ),
  library: z
    .enum(LIBRARIES)
    .default('tflm')
    .describe(
      'The library that will run an int8 model: for the Arduino libraries, whose MEAN may be off by one, means become AVERAGE_POOL_2D.',
    ),
  lut: z
    .boolean()
    .default(false)
    .describe(
      'Weights of few values become look-up tables where that makes the file smaller, as clustering makes them: the same outputs, a larger arena, and only TensorFlow Lite Micro of 2025 or later runs them.',
    ),
});

export type QuantizationConfig = z.output<typeof quantizationSchema>;
export type ConversionConfig = z.output<typeof conversionSchema>;

/** Both of a project, with their defaults. */
export interface ConversionSettings {
  readonly quantization: QuantizationConfig;
  readonly conversion: ConversionConfig;
}

/** What they are where there is no project file. */
export function defaultConversion(): ConversionSettings {
  return { quantization: quantizationSchema.parse({}), conversion: conversionSchema.parse({}) };
}
