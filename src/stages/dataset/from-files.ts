/** A dataset of the user's own files: rows, samples, parts, and what is done to the samples, in this order. */

import { counted } from '../../core/figure-text.ts';
import { given } from '../../core/given.ts';
import { prettyJson } from '../../core/json.ts';
import type { Finding } from '../../data/checks/finding.ts';
import { PREPARATION_FILE } from '../../data/preparing/preparation.ts';
import { baselined } from '../../data/samples/baseline.ts';
import type { Classes } from '../../data/samples/classes.ts';
import { chooseRoles, type Roles } from '../../data/samples/roles.ts';
import { type Rows, readRows } from '../../data/samples/rows.ts';
import { readSamples, type SampleList, type SampleReader } from '../../data/samples/sample-reader.ts';
import { cutRuns, everyRow, type Windows, windowsOf } from '../../data/samples/windows.ts';
import type { RowSource } from '../../data/sources/row-source.ts';
import { Skipping } from '../../data/sources/skipping.ts';
import { PARTS } from '../../data/splits/parts.ts';
import { asNames, type FilesConfig } from '../dataset-config.ts';
import type { StageContext, StageResult } from '../stage.ts';
import { checkDataset, refuseFindings } from './check-dataset.ts';
import {
  CHECKS_FILE,
  type DatasetDescription,
  DESCRIPTION_FILE,
  type DescribedOutput,
} from './description.ts';
import { divide, type Fold, type SampleParts } from './divide.ts';
import { fitPreparation } from './fit-preparation.ts';
import { columnsOfInput } from './input-config.ts';
import { type Learned, type LearnedOutput, learnedOf } from './learned.ts';
import { reportBeyondFloat32, reportDropped, reportSkipped, reportUnfilled } from './left-out.ts';
import { openFiles, pathsOf, tablesAt } from './open-files.ts';
import { writeInputs, writeTargets } from './part-writer.ts';

/** What reading files takes. */
export type ReadingContext = Pick<StageContext, 'listFiles' | 'report' | 'scratch' | 'seed'>;

export interface Measured {
  readonly rows: Rows;
  readonly roles: Roles;
  readonly source: RowSource;
  /** Files from the first of these rows on are for the test alone. */
  readonly testFrom: number;
}

/** Reads files of "path", then those of "test", as one. */
export async function measure(
  options: FilesConfig,
  context: ReadingContext,
  skipping: Skipping,
  hint?: string,
): Promise<Measured> {
  const own = tablesAt(pathsOf(options.path), options, context);
  const test = tablesAt(pathsOf(options.test), options, context);
  const source = await openFiles(options, [...own, ...test], context, skipping);
  const inputs = options.inputs?.map((input) => ({ features: columnsOfInput(input) }));
  const features = inputs?.flatMap((input) => input.features) ?? options.features;
  const target = options.outputs?.flatMap((output) => asNames(output.target)) ?? options.target;
  const roles = chooseRoles(source.columns, { ...options, features, target, inputs });
  const scratches = { features: context.scratch(), targets: context.scratch() };
  const rows = await readRows(source, roles, options.missing, scratches, hint);
  const testFiles = new Set(test.map(({ file }) => file));
  const testFrom = rows.recordings.find(({ file }) => testFiles.has(file))?.first ?? rows.count;
  const level = options.baseline === undefined ? rows : baselined(rows, options.baseline, context.scratch());
  return { rows: level, roles, source, testFrom };
}

const FILES_ARE_WHOLE =
  'Leave the window out: it is of rows of the table. A file that a row names is one sample, as long as its input says ("seconds", "length").';

/** Samples are rows, or what the project file cuts of recordings. */
export function windowsFor({ runs }: Rows, { recordingRows, window, inputs }: FilesConfig): Windows {
  const cut = recordingRows === undefined ? runs : cutRuns(runs, recordingRows);
  const length =
    window ?? (recordingRows === undefined ? undefined : { length: recordingRows, stride: recordingRows });
  if (length === undefined) return everyRow(cut);
  const namesFiles = inputs?.some((input) => 'source' in input) === true;
  return windowsOf(cut, length, namesFiles ? FILES_ARE_WHOLE : undefined);
}

/** Whether samples have an axis of time. */
export function isSequence({ recordingRows, window }: FilesConfig): boolean {
  return (recordingRows ?? window) !== undefined;
}

