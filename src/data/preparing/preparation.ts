/** The document `preparation.json`: fitted on training samples, read back from anybody's file, applied to samples. */

import * as z from 'zod';
import { inputError, usageError } from '../../core/errors.ts';
import { counted } from '../../core/figure-text.ts';
import { given } from '../../core/given.ts';
import {
  type Affine,
  INPUT_ROWS,
  inputPreparations,
  type Preparation,
  type PreparedInput,
  preparationLength,
  preparationShapes,
  preparedShape,
  type Transform,
  transformedShape,
} from '../../core/samples/preparation.ts';
import { elementCount, formatShape, type Shape } from '../../core/tensor.ts';
import { decodeText } from '../../core/text.ts';
import { fuseAffine } from './fuse-affine.ts';
import { type PlainStepOptions, type StepOptions, stepOf } from './index.ts';
import { expandPresets } from './presets/index.ts';
import { applyTransform, TRANSFORMS, transformMisfit } from './transforms/index.ts';

export const PREPARATION_FILE = 'preparation.json';

/** Of a sample: more than any chip holds, 64 MiB. */
export const MAX_VALUES = 2 ** 24;
const MAX_STEPS = 64;
/** Of a model. */
export const MAX_INPUTS = 16;

const transformSchema = z.discriminatedUnion('step', [
  z.strictObject({ step: z.literal('affine'), parameters: TRANSFORMS.affine.parameters }),
  z.strictObject({ step: z.literal('clip'), parameters: TRANSFORMS.clip.parameters }),
  z.strictObject({ step: z.literal('fill'), parameters: TRANSFORMS.fill.parameters }),
  z.strictObject({ step: z.literal('level'), parameters: TRANSFORMS.level.parameters }),
  z.strictObject({ step: z.literal('one-hot'), parameters: TRANSFORMS['one-hot'].parameters }),
  z.strictObject({ step: z.literal('decimate'), parameters: TRANSFORMS.decimate.parameters }),
  z.strictObject({ step: z.literal('spectrum'), parameters: TRANSFORMS.spectrum.parameters }),
  z.strictObject({ step: z.literal('fixed-spectrum'), parameters: TRANSFORMS['fixed-spectrum'].parameters }),
  z.strictObject({ step: z.literal('statistics'), parameters: TRANSFORMS.statistics.parameters }),
  z.strictObject({ step: z.literal('pre-emphasis'), parameters: TRANSFORMS['pre-emphasis'].parameters }),
  z.strictObject({ step: z.literal('filter'), parameters: TRANSFORMS.filter.parameters }),
  z.strictObject({ step: z.literal('logarithm'), parameters: TRANSFORMS.logarithm.parameters }),
  z.strictObject({ step: z.literal('dct'), parameters: TRANSFORMS.dct.parameters }),
  z.strictObject({ step: z.literal('round'), parameters: TRANSFORMS.round.parameters }),
  z.strictObject({ step: z.literal('normalize'), parameters: TRANSFORMS.normalize.parameters }),
  z.strictObject({ step: z.literal('below-peak'), parameters: TRANSFORMS['below-peak'].parameters }),
  z.strictObject({ step: z.literal('pad-ends'), parameters: TRANSFORMS['pad-ends'].parameters }),
]);

const schema = z.strictObject({
  version: z.literal(1),
  inputShape: z.array(z.int().positive()).max(8),
  steps: z.array(transformSchema).max(MAX_STEPS),
  inputs: z
    .array(
      z.strictObject({
        name: z.string().min(1).max(64),
        columns: z.array(z.int().nonnegative()).min(1).max(MAX_VALUES),
        shape: z.array(z.int().positive()).min(1).max(8).optional(),
        rows: z.enum(INPUT_ROWS),
        steps: z.array(transformSchema).max(MAX_STEPS),
      }),
    )
    .min(2)
    .max(MAX_INPUTS)
    .optional(),
});

const HINT = 'It is written with the dataset: make that again with "tinyml dataset".';

function badPreparation(where: string, what: string, cause?: unknown): Error {
  return inputError('bad-preparation', `${where} is not a preparation of samples: ${what}.`, HINT, cause);
}

function parseJson(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw badPreparation(where, 'it is not JSON', error);
  }
}

