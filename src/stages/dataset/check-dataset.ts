/** What looks wrong with a dataset of files once it is divided: `checks.json`. */

import { inputError } from '../../core/errors.ts';
import { inputPreparations, type Preparation } from '../../core/samples/preparation.ts';
import { elementCount } from '../../core/tensor.ts';
import { checkClasses, checkCount, checkGroups } from '../../data/checks/class-checks.ts';
import {
  type CheckedColumn,
  checkColumns,
  checkRanges,
  checkScales,
} from '../../data/checks/column-checks.ts';
import type { ColumnStatistics } from '../../data/checks/column-statistics.ts';
import type { Finding } from '../../data/checks/finding.ts';
import { checkLevels } from '../../data/checks/level-check.ts';
import { checkEqualToTarget, checkSoleFeatures } from '../../data/checks/sole-feature.ts';
import type { Classes } from '../../data/samples/classes.ts';
import { featureOffsets, type Roles } from '../../data/samples/roles.ts';
import type { Rows } from '../../data/samples/rows.ts';
import type { SampleReader } from '../../data/samples/sample-reader.ts';
import { placesAmong, type Windows } from '../../data/samples/windows.ts';
import type { Column, RowSource } from '../../data/sources/row-source.ts';
import { PART } from '../../data/splits/parts.ts';
import type { FilesConfig } from '../dataset-config.ts';
import type { Learned } from './learned.ts';
import { gatherRowFacts, type PickedRows, type RowFacts } from './row-facts.ts';

/** More columns are pictures or spectra: nobody gave them names. */
const MOST_COLUMNS = 1000;

export interface DividedDataset {
  readonly options: FilesConfig;
  readonly roles: Roles;
  readonly source: RowSource;
  readonly rows: Rows;
  readonly windows: Windows;
  readonly reader: SampleReader;
  readonly learned: Learned;
  /** Of every sample its place in `PARTS`, or above them. */
  readonly parts: Uint8Array;
  readonly preparation: Preparation;
}

/** A column of single numbers, and where in a row of features it is. */
interface NamedColumn {
  readonly column: Column;
  readonly place: number;
}

/** Columns with a name for each number; none of arrays. */
function namedColumns({ roles, source }: DividedDataset): readonly NamedColumn[] {
  const offsets = featureOffsets(source.columns, roles);
  const columns = roles.features.map((place, index) => ({
    column: source.columns[place],
    place: offsets[index],
  }));
  const named = columns.filter(({ column }) => elementCount(column.shape) === 1);
  return named.length <= MOST_COLUMNS ? named : [];
}

function columnFindings(
  columns: readonly Column[],
  { train, test }: RowFacts,
  { options, preparation }: DividedDataset,
): readonly Finding[] {
  const checked = (statistics: readonly ColumnStatistics[]): CheckedColumn[] =>
    columns.map(({ name, kind, texts }, index) => ({ ...statistics[index], name, kind, texts }));
  const [own, tested] = [checked(train), checked(test)];
  const isNumber = ({ kind }: CheckedColumn): boolean => kind === 'number';
  const isScaled = inputPreparations(preparation).every(
    ({ input, preparation: { steps } }) =>
      input?.shape !== undefined || steps.some(({ step }) => step === 'affine'),
  );
  return [
    ...checkColumns(own),
    ...(isScaled ? [] : checkScales(own)),
    // What is unlike everything normal may lie anywhere.
    ...(options.task === 'anomaly' ? [] : checkRanges(own.filter(isNumber), tested.filter(isNumber))),
  ];
}

/** Targets of a few samples, as they are learned. */
function pickedTargets({ learned }: DividedDataset, { samples }: PickedRows, place: number): Float64Array {
  const { shape, write } = learned.targets;
  const target = new Float32Array(elementCount(shape));
  const values = new Float64Array(samples.length);
  for (let i = 0; i < samples.length; i++) {
    write(samples[i], target);
    values[i] = target[place];
  }
  return values;
}

/** Numbers or classes that stand in some columns. */
interface LearnedColumns {
  readonly columns: readonly number[];
  /** Of their numbers in a target. */
  readonly from: number;
  /** Absent for numbers. */
  readonly classes: Classes | undefined;
}

