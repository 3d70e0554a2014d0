/** What `tinyml predict` gives of a model with several inputs or outputs: every end by its name. */

import { usageError } from '../../../core/errors.ts';
import { elementCount, formatShape } from '../../../core/tensor.ts';
import type { FloatArray } from '../../../data/records/float-array.ts';
import { type RecordSource, recordLengthOf } from '../../../data/records/records.ts';
import { writeNpz } from '../../../data/records/write-npz.ts';
import { type Graph, getValue, type ValueId } from '../../../ir/graph.ts';
import { type ClassNames, decidedClasses } from '../../../models/run/output-classes.ts';
import { predictEach, predictReal, type RunOptions } from '../../../models/run/predict-records.ts';
import type { WorkContext } from '../../../models/run/spread/spread-records.ts';
import type { PredictJson } from '../../printed-json.ts';
import { printable } from '../../render/printable.ts';
import { type NamedEnd, namedRow, resultFile, textOfRows } from '../../render/rows.ts';
import type { Session, WritePiece } from '../../terminal/session.ts';
import { publishBytes, publishPieces } from '../../workspace/publish.ts';

/** What is run, and how. */
export interface EndsRun {
  readonly graph: Graph;
  readonly context: WorkContext;
  readonly options: RunOptions;
  /** Of each output, where they are known. */
  readonly classes: readonly (ClassNames | undefined)[];
}

const ARCHIVE = /\.npz$/i;

function endsOf(graph: Graph, ids: readonly ValueId[]): readonly NamedEnd[] {
  return ids.map((id) => {
    const { name, type } = getValue(graph, id);
    return { name, length: elementCount(type.shape) };
  });
}

/** Whether results go to files by the names of outputs. */
export function namesOutputs({ outputs, values }: Graph, output: string | undefined): boolean {
  if (outputs.length > 1 || output === undefined) return outputs.length > 1;
  return ARCHIVE.test(output) || output.startsWith(`${getValue({ values }, outputs[0]).name}=`);
}

/** What the outputs of one record decide, by their names. */
function decidedBy(
  outputs: readonly NamedEnd[],
  classes: EndsRun['classes'],
  row: readonly number[],
): ReadonlyMap<string, string> {
  const named = namedRow(outputs, row).flatMap(([name, values], index) => {
    const names = classes[index];
    return names === undefined ? [] : [[name, decidedClasses(names, values, values.length)[0]] as const];
  });
  return new Map(named);
}

/** Records, or results, as JSON: rows of numbers of one end, else an object for each record. */
function jsonText(ends: readonly NamedEnd[]): (block: Float32Array) => string {
  const length = ends.reduce((sum, end) => sum + end.length, 0);
  let separator = '';
  return (block) => {
    const text = textOfRows(block, length, (row) =>
      JSON.stringify(ends.length === 1 ? row : Object.fromEntries(namedRow(ends, row))),
    ).join(',');
    if (text === '') return '';
    const piece = separator + text;
    separator = ',';
    return piece;
  };
}

async function writeInputs(
  records: RecordSource,
  ends: readonly NamedEnd[],
  write: WritePiece,
): Promise<void> {
  const record = new Float32Array(recordLengthOf(records));
  const text = jsonText(ends);
  for (let row = 0; row < records.count; row++) {
    records.read(row, 1, record);
    await write(text(record));
  }
}

function classesByName(
  outputs: readonly NamedEnd[],
  classes: EndsRun['classes'],
): Readonly<Record<string, ClassNames>> {
  return Object.fromEntries(
    outputs.flatMap(({ name }, index) => {
      const names = classes[index];
      return names === undefined ? [] : [[name, names]];
    }),
  );
}

function textLine(outputs: readonly NamedEnd[], classes: EndsRun['classes'], row: readonly number[]): string {
  const decided = decidedBy(outputs, classes, row);
  const ends = namedRow(outputs, row).map(([name, values]) => {
    const own = decided.get(name);
    return [printable(name), ...values, ...(own === undefined ? [] : [printable(own)])].join(' ');
  });
  return `${ends.join('  ')}\n`;
}

