/** `tinyml predict` */

import { usageError, withAsyncErrorContext } from '../../core/errors.ts';
import { given } from '../../core/given.ts';
import type { Preparation } from '../../core/samples/preparation.ts';
import { elementCount } from '../../core/tensor.ts';
import { type RecordSource, recordLengthOf } from '../../data/records/records.ts';
import type { Imported } from '../../formats/importer.ts';
import { type Graph, getValue } from '../../ir/graph.ts';
import { type ClassNames, classesOfOutputs, decidedClasses } from '../../models/run/output-classes.ts';
import { predictRaw, predictReal, type RunOptions } from '../../models/run/predict-records.ts';
import { realSignature } from '../../models/run/real-runner.ts';
import { warningOfSaturation } from '../../models/run/saturation.ts';
import type { WorkContext } from '../../models/run/spread/spread-records.ts';
import { readSampleNotes } from '../../models/sample-notes.ts';
import { readTflmModel } from '../../models/tflm-model.ts';
import type { PredictJson } from '../printed-json.ts';
import { printable } from '../render/printable.ts';
import { jsonRows, resultFile, textOfRows } from '../render/rows.ts';
import type { Session, WritePiece } from '../terminal/session.ts';
import { openInput, requireReadable } from '../workspace/inputs.ts';
import { type ModelBytes, readAnyModel, requireModelFile } from '../workspace/model-bytes.ts';
import { publishPieces } from '../workspace/publish.ts';
import { openModelSamples, SAMPLE_FILE } from '../workspace/samples.ts';
import { workContext } from '../workspace/work-context.ts';
import { namesOutputs, predictEnds } from './predict/predict-ends.ts';
import { sayClasses } from './predict/say-classes.ts';
import { valueRecords } from './predict/value-records.ts';

/** Options of `tinyml predict`. */
export interface PredictFlags {
  readonly value?: readonly number[];
  readonly input?: string;
  readonly output?: string;
  readonly rawInput?: string;
  readonly rawOutput?: string;
  readonly reset?: boolean;
  /** Whether samples are prepared first, as the file of the model says. */
  readonly measured?: boolean;
}

/** What is run, and how. */
interface Run {
  readonly graph: Graph;
  readonly context: WorkContext;
  readonly options: RunOptions;
  /** Of each output, where they are known. */
  readonly classes: readonly (ClassNames | undefined)[];
  /** What is done to samples before; absent: nothing. */
  readonly preparation?: Preparation;
  /** Where samples of the model's own file have other axes than the graph. */
  readonly inputOrders?: Imported['inputOrders'];
}

function openRecords(session: Session, { value, input }: PredictFlags, run: Run): RecordSource {
  if (value !== undefined) return valueRecords(value);
  return openModelSamples(session, input as string, run);
}

const PRINTED_VALUES = 2 ** 16;

async function writeInputs(records: RecordSource, write: WritePiece): Promise<void> {
  const length = recordLengthOf(records);
  const rowsAtOnce = Math.max(1, Math.floor(PRINTED_VALUES / length));
  const block = new Float32Array(Math.min(rowsAtOnce, records.count) * length);
  const text = jsonRows();
  for (let start = 0; start < records.count; start += rowsAtOnce) {
    const rows = Math.min(rowsAtOnce, records.count - start);
    records.read(start, rows, block);
    await write(text(block.subarray(0, rows * length), length));
  }
}

/** Results that go to no file, printed as they come. */
async function printResults(
  session: Session,
  { graph, context, options, classes: [names] }: Run,
  records: RecordSource,
): Promise<void> {
  const length = elementCount(realSignature(graph).outputShape);
  const classesIn = (results: Float32Array): readonly string[] | undefined =>
    names && decidedClasses(names, results, length);
  const run = (take: (results: Float32Array) => void | Promise<void>): Promise<void> =>
    warningOfSaturation(graph, records, session.reporter, (watched) =>
      predictReal(graph, watched, context, take, options),
    );
  await session.emitPieces(async (write) => {
    if (!session.json) {
      await run((results) => {
        const decided = classesIn(results)?.map((name) => ` ${printable(name)}`);
        const lines = textOfRows(results, length, (row) => row.join(' '));
        return write(lines.map((line, row) => `${line}${decided?.[row] ?? ''}\n`).join(''));
      });
      return;
    }
    await write('{"inputs":[');
    await writeInputs(records, write);
    await write('],"outputs":[');
    const text = jsonRows();
    const predicted: string[] = [];
    await run((results) => {
      for (const name of classesIn(results) ?? []) predicted.push(name);
      return write(text(results, length));
    });
    const decided = `,"classes":${JSON.stringify(names)},"predicted":${JSON.stringify(predicted)}`;
    await write(`]${names === undefined ? '' : decided}}\n`);
  });
}

