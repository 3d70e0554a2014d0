/** What a model takes, in figures that say how far they are known. */

import { attempt } from '../../core/errors.ts';
import { readOutline } from '../../formats/tflite/read-outline.ts';
import { type ModelOutline, operatorViews } from '../../ir/outline.ts';
import type { ArenaTarget } from '../../planner/arena-plan.ts';
import { planArena, runtimeObjectBytes } from '../../planner/plan-arena.ts';
import { type LibrarySupport, librarySupport } from '../inspect/library-support.ts';
import { outlineMacs } from '../inspect/outline-macs.ts';

/** A figure of a model: exact, "at least `value`" where there is a doubt, or not known where there is only the doubt. */
export interface Figure {
  readonly value?: number;
  /** Why it is not exact, as the end of a sentence. */
  readonly doubt?: string;
}

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

/**
 * `flash`: bytes of the model array. `arena`: the least tensor arena that works. `ram`: that arena, the interpreter and
 * the operator resolver, in bytes. `macs`: multiply-accumulates of one inference.
 */
export interface Measured extends Partial<Quality> {
  readonly flash: Figure;
  readonly arena: Figure;
  readonly ram: Figure;
  readonly macs: Figure;
  /** How many different operators a resolver must register. */
  readonly operators: number;
  readonly libraries: readonly LibrarySupport[];
  /** A constant is infinite or no number, so no figure makes the model a good one. */
  readonly diverged?: true;
}

/** The different operators of a model; custom ones differ by their own names. */
export function countOperators({ subgraphs }: ModelOutline): number {
  const names = subgraphs.flatMap(({ operators }) =>
    operators.map(({ name, customName }) => JSON.stringify([name, customName])),
  );
  return new Set(names).size;
}

/** What `figure` computes; where tinyml or TFLM refuses the model, only the reason is known. */
function figureOrDoubt(figure: () => Figure): Figure {
  const result = attempt(figure);
  return 'refusal' in result ? { doubt: result.refusal } : result.value;
}

/** The least arena that works, in bytes. */
export function arenaFigure(outline: ModelOutline, target: ArenaTarget): Figure {
  return figureOrDoubt(() => {
    const { minimumBytes, unknownOperators } = planArena(outline, target);
    if (unknownOperators.length === 0) return { value: minimumBytes };
    return { value: minimumBytes, doubt: `the memory of ${unknownOperators.join(', ')} is not known` };
  });
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

/** Everything of a `.tflite` file that can be computed without data. Throws input errors for damaged files. */
export function measureModel(bytes: Uint8Array, target: ArenaTarget): Measured {
  const { outline } = readOutline(bytes);
  const operators = countOperators(outline);
  const arena = arenaFigure(outline, target);
  const objects = runtimeObjectBytes(target, operators);
  return {
    flash: { value: bytes.length },
    arena,
    ram: arena.value === undefined ? arena : { ...arena, value: arena.value + objects },
    macs: macsFigure(outline),
    operators,
    libraries: librarySupport(outline, target),
    ...(hasNonFinite(outline) ? { diverged: true } : {}),
  };
}