async function print(
  session: Session,
  { graph, context, options, classes }: EndsRun,
  records: RecordSource,
): Promise<void> {
  const [inputs, outputs] = [endsOf(graph, graph.inputs), endsOf(graph, graph.outputs)];
  const length = outputs.reduce((sum, end) => sum + end.length, 0);
  await session.emitPieces(async (write) => {
    if (!session.json) {
      const line = (row: number[]) => textLine(outputs, classes, row);
      const take = (block: Float32Array) => write(textOfRows(block, length, line).join(''));
      await predictReal(graph, records, context, take, options);
      return;
    }
    await write('{"inputs":[');
    await writeInputs(records, inputs, write);
    await write('],"outputs":[');
    const text = jsonText(outputs);
    const predicted: string[] = [];
    const decides = classes.some((names) => names !== undefined);
    const decidedJson = (row: number[]): string => {
      const decided = decidedBy(outputs, classes, row);
      return JSON.stringify(outputs.length === 1 ? [...decided.values()][0] : Object.fromEntries(decided));
    };
    const take = (block: Float32Array) => {
      if (decides) for (const row of textOfRows(block, length, decidedJson)) predicted.push(row);
      return write(text(block));
    };
    await predictReal(graph, records, context, take, options);
    const names = JSON.stringify(outputs.length === 1 ? classes[0] : classesByName(outputs, classes));
    await write(`]${decides ? `,"classes":${names},"predicted":[${predicted.join(',')}]` : ''}}\n`);
  });
}

/** Which output goes to which file: `sum=s.npy,rest=r.csv`. */
function filesOf(graph: Graph, output: string): ReadonlyMap<number, string> {
  const outputs = graph.outputs.map((id) => getValue(graph, id));
  const listed = outputs.map(({ name, type }) => `${name} ${formatShape(type.shape)}`).join(', ');
  const hint = `Its outputs are ${listed}: give -o ${outputs.map(({ name }) => `${name}=${name}.npy`).join(',')}, or -o results.npz.`;
  return new Map(
    output.split(',').map((word) => {
      const at = word.indexOf('=');
      if (at < 0 && outputs.length === 1) return [0, output];
      if (at < 0) {
        throw usageError(
          'several-outputs',
          `The model has ${outputs.length} outputs, and ${word} is one file`,
          hint,
        );
      }
      const index = outputs.findIndex(({ name }) => name === word.slice(0, at));
      if (index >= 0) return [index, word.slice(at + 1)];
      throw usageError(
        'unknown-output',
        `The model has no output ${JSON.stringify(word.slice(0, at))}`,
        hint,
      );
    }),
  );
}

async function publishResults(session: Session, path: string, { shape, data }: FloatArray): Promise<string> {
  const file = resultFile(path, shape);
  return publishPieces(session, path, async (append) => {
    for (const piece of [file.begin, file.block(data), file.end]) append(piece);
  });
}

async function write(session: Session, run: EndsRun, records: RecordSource, output: string): Promise<void> {
  const { graph, context, options } = run;
  const names = endsOf(graph, graph.outputs).map(({ name }) => name);
  const files = ARCHIVE.test(output) && !output.includes('=') ? undefined : filesOf(graph, output);
  const results = await predictEach(graph, records, context, options);
  const shapes = results.map(({ shape }, index) => ({ name: names[index], shape }));
  if (files === undefined) {
    const archive = writeNpz(new Map(names.map((name, index) => [name, results[index]])));
    const written = publishBytes(session, archive, output);
    const ends = shapes.map((end) => ({ ...end, written }));
    session.emit<PredictJson>(`${printable(written)}\n`, { outputs: ends });
    return;
  }
  const ends: { name: string; shape: readonly number[]; written: string }[] = [];
  for (const [index, path] of files) {
    ends.push({ ...shapes[index], written: await publishResults(session, path, results[index]) });
  }
  session.emit<PredictJson>(ends.map(({ written }) => `${printable(written)}\n`).join(''), { outputs: ends });
}

/** Prints the results of every record with the names of the outputs, or writes them to files by those names. */
export async function predictEnds(
  session: Session,
  run: EndsRun,
  records: RecordSource,
  output: string | undefined,
): Promise<void> {
  await (output === undefined ? print(session, run, records) : write(session, run, records, output));
}
