/** What a model file keeps of the data that it was trained on: how samples were prepared, and what classes are called. */

import { deflateSync, inflateSync } from 'fflate';
import * as z from 'zod';
import { TinymlError } from '../../core/errors.ts';
import { given } from '../../core/given.ts';
import type { Preparation } from '../../core/samples/preparation.ts';
import { parsePreparation } from './preparation.ts';

/** Of the metadata in a `.tflite` file. */
export const SAMPLE_NOTES = 'tinyml';

/** They lie in flash: tables of many categories stay in the project. */
const MAX_BYTES = 2 ** 13;
const MAX_TEXT_BYTES = 2 ** 16;

/** What nearly every text begins with and is made of, so that it takes next to nothing. Files are read by it: it never changes. */
const DICTIONARY = new TextEncoder().encode(
  ',"spectrum","decimate","parameters":{"factor":,"fill","parameters":{"value":,"level","parameters":{"measure":"rms","level":,"floor":,"clip","parameters":{"low":[-1,"high":[1,"columns":[{"column":0,"texts":["","places":[0,1,2,3]}]}},{"step":"affine","parameters":{"offset":[0.,"scale":[1.]}}]},"classes":["{"preparation":{"version":1,"inputShape":[,"steps":[{"step":"one-hot","parameters":{"columns":[{"column":0,"texts":["',
);

/** What a model file says of its samples. */
export interface SampleNotes {
  readonly preparation?: Preparation;
  readonly classes?: readonly string[];
  /** Of several outputs, by their names: the classes between which some decide. */
  readonly outputClasses?: Readonly<Record<string, readonly string[]>>;
}

/** The fewest digits that are the same float32. */
function shortest(value: number): number {
  for (let digits = 1; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  return Number(value.toPrecision(9));
}

const forShort = (_: string, value: unknown): unknown =>
  typeof value === 'number' && !Number.isInteger(value) ? shortest(value) : value;

const asFloat32 = (_: string, value: unknown): unknown =>
  typeof value === 'number' ? Math.fround(value) : value;

/** Undefined where there is nothing to say, or too much. */
export function writeSampleNotes(notes: SampleNotes): Uint8Array | undefined {
  if (Object.values(notes).every((note) => note === undefined)) return undefined;
  const text = new TextEncoder().encode(JSON.stringify(notes, forShort));
  const bytes = deflateSync(text, { level: 9, dictionary: DICTIONARY });
  return text.length > MAX_TEXT_BYTES || bytes.length > MAX_BYTES ? undefined : bytes;
}

const names = z.array(z.string());
const schema = z.object({
  preparation: z.unknown().optional(),
  classes: names.optional(),
  outputClasses: z.record(z.string(), names).optional(),
});

/** What is longer is cut off, and is then no JSON. */
function inflate(bytes: Uint8Array): Uint8Array | undefined {
  try {
    return inflateSync(bytes, { out: new Uint8Array(MAX_TEXT_BYTES), dictionary: DICTIONARY });
  } catch {
    return undefined;
  }
}

function parse(text: Uint8Array): SampleNotes {
  const said = schema.parse(JSON.parse(new TextDecoder().decode(text), asFloat32));
  const { preparation, classes, outputClasses } = said;
  return {
    ...(preparation === undefined ? {} : { preparation: parsePreparation(JSON.stringify(preparation)) }),
    ...given({ classes, outputClasses }),
  };
}

/** Undefined for what tinyml did not write: anybody may call his metadata so. */
export function parseSampleNotes(bytes: Uint8Array): SampleNotes | undefined {
  if (bytes.length > MAX_BYTES) return undefined;
  const text = inflate(bytes);
  if (text === undefined) return undefined;
  try {
    return parse(text);
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof z.ZodError || error instanceof TinymlError)
      return undefined;
    throw error;
  }
}
