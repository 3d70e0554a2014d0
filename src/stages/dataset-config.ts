/** The `dataset` section of a project file: generators, and files of the user. */

import * as z from 'zod';
import { counted } from '../core/figure-text.ts';
import { NORMALIZATIONS } from '../data/normalization.ts';
import { MAX_INPUTS } from '../data/preparing/preparation.ts';
import { rateMisfit } from '../data/preparing/rate-misfit.ts';
import { CLASS_PLACES } from '../data/samples/classes.ts';
import { MISSING_POLICIES } from '../data/samples/missing.ts';
import { SOURCES } from '../data/sources/index.ts';
import { COLUMN_KINDS } from '../data/sources/row-source.ts';
import { SOURCE_NAMES, type SourceName } from '../data/sources/source-names.ts';
import { TASKS } from '../models/score/tasks.ts';
import {
  attachedForms,
  endName,
  type InputConfig,
  inputSchema,
  inputsMisfit,
  names,
  preparing,
  severalInputs,
} from './dataset/input-config.ts';

const share = z.number().gt(0).lt(1);

const shareFields = {
  train: share.describe('Share of the samples that training learns from.'),
  validation: share.describe('Share that chooses the best epoch.'),
  test: share.describe('Share that is kept for "tinyml evaluate".'),
};

type Shares = Readonly<Record<keyof typeof shareFields, number>>;

function addUp({ train, validation, test }: Shares): boolean {
  return Math.abs(train + validation + test - 1) < 1e-9;
}

const ADD_UP = { error: 'the three shares must add up to 1' };
const DEFAULT_SHARES = { train: 0.6, validation: 0.2, test: 0.2 };

const split = z.strictObject(shareFields).refine(addUp, ADD_UP).default(DEFAULT_SHARES);

const normalization = z
  .enum(NORMALIZATIONS)
  .default('none')
  .describe(
    'standard: every channel of the input gets mean 0 and standard deviation 1 over the training split; exported firmware does the same.',
  );

const sineSchema = z.strictObject({
  source: z.literal('sine').describe('y = sin(x)·√x + noise, for x drawn evenly from the range.'),
  samples: z.int().min(5).max(10_000_000).default(5000).describe('Samples in all.'),
  noise: z.number().min(0).default(0.5).describe('Standard deviation of the noise.'),
  range: z
    .tuple([z.number().min(0), z.number()])
    .refine(([low, high]) => low < high, { error: 'the first number must be below the second' })
    .default([0, 15])
    .describe('Where x lies: from the first number up to, but not including, the second.'),
  normalization,
  split,
});

const motionSchema = z.strictObject({
  source: z
    .literal('motion')
    .describe(
      'Windows [64, 3] of an accelerometer, in g, with one of four gestures: idle, shake, clockwise, counterclockwise.',
    ),
  samples: z.int().min(20).max(100_000).default(3000).describe('Samples in all.'),
  noise: z.number().min(0).default(0.2).describe('Standard deviation of the noise on every reading, in g.'),
  normalization,
  split,
});

/** As a list. */
export function asNames(name: string | readonly string[]): readonly string[] {
  return typeof name === 'string' ? [name] : name;
}

const paths = z.union([z.string().min(1), names]);

const windowSchema = z.strictObject({
  length: z.int().min(1).max(1_000_000).describe('Rows in one sample.'),
  stride: z
    .int()
    .min(1)
    .max(1_000_000)
    .describe('Rows from the beginning of a window to that of the next; equal to the length, none overlap.'),
});

const missingSchema = z.strictObject({
  codes: z.array(z.number()).default([]).describe('Numbers that stand for a missing value, such as -200.'),
  policy: z
    .enum(MISSING_POLICIES)
    .default('drop')
    .describe(
      'drop leaves out rows in which something is missing; previous takes the value of the row before it; keep leaves it to the step "fill".',
    ),
});

/** How files are divided; the generators' samples are drawn at random already. */
const SPLIT_WAYS = ['stratified', 'random', 'group', 'time', 'head', 'every'] as const;

const fileSplitSchema = z
  .strictObject({
    by: z
      .enum(SPLIT_WAYS)
      .default('stratified')
      .describe(
        'stratified: every class in every part alike. group: what has the same "group" stays together (by default that of one file). time: training on the earliest, the test on the latest. head: training and validation on the first "rows" of every recording, the test on the others. every: of "every" samples one is test and the next one validation.',
      ),
    ...shareFields,
    rows: z.int().min(1).optional().describe('Of "head": how many rows of every recording are for training.'),
    every: z.int().min(3).max(1000).optional().describe('Of "every": every which sample is for the test.'),
  })
  .refine(addUp, ADD_UP)
  .refine(({ by, rows }) => (by === 'head') === (rows !== undefined), {
    error: 'belongs to "by": "head", which needs it',
    path: ['rows'],
  })
  .refine(({ by, every }) => (by === 'every') === (every !== undefined), {
    error: 'belongs to "by": "every", which needs it',
    path: ['every'],
  })
  .meta({ id: 'fileSplit' });

