/** Methods of compression on a base network, once for each seed, and what rows say of them. */

import type { z } from 'zod';
import {
  type CompressedModel,
  type CompressionStep,
  compressModel,
} from '../../../src/models/compress/compress-model.ts';
import { compressionsSchema } from '../../../src/stages/training-config.ts';
import type { compressionSchema } from '../../../src/training/compress/index.ts';
import { median } from '../timing.ts';
import { BASES, type BaseName } from './bases.ts';

export const SEEDS = [1, 2, 3, 4, 5];

/** As a project file lists them. */
export type Methods = readonly z.input<typeof compressionSchema>[];

export async function compressed(base: BaseName, seed: number, methods: Methods): Promise<CompressedModel> {
  const { job, close } = await BASES[base](seed, compressionsSchema.parse(methods));
  try {
    return await compressModel(job, {});
  } finally {
    close();
  }
}

/** The whole of a list for each seed. */
export async function bySeeds(base: BaseName, methods: Methods): Promise<readonly CompressedModel[]> {
  const results: CompressedModel[] = [];
  for (const seed of SEEDS) results.push(await compressed(base, seed, methods));
  return results;
}

/** One figure of each seed: their median, and all of them as text. */
export interface Spread {
  readonly median: number;
  /** `96.50, 96.75, …` */
  readonly all: string;
}

export function spreadOf(values: readonly number[], digits = 2): Spread {
  return { median: median(values), all: values.map((value) => value.toFixed(digits)).join(', ') };
}

export const firstStep = ({ table }: CompressedModel): CompressionStep => table.steps[0];
export const lastStep = ({ table }: CompressedModel): CompressionStep => table.steps[table.steps.length - 1];

/** On the test split, in the units of the table: points of accuracy, or MSE. */
export function testFigure({ test }: CompressionStep, form: 'float' | 'converted' = 'converted'): number {
  return test?.[form] ?? Number.NaN;
}

/** How much the last int8 form has lost of what the first float one had, in the units of the table; below 0 it gained. */
export function lossOf(result: CompressedModel): number {
  const change = testFigure(firstStep(result), 'float') - testFigure(lastStep(result));
  return result.table.test?.higherIsBetter === false ? -change : change;
}
