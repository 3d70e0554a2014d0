/** Data as a project reads them: its source, its windows, its classes, and the preparation that its training fitted. */

import type { Artifact } from '../../artifacts/store.ts';
import { inputError, usageError } from '../../core/errors.ts';
import { counted } from '../../core/figure-text.ts';
import { given } from '../../core/given.ts';
import { inputPreparations, type OneHotColumn, type Preparation } from '../../core/samples/preparation.ts';
import { elementCount, formatShape, type Shape } from '../../core/tensor.ts';
import { PREPARATION_FILE, parsePreparation } from '../../data/preparing/preparation.ts';
import { openNpyRecords, type RecordSource } from '../../data/records/records.ts';
import type { Classes, ClassPlace } from '../../data/samples/classes.ts';
import type { DroppedRow } from '../../data/samples/row-writer.ts';
import type { Rows } from '../../data/samples/rows.ts';
import { readSamples, type SampleReader } from '../../data/samples/sample-reader.ts';
import type { Column, ColumnKind } from '../../data/sources/row-source.ts';
import { Skipping } from '../../data/sources/skipping.ts';
import { filesOfKind, SOURCE_NAMES } from '../../data/sources/source-names.ts';
import type { DatasetDescription, DescribedOutput } from '../dataset/description.ts';
import { isSequence, measure, type ReadingContext, windowsFor } from '../dataset/from-files.ts';
import { classesOf, learnedOf } from '../dataset/learned.ts';
import { writeInputs } from '../dataset/part-writer.ts';
import type { FilesConfig } from '../dataset-config.ts';
import { readDescription, readSplit } from '../dataset-reader.ts';
import { type Labels, type ModelSamples, targetArray } from './model-samples.ts';

/** What the command line may say otherwise than the project file. */
export interface DataNames {
  readonly target?: readonly string[] | undefined;
  readonly classFrom?: ClassPlace | undefined;
  /** Of a project with several outputs: which of them is asked for. */
  readonly output?: string | undefined;
}

/** With their places among the numbers of a row. */
function oneHotColumns(preparation: Preparation): readonly OneHotColumn[] {
  return inputPreparations(preparation).flatMap(({ input, preparation: { steps } }) => {
    const [first] = steps;
    if (first?.step !== 'one-hot') return [];
    const { columns } = first.parameters;
    return input === undefined
      ? columns
      : columns.map((one) => ({ ...one, column: input.columns[one.column] }));
  });
}

/** Of each feature, in their order, where it begins among the numbers of a row. */
function featurePlaces({ inputs }: Preparation): readonly number[] | undefined {
  return inputs?.flatMap(({ columns }) => columns);
}

/** What the features held when the network was trained, whatever they look like in other files. */
function trainedKinds(
  { features }: DatasetDescription,
  preparation: Preparation,
): Readonly<Record<string, ColumnKind>> {
  const categories = new Set(oneHotColumns(preparation).map(({ column }) => column));
  const places = featurePlaces(preparation);
  return Object.fromEntries(
    features.map((name, index) => {
      const place = places?.[index] ?? index;
      return [name, categories.has(place) ? 'category' : 'number'] as const;
    }),
  );
}

/** What one output learns, of a project with several. Throws `several-outputs` (usage) for none that it has. */
function outputFor({ outputs }: DatasetDescription, name: string | undefined): DescribedOutput | undefined {
  if (outputs === undefined) return undefined;
  const found = outputs.find((output) => output.name === name);
  if (found !== undefined) return found;
  throw usageError(
    'several-outputs',
    name === undefined
      ? `The project has ${outputs.length} outputs, and nothing says which is measured`
      : `The project has no output ${JSON.stringify(name)}`,
    `Its outputs are ${outputs.map((output) => output.name).join(', ')}.`,
  );
}

