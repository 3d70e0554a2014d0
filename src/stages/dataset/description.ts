/** What a dataset of files says of itself: `dataset.json`. Generated ones have none. */

import * as z from 'zod';
import { CHECKS, type Finding } from '../../data/checks/finding.ts';
import { TASKS } from '../../models/score/tasks.ts';

export const DESCRIPTION_FILE = 'dataset.json';
/** What the checks of the data found. */
export const CHECKS_FILE = 'checks.json';

const count = z.int().nonnegative();
const partSchema = z.object({
  samples: count,
  /** Of every class, where there are classes. */
  classes: z.array(count).optional(),
});

const outputSchema = z.object({
  name: z.string(),
  task: z.enum(['regression', 'classification']),
  targets: z.array(z.string()),
  /** Numbers of a target. */
  size: z.int().positive(),
  classes: z.array(z.string()).optional(),
});

const schema = z.object({
  /** Absent where there are several outputs, each with its own. */
  task: z.enum(TASKS).optional(),
  source: z.string(),
  /** Columns that the network sees, in their order. */
  features: z.array(z.string()),
  targets: z.array(z.string()),
  classes: z.array(z.string()).optional(),
  /** In the order in which a target has their numbers; absent for one. */
  outputs: z.array(outputSchema).optional(),
  /** Of one sample as it was measured. */
  measuredShape: z.array(z.int()),
  /** Rows that were read, and those of them that were left out because something was missing in them. */
  rows: count,
  dropped: count,
  /** Rows or files that could not be read. */
  skipped: count,
  parts: z.object({ train: partSchema, validation: partSchema, test: partSchema }),
});

export type DatasetDescription = z.infer<typeof schema>;
export type DescribedOutput = z.infer<typeof outputSchema>;

export function parseDescription(text: string): DatasetDescription {
  return schema.parse(JSON.parse(text));
}

export function parseFindings(text: string): readonly Finding[] {
  return z.array(z.object({ check: z.enum(CHECKS), sentence: z.string() })).parse(JSON.parse(text));
}
