/** One file of the acquisition format, JSON or CBOR. Source: Edge Impulse's "Data acquisition format specification". */

import * as z from 'zod';
import { unsupportedError } from '../../../core/errors.ts';
import { counted } from '../../../core/figure-text.ts';
import type { RandomAccessBytes } from '../../../core/random-access.ts';
import { decodeText, MAX_TEXT_BYTES } from '../../../core/text.ts';
import { badData } from '../read-file.ts';
import { readCbor } from './cbor.ts';

const acquisition = z.object({
  payload: z.object({
    sensors: z
      .array(z.object({ name: z.string() }))
      .min(1)
      .max(4096),
    values: z.array(z.unknown()),
  }),
});

export interface Acquisition {
  readonly sensors: readonly string[];
  /** What should be a list of numbers, one of each sensor, or a number where there is one sensor. */
  readonly rows: readonly unknown[];
}

const HINT = 'Record or download the file again, or leave it out.';

/** A map of CBOR whose length is known or open. */
function isCborMap(first: number | undefined): boolean {
  return first !== undefined && first >> 5 === 5;
}

/** Whether the first bytes are those of an acquisition: its signature is told before its samples. */
export function isAcquisition(head: Uint8Array): boolean {
  const text = String.fromCharCode(...head);
  if (isCborMap(head[0])) return text.includes('iprotected') && /isignature|gpayload/.test(text);
  return (
    /^(\u00ef\u00bb\u00bf)?\s*\{/.test(text) &&
    /"protected"\s*:/.test(text) &&
    /"(signature|payload)"\s*:/.test(text)
  );
}

function parse(bytes: Uint8Array): unknown {
  if (isCborMap(bytes[0])) return readCbor(bytes);
  try {
    return JSON.parse(decodeText(bytes, 'it'));
  } catch (error) {
    throw badData('it is no JSON, or was cut off', HINT, error);
  }
}

/** Throws `bad-data` (input), `too-large` (unsupported): sentences that do not name the file. */
export function readAcquisition(file: RandomAccessBytes): Acquisition {
  if (file.length > MAX_TEXT_BYTES) {
    throw unsupportedError(
      'too-large',
      `it has ${counted(file.length, 'byte')}, and ${MAX_TEXT_BYTES} are the most that are read of an acquisition`,
      'Split the recording.',
    );
  }
  const bytes = new Uint8Array(file.length);
  file.readAt(0, bytes);
  const { data, error } = acquisition.safeParse(parse(bytes));
  if (data === undefined) {
    throw badData(
      `it is no acquisition: ${error.issues[0].path.join('.') || 'the whole'} is missing or of another kind`,
      HINT,
    );
  }
  const { sensors, values } = data.payload;
  const names = sensors.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) < i);
  if (twice !== undefined) throw badData(`it has two sensors named ${JSON.stringify(twice)}`, HINT);
  if (values.length === 0) throw badData('it has no samples', HINT);
  return { sensors: names, rows: values };
}
