/** `tinyml predict` */

import { resolve } from 'node:path';
import { readInputFile } from '../artifacts/files.ts';
import { usageError, withErrorContext } from '../core/errors.ts';
import { writeNpy } from '../data/npy.ts';
import { type FloatArray, readFiniteArray, recordAt } from '../stages/dataset-reader.ts';
import { predictRaw, predictReal } from '../stages/predict.ts';
import type { CliIo } from './io.ts';
import { readModelBytes } from './model-bytes.ts';
import { publishBytes } from './publish.ts';

export interface PredictFlags {
  readonly value?: readonly number[];
  readonly input?: string;
  readonly output?: string;
  readonly rawInput?: string;
  readonly rawOutput?: string;
  readonly json?: boolean;
}

function readRecords(io: CliIo, { value, input }: PredictFlags): FloatArray {
  if (value !== undefined) return { shape: [value.length, 1], data: Float32Array.from(value) };
  const path = input as string;
  return readFiniteArray(readInputFile(resolve(io.cwd, path), 'a .npy file'), path);
}

/** float32 numbers with the nine digits that tell any two of them apart. */
function printable(row: Float32Array): number[] {
  return Array.from(row, (value) => Number(value.toPrecision(9)));
}

/** The lines, or the JSON object, for results that were not written to a file. */
function printResults(io: CliIo, records: FloatArray, results: FloatArray, json: boolean): void {
  const rows = Array.from({ length: results.shape[0] }, (_, index) => printable(recordAt(results, index)));
  if (json) {
    const inputs = rows.map((_, index) => printable(recordAt(records, index)));
    io.stdout.write(`${JSON.stringify({ inputs, outputs: rows })}\n`);
  } else {
    io.stdout.write(rows.map((row) => `${row.join(' ')}\n`).join(''));
  }
}

function predictRawFile(io: CliIo, model: Uint8Array, rawInput: string, rawOutput: string): number {
  const records = readInputFile(resolve(io.cwd, rawInput), 'a file of raw records');
  const results = predictRaw(model, records);
  publishBytes(io, results, rawOutput);
  return results.length;
}

export function predict(io: CliIo, modelPath: string, flags: PredictFlags): void {
  const { value, input, output, rawInput, rawOutput, json } = flags;
  const sources = [value, input, rawInput].filter((source) => source !== undefined).length;
  if (sources !== 1) {
    throw usageError(
      'one-input',
      'Give exactly one of --value, --input and --raw-input',
      'See "tinyml predict --help".',
    );
  }
  if ((rawInput === undefined) !== (rawOutput === undefined)) {
    throw usageError('raw-pair', '--raw-input and --raw-output go together', 'See "tinyml predict --help".');
  }
  const model = readModelBytes(io, modelPath);
  withErrorContext(modelPath, () => {
    if (rawInput !== undefined && rawOutput !== undefined) {
      const bytes = predictRawFile(io, model, rawInput, rawOutput);
      io.stdout.write(json ? `${JSON.stringify({ written: rawOutput, bytes })}\n` : `${rawOutput}\n`);
      return;
    }
    const records = readRecords(io, flags);
    const results = predictReal(model, records);
    if (output === undefined) {
      printResults(io, records, results, json === true);
      return;
    }
    const written = publishBytes(io, writeNpy('float32', results.shape, results.data), output);
    io.stdout.write(json ? `${JSON.stringify({ written, shape: results.shape })}\n` : `${written}\n`);
  });
}
