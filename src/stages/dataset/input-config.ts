/** The inputs of a dataset with several, as the project file says them: each is one source and one preparation. */

import * as z from 'zod';
import { counted } from '../../core/figure-text.ts';
import { INPUT_ROWS } from '../../core/samples/preparation.ts';
import { elementCount } from '../../core/tensor.ts';
import { ATTACHED_FORMS, type AttachedForm, attachedShape } from '../../data/attached/attached-forms.ts';
import { stepSchema } from '../../data/preparing/index.ts';
import { MAX_VALUES } from '../../data/preparing/preparation.ts';
import { rateMisfit } from '../../data/preparing/rate-misfit.ts';

/** As a list, at least one. */
export const names = z.array(z.string().min(1)).min(1);

/** Steps of a preparation. */
export const preparing = z.array(stepSchema).max(32).default([]);

/** What generated C may be made of. */
export const endName = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9_]*$/, { error: 'letters, digits and _, a letter first' })
  .max(64);

const fields = {
  name: endName.describe(
    'What layers read it by, and what generated C calls it; one input alone is "input", as without "inputs".',
  ),
  rows: z
    .enum(INPUT_ROWS)
    .default('all')
    .describe('Of a window: all rows, or the last one alone, for what does not change along it.'),
  prepare: preparing.describe('What is done to it, as to a sample of one input.'),
};

const columnsSchema = z.strictObject({
  source: z.literal('columns').optional().describe('Left out: columns of the data themselves.'),
  ...fields,
  features: names.describe('The columns that it sees, in this order.'),
});

const recordingsSchema = z
  .strictObject({ ...ATTACHED_FORMS.wav, ...fields })
  .superRefine(({ format: { rate }, prepare }, context) => {
    const misfit = rateMisfit(prepare, rate);
    if (misfit === undefined) return;
    context.addIssue({
      code: 'custom',
      path: ['prepare', misfit.place, 'rate'],
      message: `the samples that reach this step have ${counted(misfit.rate, 'reading')} in a second`,
    });
  });

/** Columns, or files that a column names. */
export const inputSchema = z
  .discriminatedUnion('source', [
    columnsSchema,
    recordingsSchema,
    z.strictObject({ ...ATTACHED_FORMS.images, ...fields }),
    z.strictObject({ ...ATTACHED_FORMS.csv, ...fields }),
  ])
  .meta({ id: 'namedInput' });

/** What a project file says of one input. */
export type InputConfig = z.output<typeof inputSchema>;

/** The columns of the table that it is made of. */
export function columnsOfInput(input: InputConfig): readonly string[] {
  return 'column' in input ? [input.column] : input.features;
}

/** How the files of inputs are read that come of files; empty for a project of one input. */
export function attachedForms(inputs: readonly InputConfig[] = []): readonly AttachedForm[] {
  return inputs.filter((input) => 'column' in input);
}

/** Those of a model with several; one alone is what a project without "inputs" has: samples have no names. */
export function severalInputs(inputs: readonly InputConfig[] = []): readonly InputConfig[] | undefined {
  return inputs.length > 1 ? inputs : undefined;
}

/** Why `inputs` are none that one project can have; undefined where they are. */
export function inputsMisfit(inputs: readonly InputConfig[]): string | undefined {
  if (inputs.length === 1 && !('column' in inputs[0]))
    return 'one input of columns is "features" and "prepare" of the dataset';
  if (new Set(inputs.map(({ name }) => name)).size < inputs.length) return 'two of them have one name';
  const values = attachedForms(inputs).reduce((sum, form) => sum + elementCount(attachedShape(form)), 0);
  if (values > MAX_VALUES)
    return `the files of a row have ${counted(values, 'value')}, and ${MAX_VALUES} are the most`;
  const columns = inputs.flatMap((input) => ('column' in input ? [input.column] : []));
  const twice = inputs.flatMap(columnsOfInput).filter((name) => columns.includes(name));
  const shared = twice.find((name, index) => twice.indexOf(name) !== index);
  return shared === undefined
    ? undefined
    : `two of them read the column ${JSON.stringify(shared)}: give each a column of its own`;
}