/** Steps that do not fit the shapes they meet, or make more values than anything holds. */
function checkSteps(preparation: Preparation, where: string): void {
  let shape = preparation.inputShape;
  const checkSize = (at: string): void => {
    if (elementCount(shape) > MAX_VALUES)
      throw badPreparation(where, `${at} has ${elementCount(shape)} values, and ${MAX_VALUES} are the most`);
  };
  checkSize('a sample');
  for (const [index, transform] of preparation.steps.entries()) {
    const misfit = transformMisfit(transform, shape);
    if (misfit !== undefined) throw badPreparation(where, `step ${index + 1} (${transform.step}) ${misfit}`);
    shape = transformedShape(transform, shape);
    checkSize(`a sample after step ${index + 1} (${transform.step})`);
  }
}

/** Inputs that see readings which no sample has. */
function checkInputs({ inputShape, steps, inputs = [] }: Preparation, where: string): void {
  const width = inputShape.at(-1) ?? 1;
  if (elementCount(inputShape) > MAX_VALUES) {
    throw badPreparation(
      where,
      `a sample has ${elementCount(inputShape)} values, and ${MAX_VALUES} are the most`,
    );
  }
  if (inputs.length > 0 && steps.length > 0) throw badPreparation(where, 'it has steps beside its inputs');
  const names = new Set(inputs.map(({ name }) => name));
  if (names.size < inputs.length) throw badPreparation(where, 'two inputs have one name');
  const ends = ({ columns, shape = [1] }: PreparedInput): readonly number[] =>
    columns.map((column) => column + elementCount(shape));
  const several = inputs.find(({ columns, shape }) => shape !== undefined && columns.length !== 1);
  if (several !== undefined) throw badPreparation(where, `input "${several.name}" is more than one array`);
  const wrong = inputs.find((input) => ends(input).some((end) => end > width));
  if (wrong !== undefined)
    throw badPreparation(
      where,
      `input "${wrong.name}" sees more than the ${counted(width, 'reading')} of a row`,
    );
}

/** What the text of `preparation.json` says. Throws `bad-preparation` (input); `where` names it. */
export function parsePreparation(source: Uint8Array | string, where = PREPARATION_FILE): Preparation {
  const text = typeof source === 'string' ? source : decodeText(source, where);
  const parsed = schema.safeParse(parseJson(text, where));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw badPreparation(where, `${issue.path.join('.') || 'it'}: ${issue.message}`);
  }
  const { inputs, ...rest } = parsed.data;
  const preparation: Preparation = { ...rest, ...given({ inputs }) };
  checkInputs(preparation, where);
  for (const one of inputPreparations(preparation)) checkSteps(one.preparation, where);
  return preparation;
}

/** The training samples from the first on, a block at a time, whole samples in each. May be asked for again. */
export type TrainingStream = () => AsyncIterable<Float32Array> | Iterable<Float32Array>;

/** Brings `count` samples in `samples` to what the model takes; `into` may be `samples` where they do not grow. */
export type PrepareSamples = (samples: Float32Array, count: number, into: Float32Array) => void;

/** Where in a measured sample the values lie that an input sees, in its order. */
function readingPlaces({ inputShape }: Preparation, input: PreparedInput): Uint32Array {
  const { rows, shape } = input;
  const columns =
    shape === undefined
      ? input.columns
      : Array.from({ length: elementCount(shape) }, (_, i) => input.columns[0] + i);
  const width = inputShape.at(-1) ?? 1;
  const count = elementCount(inputShape) / width;
  const seen = rows === 'last' ? [count - 1] : Array.from({ length: count }, (_, row) => row);
  return Uint32Array.from(seen.flatMap((row) => columns.map((column) => row * width + column)));
}

/** Each input by itself. */
function applyToInputs(preparation: Preparation): PrepareSamples {
  const before = elementCount(preparation.inputShape);
  const after = elementCount(preparedShape(preparation));
  let offset = 0;
  const parts = inputPreparations(preparation).map((one) => {
    const own = elementCount(preparedShape(one.preparation));
    const places = readingPlaces(preparation, one.input as PreparedInput);
    const part = {
      offset,
      places,
      readings: new Float32Array(places.length),
      prepared: new Float32Array(own),
      prepare: applyPreparation(one.preparation),
    };
    offset += own;
    return part;
  });
  return (samples, count, into) => {
    for (let index = 0; index < count; index++) {
      // What becomes of a sample may lie where it was itself.
      for (const { places, readings } of parts)
        for (let i = 0; i < places.length; i++) readings[i] = samples[index * before + places[i]];
      for (const { offset: first, readings, prepared, prepare } of parts) {
        prepare(readings, 1, prepared);
        into.set(prepared, index * after + first);
      }
    }
  };
}

