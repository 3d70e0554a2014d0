/** The project file `tinyml.config.json`: one schema, its defaults (the sine project), and its errors. */

import * as z from 'zod';
import { inputError, type TinymlError } from '../core/errors.ts';
import { isJsonObject, type JsonObject } from '../core/json.ts';
import { jsonLine } from '../core/json-line.ts';
import { HUFFMAN_TIMES, OPTIMIZE_GOALS } from '../targets/c/optimize.ts';
import { BOARDS } from '../targets/c/project/board.ts';
import { C_ARRAY_STYLES } from '../targets/c-array/array-style.ts';
import { checkSchema } from './config/check-config.ts';
import { type ConfigFault, configFault } from './config/config-errors.ts';
import { CONFIG_FILE } from './config/config-file.ts';
import { conversionSchema, quantizationSchema } from './config/conversion-config.ts';
import { datasetSchema } from './dataset-config.ts';
import { inputsFault } from './ends/several-inputs.ts';
import { outputsFault } from './ends/several-outputs.ts';
import { modelSchema } from './model/model-config.ts';
import { streamSchema } from './stream/stream-config.ts';
import { trainingSchema } from './training-config.ts';

/** What a project exports. */
const EXPORT_LAYOUTS = ['array', 'arduino', 'tflm', 'standalone'] as const;

const exportSchema = z.strictObject({
  layout: z
    .enum(EXPORT_LAYOUTS)
    .default('array')
    .describe(
      'array: the model as a C array. arduino: a complete sketch with a self-test. tflm: a tree for the build of TensorFlow Lite Micro. standalone: C that computes the model without any library, with a self-test.',
    ),
  style: z
    .enum(C_ARRAY_STYLES)
    .default('tflm')
    .describe('tflm: model_data.cc and .h; arduino: model.cpp and .h.'),
  board: z
    .enum(BOARDS)
    .optional()
    .describe(
      'Of the layout standalone: what is put around the sources, so that the folder builds as it is; by default a main.c for any machine.',
    ),
  optimize: z
    .enum(OPTIMIZE_GOALS)
    .optional()
    .describe(
      'Of the layout standalone: size takes the least flash, speed the fewest instructions, with several times the code, balanced, the default, few of both; the results are the same.',
    ),
  huffman: z
    .enum(HUFFMAN_TIMES)
    .optional()
    .describe(
      'Of the layout standalone: weights lie in flash as Huffman codes where that saves flash. layer: decoded before each layer, in every inference. boot: decoded once, into memory of the caller.',
    ),
  name: z
    .string()
    .default('g_model')
    .describe(
      'C identifier of the array; of the layout standalone what files and functions begin with, without a g_ in front.',
    ),
  directory: z.string().min(1).default('export').describe('Where the C files are put.'),
});

/** With biases of 0 every ReLU of the first layer bends at x = 0, and some seeds never learn the wave. */
const SPREAD = { class_name: 'RandomUniform', config: { minval: -3, maxval: 3 } } as const;

const projectSchema = z
  .strictObject({
    $schema: z.string().optional().describe('Lets editors complete and check this file.'),
    seed: z
      .int()
      .nonnegative()
      .default(1)
      .describe('Decides everything random: the same seed gives the same bytes.'),
    dataset: datasetSchema.prefault({ source: 'sine' }),
    model: modelSchema.prefault({
      layers: [
        { type: 'Dense', units: 16, activation: 'relu', biasInitializer: SPREAD },
        { type: 'Dense', units: 16, activation: 'relu' },
        { type: 'Dense', units: 1 },
      ],
    }),
    training: trainingSchema.prefault({}),
    quantization: quantizationSchema.prefault({}),
    conversion: conversionSchema.prefault({}),
    stream: streamSchema
      .optional()
      .describe('The model listens all the time: how it decides is chosen on validation recordings.'),
    export: exportSchema.prefault({}),
    check: checkSchema.prefault({}),
    report: z
      .string()
      .min(1)
      .optional()
      .describe('Where "tinyml run" writes the report, such as report.html; by default it writes none.'),
  })
  .describe('A tinyml project: dataset, model, training, quantization, conversion, export and limits.');

/** A project with all its defaults. */
export type ProjectConfig = z.output<typeof projectSchema>;
/** What a project file may say: everything has a default. */
export type ProjectInput = z.input<typeof projectSchema>;
export type CheckConfig = ProjectConfig['check'];

/** The sine project, which every command takes where there is no project file. */
export const defaultProject: ProjectConfig = projectSchema.parse({ training: { loss: 'mse' } });

const CONFIG_HINT = '"tinyml init" writes a valid file, and a schema with all fields and their meaning.';

function parseJson(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    const [, position] = / at position (\d+)/.exec(detail) ?? [];
    const line = position === undefined ? '' : `, line ${text.slice(0, Number(position)).split('\n').length}`;
    throw inputError('bad-config', `${where}${line} is not JSON: ${detail}`, CONFIG_HINT, error);
  }
}

/** A project with its defaults, from the text of its file or as an object. `where` names it in errors (`bad-config`). */
export function parseProject(source: string | ProjectInput, where = CONFIG_FILE): ProjectConfig {
  const json = typeof source === 'string' ? parseJson(source, where) : source;
  if (!isJsonObject(json))
    throw inputError('bad-config', `${where} does not hold a JSON object`, CONFIG_HINT);
  const parsed = projectSchema.safeParse(json);
  if (!parsed.success) {
    throw badConfig(source, where, configFault(parsed.error.issues, json, projectJsonSchema() as JsonObject));
  }
  const fault = inputsFault(parsed.data) ?? outputsFault(parsed.data, json);
  if (fault !== undefined) throw badConfig(source, where, fault);
  return parsed.data;
}

function badConfig(
  source: string | ProjectInput,
  where: string,
  { path, sentence, hint }: ConfigFault,
): TinymlError {
  const line = typeof source === 'string' ? `, line ${jsonLine(source, path)}` : '';
  return inputError('bad-config', `${where}${line}: ${sentence}`, hint ?? CONFIG_HINT);
}

/** By which a schema file is known to be tinyml's, whatever its version. */
export const PROJECT_SCHEMA_TITLE = 'Project file of tinyml';

/** JSON Schema (draft 2020-12) of the project file, as `schemas/` holds it. */
export function projectJsonSchema(): Record<string, unknown> {
  return { title: PROJECT_SCHEMA_TITLE, ...z.toJSONSchema(projectSchema, { io: 'input' }) };
}
