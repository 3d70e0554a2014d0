/** What is to be learned of every sample: numbers, a class, or whether it is normal. */

import { inputError, usageError } from '../../core/errors.ts';
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
import type { Windows } from '../../data/samples/windows.ts';
import type { RowSource } from '../../data/sources/row-source.ts';
import type { FilesConfig } from '../dataset-config.ts';
import type { Targets } from './part-writer.ts';

export interface Learned {
  /** Absent for numbers. */
  readonly classes?: Classes;
  readonly targets: Targets;
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
      `dataset.target names ${targets.length} columns, and a class stands in one`,
      'Name one column, or make it a regression.',
    );
  }
  const column = source.columns[targets[0]];
  return task === 'anomaly'
    ? anomaliesOfRows(rows, windows, column, normal)
    : classesOfRows(rows, windows, column);
}

export function learnedOf(
  options: FilesConfig,
  roles: Roles,
  source: RowSource,
  rows: Rows,
  windows: Windows,
): Learned {
  if (options.task === 'regression') return numberTargets(rows, windows);
  const classes = classesOf(options, roles, source, rows, windows);
  if (classes.names.length < 2) {
    throw inputError(
      'one-class',
      `All samples are of the class ${JSON.stringify(classes.names[0])}, and there is nothing to decide`,
      'Give samples of another class, or "task": "anomaly".',
    );
  }
  return classTargets(classes);
}