/** As the model takes them. */
async function openAsTaken(session: Session, flags: PredictFlags, run: Run): Promise<RecordSource> {
  const { preparation } = run;
  if (preparation === undefined) return openRecords(session, flags, run);
  // All that is done to samples, and what a project says of its features.
  const { openMeasured } = await import('./predict/measured-samples.ts');
  return openMeasured(session, flags, preparation);
}

async function predictRecords(session: Session, run: Run, flags: PredictFlags): Promise<void> {
  const { graph, context, options, classes } = run;
  const { output } = flags;
  const records = await openAsTaken(session, flags, run);
  sayClasses(session.reporter, graph, classes, output === undefined);
  try {
    if (graph.inputs.length > 1 || namesOutputs(graph, output)) {
      await predictEnds(session, run, records, output);
      return;
    }
    if (output === undefined) {
      await printResults(session, run, records);
      return;
    }
    const shape = [records.count, ...realSignature(graph).outputShape];
    const written = await publishPieces(session, output, async (append) => {
      const file = resultFile(output, shape);
      append(file.begin);
      await warningOfSaturation(graph, records, session.reporter, (watched) =>
        predictReal(graph, watched, context, (results) => append(file.block(results)), options),
      );
      append(file.end);
    });
    session.emit<PredictJson>(`${printable(written)}\n`, { written, shape });
  } finally {
    records.close();
  }
}

async function predictRawFile(
  session: Session,
  { graph, context, options }: Run,
  { rawInput, rawOutput }: PredictFlags,
): Promise<void> {
  const output = rawOutput as string;
  const records = openInput(session, rawInput as string, 'a file of raw records');
  let bytes = 0;
  try {
    await publishPieces(session, output, (append) =>
      predictRaw(
        graph,
        records,
        context,
        (results) => {
          append(results);
          bytes += results.length;
        },
        options,
      ),
    );
  } finally {
    records.close();
  }
  session.emit<PredictJson>(`${printable(output)}\n`, { written: output, bytes });
}

function preparationOf(model: Uint8Array): Preparation {
  const preparation = readSampleNotes(model)?.preparation;
  if (preparation !== undefined) return preparation;
  throw usageError(
    'no-preparation',
    'The file does not say how its samples are prepared',
    'Leave --measured out, and give samples as the model takes them.',
  );
}

/** Says of which results the axes are not those of the model's own file. */
function axesRemark({ outputs, values }: Graph, orders: Imported['outputOrders']): string | undefined {
  const moved = outputs.filter((_, index) => orders?.[index] !== undefined);
  if (moved.length === 0) return undefined;
  const names = moved.map((id) => JSON.stringify(getValue({ values }, id).name)).join(' and ');
  const which = outputs.length === 1 ? '' : ` of the output${moved.length === 1 ? '' : 's'} ${names}`;
  return `Results${which} have the channels last, as the written model has them.`;
}

/** Of a file, or that of the project. */
async function readModel(
  session: Session,
  path: string | undefined,
): Promise<ModelBytes & { readonly name: string; readonly classes?: ClassNames }> {
  if (path !== undefined) return { name: path, ...(await readAnyModel(session, path)) };
  // Every stage and what it stands on, of which a model file needs nothing.
  const { openProjectModel } = await import('./project-model.ts');
  return { ...(await openProjectModel(session).written()), converted: false };
}

/**
 * Runs a model, without `path` that of the project, on exactly one source of inputs, as real numbers or as raw bytes; usage errors
 * for none or several.
 */
export async function predictAction(
  session: Session,
  path: string | undefined,
  flags: PredictFlags,
): Promise<void> {
  requireModelFile(session, path);
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
  if (flags.measured && rawInput !== undefined) {
    throw usageError(
      'raw-measured',
      '--measured is for real numbers, not for raw bytes',
      'Give --input or --value.',
    );
  }
  // Without the model in front, which has nothing to do with it.
  if (input !== undefined && !input.includes('=')) requireReadable(session, input, SAMPLE_FILE);
  const {
    name,
    bytes: model,
    converted,
    inputOrders,
    outputOrders,
    classes,
  } = await readModel(session, path);
  if (converted) {
    session.reporter.info(`${name} is run as "tinyml convert --float" writes it, in float32.`);
  }
  const context = workContext(session);
  await withAsyncErrorContext(name, () => {
    const { graph } = readTflmModel(model);
    const remark = axesRemark(graph, outputOrders);
    if (remark !== undefined) session.reporter.info(remark);
    const preparation = flags.measured ? preparationOf(model) : undefined;
    const run: Run = {
      graph,
      context,
      options: { resets: flags.reset === true },
      classes: classesOfOutputs(graph, { ...given({ classes }), ...readSampleNotes(model) }),
      ...given({ preparation, inputOrders }),
    };
    return rawInput === undefined ? predictRecords(session, run, flags) : predictRawFile(session, run, flags);
  });
}
