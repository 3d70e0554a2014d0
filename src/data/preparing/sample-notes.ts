/** What a model file keeps of the data that it was trained on: how samples were prepared, and what classes are called. */

import * as z from 'zod';
import { TinymlError } from '../../core/errors.ts';
import type { Preparation } from '../../core/samples/preparation.ts';
import { parsePreparation } from './preparation.ts';

/** Of the metadata in a `.tflite` file. */
export const SAMPLE_NOTES = 'tinyml';

/** It lies in flash: tables of many categories stay in the project. */
const MAX_BYTES = 2 ** 13;

/** What a model file says of its samples. */
export interface SampleNotes {
  readonly preparation?: Preparation;
  readonly classes?: readonly string[];
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
  if (notes.preparation === undefined && notes.classes === undefined) return undefined;
  const bytes = new TextEncoder().encode(JSON.stringify(notes, forShort));
  return bytes.length > MAX_BYTES ? undefined : bytes;
}

const schema = z.object({ preparation: z.unknown().optional(), classes: z.array(z.string()).optional() });

function parse(bytes: Uint8Array): SampleNotes {
  const { preparation, classes } = schema.parse(JSON.parse(new TextDecoder().decode(bytes), asFloat32));
  return {
    ...(preparation === undefined ? {} : { preparation: parsePreparation(JSON.stringify(preparation)) }),
    ...(classes === undefined ? {} : { classes }),
  };
}

/** Undefined for what tinyml did not write: anybody may call his metadata so. */
export function parseSampleNotes(bytes: Uint8Array): SampleNotes | undefined {
  if (bytes.length > MAX_BYTES) return undefined;
  try {
    return parse(bytes);
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof z.ZodError || error instanceof TinymlError)
      return undefined;
    throw error;
  }
}
