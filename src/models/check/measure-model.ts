/** What a model takes, in figures that say how far they are known. */

import { readOutline } from '../../formats/tflite/read-outline.ts';
import { type ModelOutline, operatorViews } from '../../ir/outline.ts';
import { isBuild, type Target } from '../../planner/target.ts';
import type { ProgramOptions } from '../../targets/c/optimize.ts';
import { type LibrarySupport, librarySupport } from '../inspect/library-support.ts';
import { outlineMacs } from '../inspect/outline-macs.ts';
import { countOperators } from './count-operators.ts';
import type { Figure } from './figure.ts';
import { type Footprint, footprintOf } from './footprint.ts';

/** What the model does on the test split; only a project can say. */
export interface Quality {
  /** Share of right decisions. */
  readonly accuracy: Figure;
  /** The float model's accuracy less this one's. */
  readonly accuracyDrop: Figure;
  /** Mean recall of the classes that are met. */
  readonly balancedAccuracy: Figure;
  /** Of two classes that of the second, of an anomaly detector that of the anomalies; else the mean over the classes. */
  readonly f1: Figure;
  /** Area under the ROC curve. */
  readonly auc: Figure;
  readonly averagePrecision: Figure;
  /** Of the outputs against the float model's, in dB; infinite where they are equal. */
  readonly sqnr: Figure;
  /** Mean squared error of the outputs against the targets, in their units squared. */
  readonly mse: Figure;
  /** Mean absolute error of the outputs against the targets, in their units. */
  readonly mae: Figure;
  /** 1 − squared error / squared distance of the targets from their mean: 1 is perfect, 0 as good as the mean. */
  readonly r2: Figure;
}

/** What a project does that listens all the time. */
export interface Listening {
  /** Of C without an interpreter, whatever the target: the share of its time, every instruction counted as a cycle. */
  readonly duty: Figure;
}

/** What it takes on a target. `macs`: multiply-accumulates of one inference. */
export interface Measured extends Partial<Quality>, Partial<Listening>, Footprint {
  readonly macs: Figure;
  /** How many different operators a resolver must register. */
  readonly operators: number;
  readonly libraries: readonly LibrarySupport[];
  /** A constant is infinite or no number, so no figure makes the model a good one. */
  readonly diverged?: true;
}

/** Multiply-accumulates of one inference. */
export function macsFigure(outline: ModelOutline): Figure {
  const macs = operatorViews(outline).map((view) => ({ name: view.operator.name, macs: outlineMacs(view) }));
  const value = macs.reduce((sum, operator) => sum + (operator.macs ?? 0), 0);
  const unknown = new Set(macs.filter((operator) => operator.macs === undefined).map(({ name }) => name));
  if (unknown.size === 0) return { value };
  return { value, doubt: `the arithmetic of ${[...unknown].join(', ')} is not known` };
}

function hasNonFinite({ subgraphs }: ModelOutline): boolean {
  return subgraphs.some(({ tensors }) => tensors.some(({ nonFinite }) => nonFinite));
}

/** Everything of a `.tflite` file that can be computed without data; `options` are those of its C. Throws input errors for damaged files. */
export function measureModel(bytes: Uint8Array, target: Target, options: ProgramOptions = {}): Measured {
  const { outline } = readOutline(bytes);
  return {
    ...footprintOf({ bytes, outline }, target, options),
    macs: macsFigure(outline),
    operators: countOperators(outline),
    libraries: librarySupport(outline, isBuild(target) ? target : undefined),
    ...(hasNonFinite(outline) ? { diverged: true } : {}),
  };
}
