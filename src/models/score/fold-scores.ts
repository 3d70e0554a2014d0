/** The evaluations of a cross-validation together: mean and spread of every score. */

import { type AnyEvaluation, type Evaluation, evaluationsOf } from './evaluation.ts';

/** One number for every score of the task, by its name in an evaluation. */
export type ScoreFigures = Readonly<Record<string, number>>;

/** Of both forms of the model. A score that one fold does not have is left out. */
export interface FormFigures {
  readonly float: ScoreFigures;
  readonly converted: ScoreFigures;
}

/** Every sample was test data in one of the folds. */
export interface CrossValidation {
  readonly task: Evaluation['task'];
  readonly folds: readonly Evaluation[];
  readonly mean: FormFigures;
  /** Standard deviation from fold to fold: √(Σ (score − mean)² / (folds − 1)). */
  readonly deviation: FormFigures;
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function deviationOf(values: readonly number[]): number {
  const mean = meanOf(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1));
}

/** `summarize` over the folds, of every score that all of them have. */
function over(forms: readonly object[], summarize: (values: readonly number[]) => number): ScoreFigures {
  const names = Object.keys(forms[0]);
  return Object.fromEntries(
    names.flatMap((name) => {
      const values = forms.map((form) => (form as Record<string, unknown>)[name]);
      return values.every((value) => typeof value === 'number') ? [[name, summarize(values)]] : [];
    }),
  );
}

/** Two folds or more, of one task. */
export function summarizeFolds(folds: readonly Evaluation[]): CrossValidation {
  const both = (summarize: (values: readonly number[]) => number): FormFigures => ({
    float: over(
      folds.map(({ float }) => float),
      summarize,
    ),
    converted: over(
      folds.map(({ converted }) => converted),
      summarize,
    ),
  });
  return { task: folds[0].task, folds, mean: both(meanOf), deviation: both(deviationOf) };
}

/** Of several outputs each by itself. */
export type FoldsSummary =
  | CrossValidation
  | { readonly outputs: readonly (CrossValidation & { readonly output: string })[] };

/** Two folds or more, of one project, whatever it has of outputs. */
export function summarizeProject(folds: readonly AnyEvaluation[]): FoldsSummary {
  const [first] = folds;
  if (!('outputs' in first)) return summarizeFolds(folds.flatMap(evaluationsOf));
  return {
    outputs: first.outputs.map(({ output }, index) => ({
      output,
      ...summarizeFolds(folds.map((fold) => evaluationsOf(fold)[index])),
    })),
  };
}