/** What each output learns; of what is normal nothing. */
function learnedColumns({ options, roles, learned }: DividedDataset): readonly LearnedColumns[] {
  const { classes, outputs } = learned;
  if (outputs === undefined)
    return options.task === 'anomaly' ? [] : [{ columns: roles.targets, from: 0, classes }];
  let from = 0;
  return outputs.map(({ columns, classes: own, targets }) => {
    const learnedHere = { columns, from, classes: own };
    from += targets.shape[0];
    return learnedHere;
  });
}

function leaks(columns: readonly Column[], picked: PickedRows, divided: DividedDataset): readonly Finding[] {
  const { source } = divided;
  const features = columns.map(({ name, texts }, index) => ({ name, texts, values: picked.columns[index] }));
  const numbers = features.filter((_, index) => columns[index].kind === 'number');
  return learnedColumns(divided).flatMap(({ columns: targets, from, classes }) => {
    if (classes === undefined) {
      return targets.flatMap((column, place) =>
        checkEqualToTarget(numbers, {
          name: source.columns[column].name,
          values: pickedTargets(divided, picked, from + place),
        }),
      );
    }
    const [target] = targets;
    const name = target === undefined ? 'class' : source.columns[target].name;
    const classOf = Int32Array.from(picked.samples, (sample) => classes.of[sample]);
    return checkSoleFeatures(features, { name, classOf, texts: classes.names });
  });
}

function classFindings({ levels }: RowFacts, divided: DividedDataset): readonly Finding[] {
  return learnedColumns(divided).flatMap(({ classes }) =>
    classes === undefined
      ? []
      : [
          ...checkClasses(classes.of, classes.names),
          ...(levels === undefined ? [] : checkLevels(levels, 'class', classes.of, classes.names)),
        ],
  );
}

/** Of every sample what must not be torn, and what it is called; undefined where nothing says. */
function groupsOf({ options, roles, source, rows, windows }: DividedDataset) {
  if (roles.group !== undefined) {
    const { name, texts } = source.columns[roles.group];
    return { of: Float64Array.from(windows.first, (row) => rows.groups[row]), name, texts };
  }
  const { by } = options.split;
  if (windows.length === 1 || by === 'time' || by === 'head') return undefined;
  const texts = windows.runs.map(({ file }) => file.path);
  return { of: placesAmong(windows, windows.runs), name: 'recording', texts };
}

/** Recordings, and groups that a column names, with samples in several parts. */
function tornFindings(divided: DividedDataset): readonly Finding[] {
  const groups = groupsOf(divided);
  if (groups === undefined) return [];
  const { parts } = divided;
  const isUsed = (_: number, sample: number): boolean => parts[sample] <= PART.test;
  return checkGroups(parts.filter(isUsed), groups.of.filter(isUsed), groups.name, groups.texts);
}

/** Recordings of sound, as loud as they were taken. */
function isSound({ options, preparation }: DividedDataset): boolean {
  return options.source === 'wav' && preparation.steps.every(({ step }) => step !== 'level');
}

export function checkDataset(divided: DividedDataset): readonly Finding[] {
  const named = namedColumns(divided);
  const columns = named.map(({ column }) => column);
  const facts = gatherRowFacts(divided, divided.parts, {
    columns: named.map(({ place }) => place),
    ofLevels: isSound(divided),
  });
  return [
    ...checkCount(divided.parts.length),
    ...classFindings(facts, divided),
    ...tornFindings(divided),
    ...facts.duplicates,
    ...leaks(columns, facts.picked, divided),
    ...columnFindings(columns, facts, divided),
  ];
}

/** Throws `data-checks` (input) where there is a finding. */
export function refuseFindings(findings: readonly Finding[]): void {
  const [first, ...others] = findings;
  if (first === undefined) return;
  const more = others.length === 0 ? '' : ` (and ${others.length} more)`;
  throw inputError(
    'data-checks',
    `The data do not pass the checks${more}: ${first.sentence}`,
    'Mend the data or the project file; what is not strict only warns.',
  );
}
