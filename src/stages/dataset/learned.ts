/** What is to be learned of every sample: numbers, a class, or whether it is normal. */

import { inputError, usageError } from '../../core/errors.ts';
import { counted } from '../../core/figure-text.ts';
import { elementCount } from '../../core/tensor.ts';
import {
  anomaliesOfFiles,
  anomaliesOfRows,
  type Classes,
  classesOfFiles,
  classesOfRows,
} from '../../data/samples/classes.ts';
import type { Roles } from '../../data/samples/roles.ts';
import { RowBlocks } from '../../data/samples/row-blocks.ts';
import type { Rows } from '../../data/samples/rows.ts';
import { targetColumns } from '../../data/samples/target-columns.ts';
import type { Windows } from '../../data/samples/windows.ts';
import type { RowSource } from '../../data/sources/row-source.ts';
import { asNames, type FilesConfig } from '../dataset-config.ts';
import type { Targets } from './part-writer.ts';

export interface Learned {
  /** Absent for numbers, and for several outputs. */
  readonly classes?: Classes;
  readonly targets: Targets;
  /** Each output by itself, where there are several; their targets are those of `targets`, one after another. */
  readonly outputs?: readonly LearnedOutput[];
}

/** What one output among several learns. */
export interface LearnedOutput extends Omit<Learned, 'outputs'> {
  readonly name: string;
  readonly task: 'regression' | 'classification';
  /** Columns. */
  readonly columns: readonly number[];
}

/** Of every output that decides between classes. */
export function classesIn({ classes, outputs }: Learned): readonly Classes[] {
  return outputs?.flatMap((output) => output.classes ?? []) ?? (classes === undefined ? [] : [classes]);
}

/** Of two classes whether it is the second; of more one number for each. */
function classTargets(classes: Classes): Learned {
  const count = classes.names.length;
  return {
    classes,
    targets:
      count === 2
        ? { shape: [1], write: (sample, into) => into.fill(classes.of[sample]) }
        : { shape: [count], write: (sample, into) => (into.fill(0)[classes.of[sample]] = 1) },
  };
}

/** What the last row of a sample says. */
function numberTargets({ count, targetCount, readTargets }: Rows, { first, length }: Windows): Learned {
  const blocks = new RowBlocks(count, targetCount, (values) => new Float64Array(values), readTargets);
  return {
    targets: {
      shape: [targetCount],
      write(sample, into) {
        const from = blocks.seek(first[sample] + length - 1, 1);
        for (let i = 0; i < targetCount; i++) into[i] = blocks.values[from + i];
      },
    },
  };
}

/** Throws `text-target` (input): texts are numbered as a file has them, which is no quantity. */
function requireQuantities({ columns }: RowSource, targets: readonly number[]): void {
  const text = targets.map((place) => columns[place]).find(({ kind }) => kind === 'category');
  if (text === undefined) return;
  throw inputError(
    'text-target',
    `The column ${JSON.stringify(text.name)} holds texts, and a regression learns numbers`,
    'Make it "task": "classification", or name a column of numbers.',
  );
}

/** Of a classification, and what is normal and what is none. */
export function classesOf(
  { task, classFrom, normal = [] }: FilesConfig,
  { targets }: Roles,
  source: RowSource,
  rows: Rows,
  windows: Windows,
): Classes {
  if (classFrom !== undefined) {
    return task === 'anomaly'
      ? anomaliesOfFiles(windows, classFrom, normal)
      : classesOfFiles(windows, classFrom);
  }
  if (targets.length !== 1) {
    throw usageError(
      'one-class-column',
      `dataset.target names ${counted(targets.length, 'column')}, and a class stands in one`,
      'Name one column, or make it a regression.',
    );
  }
  const column = source.columns[targets[0]];
  return task === 'anomaly'
    ? anomaliesOfRows(rows, windows, column, normal)
    : classesOfRows(rows, windows, column);
}

/** Throws `one-class` (input). */
function decidedClasses(classes: Classes, whose: string): Learned {
  if (classes.names.length >= 2) return classTargets(classes);
  throw inputError(
    'one-class',
    `All samples are of the class ${JSON.stringify(classes.names[0])}${whose}, and there is nothing to decide`,
    whose === ''
      ? 'Give samples of another class, or "task": "anomaly".'
      : 'Give samples of another class, or leave the output out.',
  );
}

/** Their targets, one after another. */
function joinedTargets(outputs: readonly LearnedOutput[]): Targets {
  const sizes = outputs.map(({ targets }) => targets.shape[0]);
  return {
    shape: [sizes.reduce((sum, size) => sum + size, 0)],
    write(sample, into) {
      let from = 0;
      for (const [index, { targets }] of outputs.entries()) {
        targets.write(sample, into.subarray(from, from + sizes[index]));
        from += sizes[index];
      }
    },
  };
}

function learnedOutputs(
  outputs: NonNullable<FilesConfig['outputs']>,
  { targets }: Roles,
  source: RowSource,
  rows: Rows,
  windows: Windows,
): Learned {
  let [column, value] = [0, 0];
  const learned = outputs.map(({ name, task, target }): LearnedOutput => {
    const columns = targets.slice(column, column + asNames(target).length);
    const width = columns.reduce((sum, place) => sum + elementCount(source.columns[place].shape), 0);
    const own = targetColumns(rows, value, width);
    column += columns.length;
    value += width;
    if (task === 'regression') requireQuantities(source, columns);
    const what =
      task === 'regression'
        ? numberTargets(own, windows)
        : decidedClasses(classesOfRows(own, windows, source.columns[columns[0]]), ` of the output "${name}"`);
    return { name, task, columns, ...what };
  });
  return { targets: joinedTargets(learned), outputs: learned };
}

export function learnedOf(
  options: FilesConfig,
  roles: Roles,
  source: RowSource,
  rows: Rows,
  windows: Windows,
): Learned {
  if (options.outputs !== undefined) return learnedOutputs(options.outputs, roles, source, rows, windows);
  if (options.task === 'regression') {
    requireQuantities(source, roles.targets);
    return numberTargets(rows, windows);
  }
  return decidedClasses(classesOf(options, roles, source, rows, windows), '');
}