/** The loop of all steps; it allocates nothing. */
export function applyPreparation(preparation: Preparation): PrepareSamples {
  if (preparation.inputs !== undefined) return applyToInputs(preparation);
  const shapes = preparationShapes(preparation);
  const loops = preparation.steps.map((transform, index) => applyTransform(transform, shapes[index]));
  const before = elementCount(preparation.inputShape);
  const after = elementCount(preparedShape(preparation));
  const sample = new Float32Array(preparationLength(preparation));
  const prepared = sample.subarray(0, after);
  return (samples, count, into) => {
    for (let index = 0; index < count; index++) {
      for (let i = 0, from = index * before; i < before; i++) sample[i] = samples[from + i];
      for (const loop of loops) loop(sample);
      into.set(prepared, index * after);
    }
  };
}

async function fitStep(
  options: PlainStepOptions,
  sofar: Preparation,
  training: TrainingStream,
): Promise<Transform> {
  const step = stepOf(options);
  const fitting = step.fit(options, preparedShape(sofar));
  const [before, after] = [elementCount(sofar.inputShape), elementCount(preparedShape(sofar))];
  const prepare = applyPreparation(sofar);
  for (let pass = 0; pass < fitting.passes; pass++) {
    let seen = 0;
    let room = new Float32Array(0);
    for await (const samples of training()) {
      const count = samples.length / before;
      if (room.length < count * after) room = new Float32Array(count * after);
      const prepared = room.subarray(0, count * after);
      prepare(samples, count, prepared);
      fitting.see(prepared);
      seen += count;
    }
    if (seen === 0) {
      throw usageError(
        'no-samples',
        `The training split has no samples to fit the preparing step "${options.step}" on.`,
        'Give more samples, or a larger share to training.',
      );
    }
    fitting.endPass();
  }
  return { step: step.becomes, parameters: fitting.parameters() } as Transform;
}

/**
 * What the steps come to on the training split. Each is fitted on what those before it make of the samples; affine ones that
 * follow each other become one, so that the chip does one.
 */
export async function fitSteps(
  steps: readonly StepOptions[],
  training: TrainingStream,
  inputShape: Shape,
): Promise<Preparation> {
  let preparation: Preparation = { version: 1, inputShape, steps: [] };
  for (const options of expandPresets(steps)) {
    const transform = await fitStep(options, preparation, training);
    preparation = { ...preparation, steps: fuseAffine([...preparation.steps, transform]) };
    const shape = preparedShape(preparation);
    if (elementCount(shape) > MAX_VALUES) {
      throw usageError(
        'bad-step',
        `The preparing step "${options.step}" makes samples of shape ${formatShape(shape)}: ${elementCount(shape)} values, and ${MAX_VALUES} are the most.`,
        'Prepare smaller samples.',
      );
    }
  }
  return preparation;
}

/** The same for one of several inputs, on what it sees of samples of the shape `inputShape`. */
export async function fitInput(
  input: PreparedInput,
  steps: readonly StepOptions[],
  training: TrainingStream,
  inputShape: Shape,
): Promise<PreparedInput> {
  const measured: Preparation = { version: 1, inputShape, steps: [], inputs: [{ ...input, steps: [] }] };
  const [{ preparation: own }] = inputPreparations(measured);
  const see = applyPreparation(measured);
  const [before, after] = [elementCount(inputShape), elementCount(own.inputShape)];
  async function* seen(): AsyncGenerator<Float32Array> {
    for await (const samples of training()) {
      const count = samples.length / before;
      const readings = new Float32Array(count * after);
      see(samples, count, readings);
      yield readings;
    }
  }
  const fitted = await fitSteps(steps, seen, own.inputShape);
  return { ...input, steps: fitted.steps };
}

/** The offset and scale that a preparation comes to where it is nothing else: what `normalization.json` says. */
export function asNormalization({ steps, inputs }: Preparation): Affine | undefined {
  const [only, ...more] = steps;
  return inputs === undefined && more.length === 0 && only?.step === 'affine' ? only.parameters : undefined;
}
