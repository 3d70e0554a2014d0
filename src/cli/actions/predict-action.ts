/** `tinyml predict` */

import { resolve } from 'node:path';
import { openInputFile } from '../../artifacts/files.ts';
import { usageError, withAsyncErrorContext } from '../../core/errors.ts';
import { bytesOf } from '../../core/tensor.ts';
import { type FloatArray, recordAt } from '../../data/float-array.ts';
import { npyPrologue } from '../../data/npy-layout.ts';
import { arrayRecords, openNpyRecords, type RecordSource, readAllRecords } from '../../data/records.ts';
import { readTflite } from '../../formats/tflite/read.ts';
import type { Graph } from '../../ir/graph.ts';
import { predictAll, predictRaw, predictReal } from '../../models/run/predict-records.ts';
import { realSignature } from '../../models/run/real-runner.ts';
import type { SpreadContext } from '../../models/run/spread/spread-records.ts';
import type { CliIo } from '../terminal/io.ts';
import { createTerminalReporter } from '../terminal/terminal-reporter.ts';
import { readModelBytes } from '../workspace/model-bytes.ts';
import { publishPieces } from '../workspace/publish.ts';

export interface PredictFlags {
  readonly value?: readonly number[];
  readonly input?: string;
  readonly output?: string;
  readonly rawInput?: string;
  readonly rawOutput?: string;
  readonly json?: boolean;
}

function openRecords(io: CliIo, { value, input }: PredictFlags): RecordSource {
  if (value !== undefined) return arrayRecords({ shape: [value.length, 1], data: Float32Array.from(value) });
  const path = input as string;
  return openNpyRecords(openInputFile(resolve(io.cwd, path), 'a .npy file'), path);
}

/** float32 numbers with the nine digits that tell any two of them apart. */
function printable(row: Float32Array): number[] {
  return Array.from(row, (value) => Number(value.toPrecision(9)));
}

function rowsOf(array: FloatArray): number[][] {
  return Array.from({ length: array.shape[0] }, (_, index) => printable(recordAt(array, index)));
}

/** The lines, or the JSON object, for results that go to no file: nothing is printed before all are there. */
async function printResults(
  io: CliIo,
  graph: Graph,
  records: RecordSource,
  context: SpreadContext,
  { input, json }: PredictFlags,
): Promise<void> {
  const outputs = rowsOf(await predictAll(graph, records, context));
  if (json) {
    io.stdout.write(
      `${JSON.stringify({ inputs: rowsOf(readAllRecords(records, input ?? '--value')), outputs })}\n`,
    );
  } else {
    io.stdout.write(outputs.map((row) => `${row.join(' ')}\n`).join(''));
  }
}

async function predictRecords(
  io: CliIo,
  graph: Graph,
  context: SpreadContext,
  flags: PredictFlags,
): Promise<void> {
  const { output, json } = flags;
  const records = openRecords(io, flags);
  try {
    if (output === undefined) {
      await printResults(io, graph, records, context, flags);
      return;
    }
    const shape = [records.count, ...realSignature(graph).outputShape];
    const written = await publishPieces(io, output, async (append) => {
      append(npyPrologue('float32', shape));
      await predictReal(graph, records, context, (results) => append(bytesOf(results)));
    });
    io.stdout.write(json ? `${JSON.stringify({ written, shape })}\n` : `${written}\n`);
  } finally {
    records.close();
  }
}

async function predictRawFile(
  io: CliIo,
  graph: Graph,
  context: SpreadContext,
  { rawInput, rawOutput, json }: PredictFlags,
): Promise<void> {
  const output = rawOutput as string;
  const records = openInputFile(resolve(io.cwd, rawInput as string), 'a file of raw records');
  let bytes = 0;
  try {
    await publishPieces(io, output, (append) =>
      predictRaw(graph, records, context, (results) => {
        append(results);
        bytes += results.length;
      }),
    );
  } finally {
    records.close();
  }
  io.stdout.write(json ? `${JSON.stringify({ written: output, bytes })}\n` : `${output}\n`);
}

export async function predict(io: CliIo, modelPath: string, flags: PredictFlags): Promise<void> {
  const { value, input, rawInput, rawOutput } = flags;
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
  const reporter = createTerminalReporter(io);
  const context = { report: reporter, signal: io.signal };
  try {
    await withAsyncErrorContext(modelPath, () => {
      const { graph } = readTflite(model);
      return rawInput === undefined
        ? predictRecords(io, graph, context, flags)
        : predictRawFile(io, graph, context, flags);
    });
  } finally {
    reporter.clear();
  }
}
