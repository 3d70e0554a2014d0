/** `tinyml predict` */

import { usageError, withAsyncErrorContext } from '../../core/errors.ts';
import { bytesOf, elementCount } from '../../core/tensor.ts';
import { npyPrologue } from '../../data/npy-layout.ts';
import { arrayRecords, openNpyRecords, type RecordSource, recordLengthOf } from '../../data/records.ts';
import type { Graph } from '../../ir/graph.ts';
import { predictRaw, predictReal } from '../../models/run/predict-records.ts';
import { realSignature } from '../../models/run/real-runner.ts';
import type { WorkContext } from '../../models/run/spread/spread-records.ts';
import { readTflmModel } from '../../models/tflm-model.ts';
import type { PredictJson } from '../printed-json.ts';
import { printable } from '../render/printable.ts';
import type { Session, WritePiece } from '../terminal/session.ts';
import { openInput } from '../workspace/inputs.ts';
import { readModelBytes } from '../workspace/model-bytes.ts';
import { workContext } from '../workspace/project.ts';
import { publishPieces } from '../workspace/publish.ts';

export interface PredictFlags {
  readonly value?: readonly number[];
  readonly input?: string;
  readonly output?: string;
  readonly rawInput?: string;
  readonly rawOutput?: string;
}

function openRecords(session: Session, { value, input }: PredictFlags): RecordSource {
  if (value !== undefined) return arrayRecords({ shape: [value.length, 1], data: Float32Array.from(value) });
  const path = input as string;
  return openNpyRecords(openInput(session, path, 'a .npy file'), path);
}

/** float32 numbers with the nine digits that tell any two of them apart. */
function shortest(row: Float32Array): number[] {
  return Array.from(row, (value) => Number(value.toPrecision(9)));
}

/** The rows of a block, each made text by `format`. */
function textOfRows(block: Float32Array, length: number, format: (row: number[]) => string): string[] {
  const rows = length === 0 ? 0 : block.length / length;
  return Array.from({ length: rows }, (_, row) =>
    format(shortest(block.subarray(row * length, (row + 1) * length))),
  );
}

const PRINTED_VALUES = 2 ** 16;

/** A list of rows as JSON, a block at a time. */
function jsonRows(write: WritePiece) {
  let separator = '';
  return (block: Float32Array, length: number): void | Promise<void> => {
    const text = textOfRows(block, length, (row) => JSON.stringify(row)).join(',');
    if (text === '') return;
    const piece = separator + text;
    separator = ',';
    return write(piece);
  };
}

async function writeInputs(records: RecordSource, write: WritePiece): Promise<void> {
  const length = recordLengthOf(records);
  const rowsAtOnce = Math.max(1, Math.floor(PRINTED_VALUES / length));
  const block = new Float32Array(Math.min(rowsAtOnce, records.count) * length);
  const writeRows = jsonRows(write);
  for (let start = 0; start < records.count; start += rowsAtOnce) {
    const rows = Math.min(rowsAtOnce, records.count - start);
    records.read(start, rows, block);
    await writeRows(block.subarray(0, rows * length), length);
  }
}

/** Results that go to no file, printed as they come. */
async function printResults(
  session: Session,
  graph: Graph,
  records: RecordSource,
  context: WorkContext,
): Promise<void> {
  const length = elementCount(realSignature(graph).outputShape);
  await session.emitPieces(async (write) => {
    if (!session.json) {
      const line = (row: number[]): string => `${row.join(' ')}\n`;
      await predictReal(graph, records, context, (results) =>
        write(textOfRows(results, length, line).join('')),
      );
      return;
    }
    await write('{"inputs":[');
    await writeInputs(records, write);
    await write('],"outputs":[');
    const writeRows = jsonRows(write);
    await predictReal(graph, records, context, (results) => writeRows(results, length));
    await write(']}\n');
  });
}

async function predictRecords(
  session: Session,
  graph: Graph,
  context: WorkContext,
  flags: PredictFlags,
): Promise<void> {
  const { output } = flags;
  const records = openRecords(session, flags);
  try {
    if (output === undefined) {
      await printResults(session, graph, records, context);
      return;
    }
    const shape = [records.count, ...realSignature(graph).outputShape];
    const written = await publishPieces(session, output, async (append) => {
      append(npyPrologue('float32', shape));
      await predictReal(graph, records, context, (results) => append(bytesOf(results)));
    });
    session.emit<PredictJson>(`${printable(written)}\n`, { written, shape });
  } finally {
    records.close();
  }
}

async function predictRawFile(
  session: Session,
  graph: Graph,
  context: WorkContext,
  { rawInput, rawOutput }: PredictFlags,
): Promise<void> {
  const output = rawOutput as string;
  const records = openInput(session, rawInput as string, 'a file of raw records');
  let bytes = 0;
  try {
    await publishPieces(session, output, (append) =>
      predictRaw(graph, records, context, (results) => {
        append(results);
        bytes += results.length;
      }),
    );
  } finally {
    records.close();
  }
  session.emit<PredictJson>(`${printable(output)}\n`, { written: output, bytes });
}

export async function predictAction(session: Session, modelPath: string, flags: PredictFlags): Promise<void> {
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
  const model = readModelBytes(session, modelPath);
  const context = workContext(session);
  await withAsyncErrorContext(modelPath, () => {
    const { graph } = readTflmModel(model);
    return rawInput === undefined
      ? predictRecords(session, graph, context, flags)
      : predictRawFile(session, graph, context, flags);
  });
}
