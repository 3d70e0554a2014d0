/** Data for a model of which nothing is known but its input: columns as they are, nothing prepared. */

import { inputError, usageError } from '../../core/errors.ts';
import { counted } from '../../core/figure-text.ts';
import { elementCount, formatShape } from '../../core/tensor.ts';
import { splitRecords } from '../../data/records/joined-records.ts';
import { openNpyRecords, type RecordSource } from '../../data/records/records.ts';
import { reorderedRecords } from '../../data/records/reordered-records.ts';
import type { Classes } from '../../data/samples/classes.ts';
import { chooseRoles, type Roles } from '../../data/samples/roles.ts';
import { type Rows, readRows } from '../../data/samples/rows.ts';
import { readSamples } from '../../data/samples/sample-reader.ts';
import { cutRuns, everyRow, type Windows, windowsOf } from '../../data/samples/windows.ts';
import { findColumn } from '../../data/sources/find-column.ts';
import type { RowSource } from '../../data/sources/row-source.ts';
import { type Graph, getValue, type ValueId } from '../../ir/graph.ts';
import { inputRecords, modelInputs, type SampledModel } from '../../models/run/input-records.ts';
import { realSignature } from '../../models/run/real-runner.ts';
import type { Task } from '../../models/score/tasks.ts';
import type { ReadingContext } from '../dataset/from-files.ts';
import { classesOf, learnedOf } from '../dataset/learned.ts';
import { writeInputs } from '../dataset/part-writer.ts';
import type { FilesConfig } from '../dataset-config.ts';
import { type GivenData, type GivenSource, givenName, openGiven } from './given-source.ts';
import { columnsOfInputs, type InputColumns } from './input-columns.ts';
import { type Labels, type ModelSamples, targetArray } from './model-samples.ts';
import { allOf, type DataNames } from './project-samples.ts';

export interface PlainNames extends DataNames {
  readonly task?: 'regression' | 'classification' | undefined;
  /** The classes in the order of the model's outputs. */
  readonly labels?: readonly string[] | undefined;
  /** Columns that are no input: what is true of samples beside what is asked for. */
  readonly ignore?: readonly string[] | undefined;
}

function requireLabels({ columns }: RowSource, { target, classFrom }: PlainNames): void {
  if (target !== undefined || classFrom !== undefined) return;
  const listed = columns.slice(0, 12).map(({ name }) => name);
  throw usageError(
    'no-target',
    'Nothing says what is true of the samples',
    `Name the column with --target (${listed.join(', ')}${columns.length > listed.length ? ', …' : ''}), or say --class-from folder.`,
  );
}

/** Texts are numbered as a file has them, which says nothing to a model. */
function requireNumbers({ columns }: RowSource, { features }: Roles): void {
  const text = features.map((place) => columns[place]).find(({ kind }) => kind === 'category');
  if (text === undefined) return;
  throw inputError(
    'category-feature',
    `The column ${JSON.stringify(text.name)} holds texts, and no project says which numbers the model takes for them`,
    'Run it in the folder of the project that the model was trained in, or give data without that column.',
  );
}

/** Rows are samples where they fit; where so many of them fill the input, they are one sample together. */
function windowsFor(rows: Rows, graph: Graph, { report }: ReadingContext): Windows {
  const { input } = realSignature(graph);
  const [wanted, own] = [elementCount(input.shape), elementCount(rows.shape)];
  if (wanted === own) return everyRow(rows.runs);
  const length = wanted / own;
  if (!Number.isInteger(length)) {
    throw inputError(
      'record-size',
      `A row has ${counted(own, 'value')} beside the target, and the model's input ${formatShape(input.shape)} takes ${wanted}`,
      'Give data with one column for each value that the model takes.',
    );
  }
  report.info(
    `The model's input ${formatShape(input.shape)} is filled by ${length} rows: they are one sample.`,
  );
  return windowsOf(cutRuns(rows.runs, length), { length, stride: length });
}

/** Whether what the model says is a probability: its last operator but for changes of form is a softmax or sigmoid. */
function saysProbabilities({ nodes, outputs: [output] }: Graph): boolean {
  const producer = (id: ValueId) => nodes.find(({ outputs }) => outputs.includes(id));
  let node = producer(output);
  while (node?.kind === 'dequantize' || node?.kind === 'quantize' || node?.kind === 'reshape') {
    node = producer(node.inputs[0] as ValueId);
  }
  return node?.kind === 'softmax' || node?.kind === 'logistic';
}

function taskFor(graph: Graph, source: RowSource, { targets }: Roles, names: PlainNames): Task {
  if (names.task !== undefined) return names.task;
  if (names.classFrom !== undefined) return 'classification';
  if (targets.some((place) => source.columns[place].kind === 'category')) return 'classification';
  if (targets.some((place) => source.columns[place].shape.length > 0)) return 'regression';
  const outputs = elementCount(getValue(graph, graph.outputs[0]).type.shape);
  return targets.length === 1 && (outputs > 1 || saysProbabilities(graph)) ? 'classification' : 'regression';
}

