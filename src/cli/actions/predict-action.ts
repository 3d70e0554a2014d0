/** `tinyml predict` */

import { usageError, withAsyncErrorContext } from '../../core/errors.ts';
import { bytesOf } from '../../core/tensor.ts';
import { type FloatArray, recordAt } from '../../data/float-array.ts';
import { npyPrologue } from '../../data/npy-layout.ts';
import { arrayRecords, openNpyRecords, type RecordSource, readAllRecords } from '../../data/records.ts';
import type { Graph } from '../../ir/graph.ts';
import { predictAll, predictRaw, predictReal } from '../../models/run/predict-records.ts';
import { realSignature } from '../../models/run/real-runner.ts';
import type { WorkContext } from '../../models/run/spread/spread-records.ts';
import { readTflmModel } from '../../models/tflm-model.ts';
import type { PredictJson } from '../printed-json.ts';
import type { Session } from '../terminal/session.ts';
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
function printable(row: Float32Array): number[] {
  return Array.from(row, (value) => Number(value.toPrecision(9)));
}

function rowsOf(array: FloatArray): number[][] {
  return Array.from({ length: array.shape[0] }, (_, index) => printable(recordAt(array, index)));
}

/** Results that go to no file: nothing is printed before all are there. */
async function printResults(
  session: Session,
  graph: Graph,
  records: RecordSource,
  context: WorkContext,
  name: string,
): Promise<void> {
  const outputs = rowsOf(await predictAll(graph, records, context));
  session.emit<PredictJson>(
    () => outputs.map((row) => `${row.join(' ')}\n`).join(''),
    () => ({ inputs: rowsOf(readAllRecords(records, name)), outputs }),
  );
}

async function predictRecords(
  session: Session,
  graph: Graph,
  context: WorkContext,
  flags: PredictFlags,
): Promise<void> {
  const { output, input = '--value' } = flags;
  const records = openRecords(session, flags);
  try {
    if (output === undefined) {
      await printResults(session, graph, records, context, input);
      return;
    }
    const shape = [records.count, ...realSignature(graph).outputShape];
    const written = await publishPieces(session, output, async (append) => {
      append(npyPrologue('float32', shape));
      await predictReal(graph, records, context, (results) => append(bytesOf(results)));
    });
    session.emit<PredictJson>(`${written}\n`, { written, shape });
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
  session.emit<PredictJson>(`${output}\n`, { written: output, bytes });
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
