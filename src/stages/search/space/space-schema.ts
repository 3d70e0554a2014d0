/** The file of a search space: what may be otherwise in a project, and how. */

import * as z from 'zod';
import { inputError } from '../../../core/errors.ts';
import { isJsonObject, type JsonObject } from '../../../core/json.ts';
import { configFault } from '../../config/config-errors.ts';

const valuesSchema = z
  .array(z.json())
  .min(1)
  .describe('The values that it may have: numbers, text, lists, whole sections.');

const bounds = z.tuple([z.number(), z.number()]);

const rangeSchema = z
  .strictObject({
    from: z.number().describe('The least.'),
    to: z.number().describe('The most.'),
    step: z
      .number()
      .gt(0)
      .optional()
      .describe('How far apart values are, from the least on; by default 1 between whole numbers.'),
    scale: z
      .enum(['linear', 'log'])
      .default('linear')
      .describe('log: as many candidates between 1 and 2 as between 10 and 20.'),
  })
  .refine(({ from, to }) => from <= to, { error: '"from" must not be above "to"', path: ['from'] })
  .refine(({ from, scale }) => scale === 'linear' || from > 0, {
    error: 'a logarithmic scale needs numbers above 0',
    path: ['from'],
  });

const elementSchema = z.union([valuesSchema, rangeSchema]);

const listSchema = z.strictObject({
  length: bounds
    .refine(
      ([least, most]) => Number.isInteger(least) && Number.isInteger(most) && 0 <= least && least <= most,
      {
        error: 'must be two whole numbers, the least length and the most',
      },
    )
    .describe('The least length of the list, and the most: so deep a network may be.'),
  each: elementSchema.describe('What its elements may be.'),
});

const optionalSchema = z.strictObject({
  optional: z.literal(true).describe('An element of a list, such as a layer, that may be left out.'),
});

export const knobSchema = z.union([valuesSchema, rangeSchema, listSchema, optionalSchema]);

export type Knob = z.output<typeof knobSchema>;
/** By their places in a project file, or in a section of it. */
export type Knobs = Readonly<Record<string, Knob>>;
export type KnobElement = z.output<typeof elementSchema>;

const searchSpaceSchema = z
  .strictObject({
    $schema: z.string().optional().describe('Lets editors complete and check this file.'),
    knobs: z
      .record(z.string(), knobSchema)
      .refine((knobs) => Object.keys(knobs).length > 0, { error: 'there is nothing to choose' })
      .describe(
        'By their place in the project file, such as "model.filters" or "model.layers[2].units": a list of values, a range, a list of changing length, or a layer that may be left out.',
      ),
  })
  .describe('What "tinyml search" may choose in a project.');

/** What a search may choose, by places in a project file. */
export type SearchSpace = z.output<typeof searchSpaceSchema>;

const HINT = 'See schemas/search-space.schema.json, and "tinyml search --help".';

/** The kind of knob that was meant, so that its own fault is told and not that of all four. */
function faultOfKnob(knob: unknown): { readonly path: readonly PropertyKey[]; readonly sentence: string } {
  const schema = Array.isArray(knob)
    ? valuesSchema
    : !isJsonObject(knob)
      ? rangeSchema
      : 'length' in knob || 'each' in knob
        ? listSchema
        : 'optional' in knob
          ? optionalSchema
          : rangeSchema;
  const { error } = schema.safeParse(knob);
  return configFault(error?.issues ?? [], knob, z.toJSONSchema(schema, { io: 'input' }) as JsonObject);
}

/** `where` names the file in errors (`bad-search-space`). */
export function parseSearchSpace(json: unknown, where: string): SearchSpace {
  const parsed = searchSpaceSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const [section, name] = issue.path;
  if (section === 'knobs' && typeof name === 'string') {
    const knob = isJsonObject(json) && isJsonObject(json.knobs) ? json.knobs[name] : undefined;
    throw inputError('bad-search-space', `${where}: "${name}": ${faultOfKnob(knob).sentence}`, HINT);
  }
  const { sentence, hint } = configFault(parsed.error.issues, json, {});
  throw inputError('bad-search-space', `${where}: ${sentence}`, hint ?? HINT);
}

/** From the text of its file, which errors call `where`. */
export function readSearchSpace(text: string, where: string): SearchSpace {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw inputError('bad-search-space', `${where} is not JSON: ${(error as Error).message}`, HINT, error);
  }
  return parseSearchSpace(json, where);
}

/** By which a schema file is known to be that of a search space. */
const SPACE_SCHEMA_TITLE = 'Search space of tinyml';

/** JSON Schema (draft 2020-12) of the file, as `schemas/` holds it. */
export function searchSpaceJsonSchema(): Record<string, unknown> {
  return { title: SPACE_SCHEMA_TITLE, ...z.toJSONSchema(searchSpaceSchema, { io: 'input' }) };
}