/** Classes without names of their own are places: 0, 1, … */
function arePlaces(names: readonly string[], count: number): boolean {
  return names.every((name) => /^\d+$/.test(name) && Number(name) < count);
}

/** Names in the order of the outputs: as they are given, as numbers say, or sorted. */
function orderOf({ names }: Classes, given: readonly string[] | undefined, count: number): readonly string[] {
  if (given === undefined && arePlaces(names, count))
    return Array.from({ length: count }, (_, i) => String(i));
  const order = given ?? names;
  if (order.length !== count) {
    throw inputError(
      'class-count',
      `There are ${counted(order.length, 'class', 'classes')} (${order.slice(0, 8).join(', ')}), and the model decides between ${count}`,
      'Name all of them in the order of its outputs: --labels no,yes.',
    );
  }
  const unknown = names.find((name) => !order.includes(name));
  if (unknown === undefined) return order;
  throw inputError(
    'unknown-class',
    `The data have the class ${JSON.stringify(unknown)}, which --labels does not name`,
    `It names ${order.join(', ')}.`,
  );
}

function classLabels(
  classes: Classes,
  graph: Graph,
  { labels }: PlainNames,
  { report }: ReadingContext,
): Labels {
  const outputs = elementCount(getValue(graph, graph.outputs[0]).type.shape);
  const order = orderOf(classes, labels, Math.max(2, outputs));
  if (labels === undefined) report.info(`Classes in the order of the outputs: ${order.join(', ')}.`);
  const places = classes.names.map((name) => order.indexOf(name));
  return { task: 'classification', classes: order, actual: classes.of.map((own) => places[own]) };
}

/** Columns as the model takes them. */
interface PlainRoles {
  readonly roles: Roles;
  /** Of a model with several inputs. */
  readonly inputs?: readonly InputColumns[];
}

function rolesFor(given: GivenSource, model: SampledModel, { target, ignore }: PlainNames): PlainRoles {
  const { columns } = given.source;
  const inputs = modelInputs(model);
  if (inputs.length === 1) return { roles: chooseRoles(columns, { target, ignore }) };
  const placesOf = (names: readonly string[] = []) => names.map((name) => findColumn(columns, name));
  const targets = placesOf(target);
  const taken = new Set([...targets, ...placesOf(ignore)]);
  const free = columns.flatMap(({ kind }, place) => (taken.has(place) || kind === 'time' ? [] : [place]));
  const ofInputs = columnsOfInputs(given, free, inputs);
  return { roles: { features: ofInputs.flatMap(({ places }) => places), targets }, inputs: ofInputs };
}

/** In the order of the inputs and of their axes that the graph has. */
function asModelTakes(x: RecordSource, model: SampledModel, columns: PlainRoles['inputs']): RecordSource {
  const inputs = modelInputs(model);
  const [{ shape, order }] = inputs;
  if (columns === undefined) return reorderedRecords(x, shape, order);
  const parts = splitRecords(
    x,
    columns.map((one) => one.shape),
  );
  return inputRecords(inputs, new Map(columns.map(({ input }, index) => [input.name, parts[index]])));
}

/**
 * Given data for `model`: every column but the targets is an input. Throws `unknown-data`, `bad-data`, `no-target`,
 * `category-feature`, `missing-input`, `record-size`, `class-count`, `unknown-class`.
 */
export async function readPlainSamples(
  model: SampledModel,
  given: GivenData,
  names: PlainNames,
  context: ReadingContext,
): Promise<ModelSamples> {
  const { graph } = model;
  const opened = await openGiven(given, context);
  const { source } = opened;
  requireLabels(source, names);
  const { roles, inputs: columns } = rolesFor(opened, model, names);
  requireNumbers(source, roles);
  const scratches = { features: context.scratch(), targets: context.scratch() };
  const rows = await readRows(source, roles, { codes: [], policy: 'drop' }, scratches);
  const windows = columns === undefined ? windowsFor(rows, graph, context) : everyRow(rows.runs);
  const reader = readSamples(rows, windows, windows.length > 1);
  const task = taskFor(graph, source, roles, names);
  // Of a project's options only those count that say what is learned.
  const options = {
    task,
    ...(names.target === undefined ? { classFrom: names.classFrom } : {}),
  } as FilesConfig;
  const labels: Labels =
    task === 'regression'
      ? {
          task,
          targets: targetArray(learnedOf(options, roles, source, rows, windows).targets, reader.count),
        }
      : classLabels(classesOf(options, roles, source, rows, windows), graph, names, context);
  const preparation = { version: 1, inputShape: reader.shape, steps: [] } as const;
  const records = openNpyRecords(
    writeInputs(reader, allOf(reader), preparation, context.scratch()),
    givenName(given),
  );
  return { x: asModelTakes(records, model, columns), labels, dropped: rows.dropped, skipped: 0 };
}