function classCounts({ names, of }: Classes, list: SampleList): number[] {
  const counts = new Array<number>(names.length).fill(0);
  let sample = -1;
  for (let i = 0; i < list.count; i++) {
    sample = list.after(sample);
    counts[of[sample]]++;
  }
  return counts;
}

function describeOutput(
  { name, task, columns, targets, classes }: LearnedOutput,
  nameOf: (place: number) => string,
): DescribedOutput {
  return {
    name,
    task,
    targets: columns.map(nameOf),
    size: targets.shape[0],
    ...(classes && { classes: [...classes.names] }),
  };
}

function describe(
  options: FilesConfig,
  { rows, roles, source, learned, reader, parts, skipped }: DividedFiles,
): DatasetDescription {
  const nameOf = (place: number): string => source.columns[place].name;
  const part = (list: SampleList) => ({
    samples: list.count,
    ...(learned.classes && { classes: classCounts(learned.classes, list) }),
  });
  return {
    ...given({ task: options.task }),
    source: options.source,
    features: roles.features.map(nameOf),
    targets: roles.targets.map(nameOf),
    ...(learned.classes && { classes: [...learned.classes.names] }),
    ...(learned.outputs && { outputs: learned.outputs.map((output) => describeOutput(output, nameOf)) }),
    measuredShape: [...reader.shape],
    rows: rows.count + rows.dropped,
    dropped: rows.dropped,
    skipped,
    parts: { train: part(parts.train), validation: part(parts.validation), test: part(parts.test) },
  };
}

const WARNED = 12;

function warnOf(findings: readonly Finding[], report: StageContext['report']): void {
  for (const { sentence } of findings.slice(0, WARNED)) report.warn(sentence);
  if (findings.length > WARNED) {
    report.warn(
      `${counted(findings.length - WARNED, 'more check')} of the data found something: see ${CHECKS_FILE}.`,
    );
  }
}

/** Files as samples, and which of them are for what. */
export interface DividedFiles extends Measured {
  readonly windows: Windows;
  readonly reader: SampleReader;
  readonly learned: Learned;
  readonly parts: SampleParts;
  /** Rows or files that could not be read. */
  readonly skipped: number;
}

/** The same for the same files, options and seed, whoever asks. */
export async function divideFiles(
  options: FilesConfig,
  fold: Fold | undefined,
  context: ReadingContext,
): Promise<DividedFiles> {
  const skipping = new Skipping(options.skipBad);
  const measured = await measure(options, context, skipping);
  const { rows, testFrom } = measured;
  reportSkipped(skipping, context.report);
  reportBeyondFloat32(rows, measured.source.columns, context.report);
  reportDropped(rows, measured.source.columns, context.report);
  const windows = windowsFor(rows, options);
  reportUnfilled(rows, windows, context.report);
  const reader = readSamples(rows, windows, isSequence(options));
  const learned = learnedOf(options, measured.roles, measured.source, rows, windows);
  const parts = divide({ options, rows, windows, learned, testFrom, seed: context.seed, fold });
  return { ...measured, windows, reader, learned, parts, skipped: skipping.count };
}

/** The content of the artifact. Everything that grows with the data lies on scratch. */
export async function datasetFromFiles(
  options: FilesConfig,
  fold: Fold | undefined,
  context: ReadingContext,
): Promise<StageResult> {
  const files = await divideFiles(options, fold, context);
  const { reader, learned, parts } = files;
  const preparation = await fitPreparation(options, { ...files, train: parts.train });
  const divided = { ...files, options, parts: parts.of, preparation };
  const findings = checkDataset(divided);
  warnOf(findings, context.report);
  if (options.strict) refuseFindings(findings);
  const written: Record<string, StageResult['files'][string]> = {
    [DESCRIPTION_FILE]: prettyJson(describe(options, files)),
    [PREPARATION_FILE]: prettyJson(preparation),
    [CHECKS_FILE]: prettyJson(findings),
    ...(learned.classes === undefined ? {} : { 'classes.json': prettyJson(learned.classes.names) }),
  };
  for (const name of PARTS) {
    written[`x_${name}.npy`] = writeInputs(reader, parts[name], preparation, context.scratch());
    written[`y_${name}.npy`] = writeTargets(learned.targets, parts[name], context.scratch());
  }
  return {
    files: written,
    metrics: {
      train: parts.train.count,
      validation: parts.validation.count,
      test: parts.test.count,
      dropped: files.rows.dropped,
    },
  };
}