function optionsFor(
  config: FilesConfig,
  path: string,
  { target, classFrom }: Omit<DataNames, 'output'>,
  description: DatasetDescription,
  preparation: Preparation,
): FilesConfig {
  const { test: _, time: __, ignore: ___, outputs: ____, group, ...one } = config;
  const { target: ownTarget, classFrom: ownPlace, ...rest } = one;
  const place = target === undefined ? (classFrom ?? ownPlace) : undefined;
  const isShaped = preparation.inputShape.length > 1 && !isSequence(config);
  return {
    ...rest,
    path,
    features: description.features,
    ...(isShaped ? {} : { columns: { ...trainedKinds(description, preparation), ...config.columns } }),
    // Groups end recordings, which matters where samples are cut of them.
    ...given({ group: isSequence(config) ? group : undefined }),
    ...(place === undefined ? { target: target ?? ownTarget } : { classFrom: place }),
  } as FilesConfig;
}

/** Categories are numbered as they appear in a file: here as they did in training, and −1 where it saw none such. */
function recoded(
  rows: Rows,
  columns: readonly Column[],
  preparation: Preparation,
  unknown: (row: number, column: Column, text: string) => void = () => {},
): Rows {
  const known = oneHotColumns(preparation);
  if (known.length === 0) return rows;
  const featureAt = featurePlaces(preparation);
  const codes = known.map(({ column: place, texts }) => {
    const places = new Map(texts.map((text, index) => [text, index]));
    const column = columns[featureAt?.indexOf(place) ?? place];
    return { place, column, codes: (column.texts ?? []).map((text) => places.get(text) ?? -1) };
  });
  const width = elementCount(rows.shape);
  return {
    ...rows,
    read(start, count, into) {
      rows.read(start, count, into);
      for (let row = 0; row < count; row++) {
        for (const one of codes) {
          const at = row * width + one.place;
          const text = one.column.texts?.[into[at]];
          into[at] = one.codes[into[at]] ?? (Number.isNaN(into[at]) ? Number.NaN : -1);
          if (into[at] === -1) unknown(start + row, one.column, text ?? '');
        }
      }
    },
  };
}

/** Places among the classes that the model was trained on. Throws `unknown-class` (input). */
function trainedPlaces({ names, of }: Classes, trained: readonly string[]): Int32Array {
  const places = names.map((name) => {
    const place = trained.indexOf(name);
    if (place >= 0) return place;
    throw inputError(
      'unknown-class',
      `The data have the class ${JSON.stringify(name)}, which the project was not trained on`,
      `Its classes are ${trained.map((known) => JSON.stringify(known)).join(', ')}.`,
    );
  });
  return of.map((own) => places[own]);
}

/** A preparation of other samples would take one value for another. Throws `sample-shape` (input). */
function requireShape(own: Shape, trained: Shape, path: string): void {
  if (own.join() === trained.join()) return;
  throw inputError(
    'sample-shape',
    `The samples of ${path} have the shape ${formatShape(own)}, and those that the project was trained on ${formatShape(trained)}`,
    'Give data of the same kind, or say in "format" of the project file how all of them are read.',
  );
}

/** Throws `other-source` (input) for files that are called as those of another kind than the project reads. */
function requireKind({ source, inputs }: FilesConfig, path: string, { listFiles }: ReadingContext): void {
  const files = listFiles(path);
  if (filesOfKind(files, source).length > 0) return;
  const other = SOURCE_NAMES.find((name) => filesOfKind(files, name).length > 0);
  if (other === undefined) return;
  const named = inputs?.find((input) => 'source' in input);
  throw inputError(
    'other-source',
    `${path} is read as ${other}, and the project reads ${source}`,
    named !== undefined && 'column' in named
      ? `Give a table like the project's, whose column ${JSON.stringify(named.column)} names such files.`
      : 'Give data of the kind that the project was made of.',
  );
}

/** The samples that `reader` has, all of them. */
export function allOf({ count }: SampleReader) {
  return { count, after: (sample: number) => sample + 1 };
}