/** More are tables of numbers, which one output gives. */
const MAX_OUTPUTS = 16;

const outputSchema = z
  .strictObject({
    name: endName.describe('The layer that makes it has this name, and generated C calls it so.'),
    task: z
      .enum(['regression', 'classification'])
      .describe('Whether it predicts numbers or decides between classes.'),
    target: z.union([z.string().min(1), names]).describe('The column of its classes, or columns of numbers.'),
  })
  .refine(({ task, target }) => task === 'regression' || asNames(target).length === 1, {
    error: 'a class stands in one column',
    path: ['target'],
  })
  .meta({ id: 'namedOutput' });

const fileFields = {
  path: paths.describe('The files, or a folder of them, from the folder of this file on.'),
  test: paths
    .optional()
    .describe('Files for the test alone; those of "path" are then divided into training and validation.'),
  skipBad: z
    .int()
    .min(0)
    .default(0)
    .describe('How many rows or files that cannot be read are left out, and said to be.'),
  columns: z
    .record(z.string(), z.enum(COLUMN_KINDS))
    .optional()
    .describe('What columns hold; those that are not named here are what they look like.'),
  features: names
    .optional()
    .describe('Columns that the network sees, in this order; by default all that have no other role.'),
  inputs: z
    .array(inputSchema)
    .min(1)
    .max(MAX_INPUTS)
    .optional()
    .describe(
      'In place of "features" and "prepare": the inputs of a model with several, which layers read by name. Each sees columns, or the files that a column names; one that sees files may be alone.',
    ),
  target: z
    .union([z.string().min(1), names])
    .optional()
    .describe('The column to be predicted, or several of numbers.'),
  outputs: z
    .array(outputSchema)
    .min(2)
    .max(MAX_OUTPUTS)
    .optional()
    .describe(
      'In place of "target" and "task": the outputs of a model with several, each made by the layer of its name.',
    ),
  classFrom: z
    .enum(CLASS_PLACES)
    .optional()
    .describe(
      'Where the class is written if in no column: the name of the folder, or of the file up to its first dot.',
    ),
  ignore: names.optional().describe('Columns that the network does not see, and that are not in "features".'),
  group: z
    .string()
    .min(1)
    .optional()
    .describe('The column that says what belongs together: a recording, a person, an engine.'),
  time: z.string().min(1).optional().describe('The column that says when a row was measured.'),
  task: z
    .enum(TASKS)
    .optional()
    .describe('Predicting numbers, deciding between classes, or telling what is unlike everything normal.'),
  normal: names.optional().describe('Of the task anomaly: the classes that are normal.'),
  missing: missingSchema.prefault({}),
  recordingRows: z
    .int()
    .min(2)
    .optional()
    .describe('Where a file holds recordings of equal length one after another: the rows of each.'),
  baseline: z
    .int()
    .min(2)
    .optional()
    .describe('Every recording gets mean 0 and standard deviation 1 in its own first rows: so many of them.'),
  window: windowSchema.optional().describe('Makes one sample of several rows of a recording.'),
  prepare: preparing.describe(
    'What is done to samples, in this order, measured on the training split; the firmware does the same.',
  ),
  split: fileSplitSchema.prefault(DEFAULT_SHARES),
  strict: z
    .boolean()
    .default(false)
    .describe('Whether what the checks of the data find ends the command; otherwise it is a warning.'),
};

interface InputsConfig {
  readonly inputs?: readonly InputConfig[] | undefined;
  readonly features?: unknown;
  readonly prepare: readonly unknown[];
  readonly task?: string | undefined;
}

/** What samples of several inputs cannot have beside them. */
function besideInputs({ inputs, features, prepare, task }: InputsConfig): string | undefined {
  if (inputs === undefined) return undefined;
  if (features !== undefined) return 'features';
  if (prepare.length > 0) return 'prepare';
  return task === 'anomaly' && severalInputs(inputs) !== undefined ? 'task' : undefined;
}

interface LearnedConfig {
  readonly outputs?: readonly { readonly name: string }[] | undefined;
  readonly target?: unknown;
  readonly classFrom?: unknown;
  readonly task?: string | undefined;
}

