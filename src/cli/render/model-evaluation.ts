/** The scores of one model on samples, as tables. */

import { countOf } from '../../core/figure-text.ts';
import type { ClassFigures } from '../../models/score/class-scores.ts';
import { ANOMALY_CLASSES } from '../../models/score/evaluation.ts';
import { percent, SCORES, scoreOf } from '../../models/score/score-rows.ts';
import type { ModelEvaluation, OutputEvaluation } from '../../stages/measure/score-model.ts';
import { confusionTable, MOST_CLASSES, moreClasses } from './evaluation.ts';
import { printable } from './printable.ts';
import { formatCount, formatFigure, formatTable } from './table.ts';

/** Of a classification with one class for each sample. */
function classTable(
  names: readonly string[],
  figures: readonly ClassFigures[] | undefined,
  terminal: number | undefined,
): readonly string[] {
  if (figures === undefined) return [];
  const titles = ['samples', 'precision, %', 'recall, %'];
  const table = formatTable(
    [{ title: 'class' }, ...titles.map((title) => ({ title, align: 'right' as const }))],
    figures.map(({ samples, precision, recall }, place) => [
      printable(names[place]),
      formatCount(samples),
      formatFigure(percent(precision)),
      formatFigure(percent(recall)),
    ]),
    terminal,
  );
  return [table];
}

/** What was not measured, if anything. */
function remarks({ dropped, skipped }: Pick<ModelEvaluation, 'dropped' | 'skipped'>): readonly string[] {
  return [
    ...(dropped > 0 ? [`Rows left out because something is missing in them: ${formatCount(dropped)}.`] : []),
    ...(skipped > 0 ? [`Rows or files that could not be read: ${formatCount(skipped)}.`] : []),
  ];
}

/** `terminal` is how many cells a line of the terminal has. */
function renderModelEvaluation(evaluation: ModelEvaluation, terminal?: number): string {
  const { task, samples, float, converted } = evaluation;
  const type = converted?.type ?? 'float';
  const scores = converted ?? float ?? {};
  const classes = task === 'anomaly' ? ANOMALY_CLASSES : (evaluation.classes ?? []);
  const { confusion } = scores as { readonly confusion?: readonly (readonly number[])[] };
  const figures = (scores as { readonly classes?: readonly ClassFigures[] }).classes;
  const rows = SCORES[task].map((score) => [score.title, scoreOf(score, scores)] as const);
  const parts = [
    formatTable(
      [{ title: `${countOf(samples, 'sample')}` }, { title: type, align: 'right' }],
      rows.flatMap(([title, value]) => (value === undefined ? [] : [[title, formatFigure(value)]])),
      terminal,
    ),
    ...(classes.length > MOST_CLASSES
      ? [moreClasses(classes.length)]
      : [
          ...classTable(classes, figures, terminal),
          ...confusionTable(classes, { type, confusion }, terminal),
        ]),
    ...remarks(evaluation),
  ];
  return `${parts.join('\n\n')}\n`;
}

/** One after another, with their names where there are several. */
export function renderOutputs(outputs: readonly OutputEvaluation[], terminal?: number): string {
  if (outputs.length === 1) return renderModelEvaluation(outputs[0], terminal);
  const parts = outputs.map(
    (one) => `output ${printable(one.output)}\n\n${renderModelEvaluation(one, terminal)}`,
  );
  return parts.join('\n');
}
