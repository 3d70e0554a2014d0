/** What a row of the architecture table is made of, and the knobs that several have. */

import * as z from 'zod';
import type { Shape } from '../../core/tensor.ts';
import type { LayerInput } from '../layer-table.ts';
import { MAX_UNITS } from '../layers/layer.ts';

/** What a network is to do, and how many numbers it gives: one for each target or class, of two classes one in all. */
export interface NetworkOutput {
  readonly task: 'regression' | 'classification' | 'anomaly';
  readonly units: number;
}

/** What is built of so many units or filters: as many, or those that a width leaves of them; at least one. */
export type Scale = (units: number) => number;

export interface Architecture<Schema extends z.ZodObject> {
  /** Its name as the literal of `architecture`, and its knobs. */
  readonly schema: Schema;
  /** `input`: it gives its input again, for the task anomaly alone; the others predict targets. */
  readonly learns: 'targets' | 'input';
  /** Of knobs that exclude each other: the one that is too much, and why. */
  conflict?(options: z.output<Schema>): { readonly path: [string]; readonly message: string } | undefined;
  /** From input to output. `input` is the shape of one sample; throws an input error for one that it cannot take. */
  layers(options: z.output<Schema>, input: Shape, output: NetworkOutput, scale: Scale): LayerInput[];
}

export function defineArchitecture<Schema extends z.ZodObject>(
  row: Architecture<Schema>,
): Architecture<Schema> {
  return row;
}

export function architectureSchema<Name extends string, Knobs extends z.ZodRawShape>(
  name: Name,
  summary: string,
  knobs: Knobs,
) {
  return z.strictObject({ architecture: z.literal(name).describe(summary), ...knobs });
}

export const count = z.int().min(1).max(MAX_UNITS);

/** One for each of up to 64 layers. */
export const counts = z.array(count).min(1).max(64);

/** Of windows over time. */
export const timePadding = z
  .enum(['same', 'valid'])
  .optional()
  .describe(
    'same (where nothing is said): zeros around the input; valid: windows stay inside, so that a network that listens all the time can reuse what it computed.',
  );

export const dropout = z
  .number()
  .min(0)
  .lt(1)
  .default(0)
  .describe('The share of elements that training sets to 0 before the output, against overfitting.');