interface RolesConfig {
  readonly inputs?: readonly InputConfig[] | undefined;
  readonly target?: string | readonly string[] | undefined;
  readonly outputs?: readonly { readonly target: string | readonly string[] }[] | undefined;
  readonly group?: string | undefined;
  readonly time?: string | undefined;
}

/** A column of file names is an array to all others: it has no second role. */
function besideFiles({ inputs, target = [], outputs = [], group, time }: RolesConfig) {
  const columns = attachedForms(inputs).map(({ column }) => column);
  const roles = {
    target: [target].flat(),
    outputs: outputs.flatMap((output) => output.target),
    group: [group],
    time: [time],
  };
  const found = Object.entries(roles).find(([, said]) =>
    said.some((name) => name !== undefined && columns.includes(name)),
  );
  return found?.[0];
}

/** What is wrong with what is to be learned: of one output it stands beside the features, of several in each. */
function learnedFault({ outputs, target, classFrom, task }: LearnedConfig) {
  if (outputs !== undefined) {
    const [beside] = Object.entries({ target, classFrom, task }).flatMap(([name, value]) =>
      value === undefined ? [] : [name],
    );
    if (beside !== undefined) return { path: [beside], message: 'every one of the "outputs" has its own' };
    const isNamedTwice = new Set(outputs.map(({ name }) => name)).size < outputs.length;
    return isNamedTwice ? { path: ['outputs'], message: 'two of them have one name' } : undefined;
  }
  if (task === undefined) return { path: ['task'], message: `say what is learned: ${TASKS.join(', ')}` };
  if ((target === undefined) !== (classFrom === undefined)) return undefined;
  return {
    path: ['target'],
    message: 'name the column to be learned here, or where else the class is written in "classFrom"',
  };
}

type Format = Readonly<Record<string, unknown>>;

/** One for every kind of files. */
function sourceSchema(name: SourceName) {
  const { summary, format } = SOURCES[name];
  return z
    .strictObject({
      source: z.literal(name).describe(summary),
      ...fileFields,
      format: (format as z.ZodType<Format, Format>).prefault({}),
    })
    .superRefine((config, context) => {
      const fault = learnedFault(config);
      if (fault !== undefined) context.addIssue({ code: 'custom', ...fault });
    })
    .refine(({ task, normal }) => (task === 'anomaly') === (normal !== undefined), {
      error: 'belongs to the task "anomaly", which needs it',
      path: ['normal'],
    })
    .refine(({ task, classFrom }) => task !== 'regression' || classFrom === undefined, {
      error: 'numbers to be predicted stand in columns: name them in "target"',
      path: ['classFrom'],
    })
    .superRefine((config, context) => {
      const message = inputsMisfit(config.inputs ?? []);
      if (message !== undefined) context.addIssue({ code: 'custom', path: ['inputs'], message });
      const role = besideFiles(config);
      if (role === undefined) return;
      context.addIssue({
        code: 'custom',
        path: [role],
        message: 'it is the column that names the files of an input: give the table a copy of it for this',
      });
    })
    .superRefine((config, context) => {
      const beside = besideInputs(config);
      if (beside === undefined) return;
      context.addIssue({
        code: 'custom',
        path: [beside],
        message:
          beside === 'task'
            ? 'an anomaly is what one input is not given again: leave "inputs" out'
            : 'every one of the "inputs" has its own',
      });
    })
    .superRefine(({ format: { rate }, prepare }, context) => {
      const misfit = typeof rate === 'number' ? rateMisfit(prepare, rate) : undefined;
      if (misfit === undefined) return;
      context.addIssue({
        code: 'custom',
        path: ['prepare', misfit.place, 'rate'],
        message: `the samples that reach this step have ${counted(misfit.rate, 'reading')} in a second`,
      });
    });
}

/** The `dataset` section. */
export const datasetSchema = z.discriminatedUnion('source', [
  sineSchema,
  motionSchema,
  ...SOURCE_NAMES.map(sourceSchema),
]);

export type DatasetConfig = z.output<typeof datasetSchema>;
/** Samples that tinyml makes itself. */
export type GeneratedConfig = Extract<DatasetConfig, { readonly source: 'sine' | 'motion' }>;
/** What a project file may say of files of the user. */
export type FilesInput = Extract<z.input<typeof datasetSchema>, { readonly source: SourceName }>;
/** Samples from files of the user. */
export type FilesConfig = Extract<DatasetConfig, { readonly source: SourceName }>;

/** Whether samples are made, and not read. */
export function isGenerated(dataset: DatasetConfig): dataset is GeneratedConfig {
  return dataset.source === 'sine' || dataset.source === 'motion';
}
