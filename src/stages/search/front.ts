/** The candidates of a search that no other one beats at everything: accuracy, bytes, arena, and arithmetic. */

import type { JsonObject, JsonValue } from '../../core/json.ts';
import { fitsLimits, type SearchLimits } from './limits.ts';
import type { Fitting } from './newcomers.ts';
import { meritOf } from './standings.ts';
import type { Trial, TrialCosts, TrialResult, TrialScore } from './trial.ts';

/** A trial that came to the last rung, with what was measured of its file. */
export interface SearchPoint {
  readonly trial: number;
  readonly validation: TrialScore;
  /** Reported, and never chosen by. */
  readonly test: TrialScore;
  readonly costs: TrialCosts;
  /** sha256 of the `.tflite` file. */
  readonly model: string;
  /** What was chosen, by places in the project file. */
  readonly choices: Readonly<Record<string, JsonValue>>;
  /** The whole project. */
  readonly config: JsonObject;
}

/** A trial with its result and its candidate; one of many networks has none. */
export interface EndedTrial {
  readonly trial: Trial;
  readonly result: TrialResult;
  readonly fitting: Fitting | undefined;
}

/** Undefined for one that did not come to the last rung, or failed. */
export function pointOf(
  { trial, result, fitting }: EndedTrial,
  names: readonly string[],
): SearchPoint | undefined {
  const { findings } = result;
  if (findings.outcome !== 'scored' || fitting === undefined) return undefined;
  const { validation, test, costs, model } = findings;
  if (test === undefined || costs === undefined || model === undefined) return undefined;
  const { choices } = fitting.candidate;
  return {
    trial: trial.number,
    validation,
    test,
    costs,
    model,
    choices: Object.fromEntries(names.map((name, index) => [name, choices[index]])),
    config: trial.config as JsonObject,
  };
}

const SMALLER = ['flash', 'arena', 'macs'] as const;

function figuresOf(point: SearchPoint): number[] {
  return [-meritOf(point.validation), ...SMALLER.map((name) => point.costs[name])];
}

/** Whether nothing of it is worse, and something better; of equals the earlier one. */
function beats(a: SearchPoint, b: SearchPoint): boolean {
  const [own, others] = [figuresOf(a), figuresOf(b)];
  if (own.some((figure, index) => figure > others[index])) return false;
  return own.some((figure, index) => figure < others[index]) || a.trial < b.trial;
}

/** Those that fit as they were measured and that none of them beats, the smallest file first. */
export function paretoFront(points: readonly SearchPoint[], limits: SearchLimits): readonly SearchPoint[] {
  const fitting = points.filter(({ costs }) => fitsLimits(costs, limits));
  return fitting
    .filter((point) => !fitting.some((other) => other !== point && beats(other, point)))
    .sort((a, b) => a.costs.flash - b.costs.flash || a.trial - b.trial);
}

/** The best validation score; of equals the smallest file. */
export function bestOf(front: readonly SearchPoint[]): SearchPoint {
  return front.reduce((best, point) => (meritOf(point.validation) > meritOf(best.validation) ? point : best));
}