/** Files at `path` for the project whose dataset is `dataset`. Errors are those of making a dataset. */
export async function readProjectSamples(
  config: FilesConfig,
  dataset: Artifact,
  path: string,
  names: DataNames,
  context: ReadingContext,
): Promise<ModelSamples> {
  requireKind(config, path, context);
  const description = readDescription(dataset) as DatasetDescription;
  const preparation = parsePreparation(dataset.readText(PREPARATION_FILE));
  const output = outputFor(description, names.output);
  const learned = output === undefined ? config : { ...config, target: output.targets };
  const options = optionsFor(learned, path, names, description, preparation);
  // Of one output the project file says it.
  const task = output?.task ?? options.task ?? 'regression';
  const skipping = new Skipping(options.skipBad);
  const { rows: read, roles, source } = await measure(options, context, skipping);
  const features = roles.features.map((place) => source.columns[place]);
  const rows = recoded(read, features, preparation);
  const windows = windowsFor(rows, options);
  const reader = readSamples(rows, windows, isSequence(options));
  const asked = { ...options, task };
  const classes = () => classesOf(asked, roles, source, rows, windows);
  const labels = (): Labels => {
    switch (task) {
      case 'regression':
        return {
          task: 'regression',
          targets: targetArray(learnedOf(asked, roles, source, rows, windows).targets, reader.count),
        };
      case 'classification': {
        const trained = (output ?? description).classes ?? [];
        return {
          task: 'classification',
          classes: trained,
          actual: trainedPlaces(classes(), trained),
        };
      }
      case 'anomaly':
        return { task: 'anomaly', isAnomaly: classes().of, normal: readSplit(dataset, 'validation').x };
    }
  };
  requireShape(reader.shape, preparation.inputShape, path);
  const inputs = writeInputs(reader, allOf(reader), preparation, context.scratch());
  return {
    x: openNpyRecords(inputs, path),
    labels: labels(),
    dropped: rows.dropped,
    skipped: skipping.count,
  };
}

const FILL_ROWS = 'Fill in what is missing, or leave those rows out.';

function missingValue(
  dropped: number,
  { row, columns: places }: DroppedRow,
  columns: readonly Column[],
): Error {
  const names = places.map((place) => JSON.stringify(columns[place].name)).join(', ');
  const others = dropped - 1;
  const more =
    others === 0 ? '' : ` (and ${counted(others, 'more row')} ${others === 1 ? 'lacks' : 'lack'} something)`;
  return inputError(
    'missing-value',
    `Row ${row} has no ${names}${more}, so that nothing can be predicted`,
    FILL_ROWS,
  );
}

function unknownText(row: number, { name }: Column, text: string): never {
  throw inputError(
    'unknown-text',
    `Row ${row + 1}, column ${JSON.stringify(name)} is ${JSON.stringify(text)}, which the project was not trained on`,
    `"tinyml inspect" shows the model's preparation; give texts of the training data.`,
  );
}

/**
 * The same without anything to learn, for a prediction of each sample: features by their names, whatever stands beside
 * them. Throws input errors for a feature without a column, a text that training never saw, and rows in which something
 * is missing.
 */
export async function readProjectInputs(
  config: FilesConfig,
  dataset: Artifact,
  path: string,
  context: ReadingContext,
): Promise<RecordSource> {
  const description = readDescription(dataset) as DatasetDescription;
  const preparation = parsePreparation(dataset.readText(PREPARATION_FILE));
  const { target: _, classFrom: __, ...rest } = optionsFor(config, path, {}, description, preparation);
  const columns = trainedKinds(description, preparation);
  const options = { ...rest, skipBad: 0, ...(rest.columns && { columns }) } as FilesConfig;
  const { rows: read, roles, source } = await measure(options, context, new Skipping(0), FILL_ROWS);
  if (read.firstDropped !== undefined) throw missingValue(read.dropped, read.firstDropped, source.columns);
  const features = roles.features.map((place) => source.columns[place]);
  const rows = recoded(read, features, preparation, unknownText);
  const reader = readSamples(rows, windowsFor(rows, options), isSequence(options));
  requireShape(reader.shape, preparation.inputShape, path);
  return openNpyRecords(writeInputs(reader, allOf(reader), preparation, context.scratch()), path);
}
