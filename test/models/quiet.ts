/** Work on records without an audience, and models run on raw records in memory. */

import { bytesInMemory } from '../../src/core/random-access.ts';
import { silentReporter } from '../../src/core/reporter.ts';
import { readTflite } from '../../src/formats/tflite/read.ts';
import { predictRaw } from '../../src/models/run/predict-records.ts';
import type { WorkContext } from '../../src/models/run/spread/spread-records.ts';

export const QUIET: WorkContext = { report: silentReporter, signal: new AbortController().signal };

/** The bytes of the outputs, record after record, of a `.tflite` file. */
export async function runRaw(model: Uint8Array, records: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
  const pieces: Uint8Array[] = [];
  await predictRaw(readTflite(model).graph, bytesInMemory(records), QUIET, (piece) => {
    pieces.push(piece.slice());
  });
  return new Uint8Array(Buffer.concat(pieces));
}
