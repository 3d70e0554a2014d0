/** A cross-validation as text: mean and spread of the scores, then the folds. */

import type { CrossValidation, FoldsSummary } from '../../models/score/fold-scores.ts';
import { SCORES, type Score, scoreOf } from '../../models/score/score-rows.ts';
import { printable } from './printable.ts';
import { formatCount, formatFigure, formatTable } from './table.ts';

const MOST_DECIMALS = 20;

/** Two digits of the deviation, or one where the mean has four digits before the second; and the mean as far. */
export function withDeviation(mean: number, deviation: number): string {
  if (deviation === 0) return `${formatFigure(mean)} ± 0`;
  const first = -Math.floor(Math.log10(deviation));
  const fourth = mean === 0 ? 0 : 3 - Math.floor(Math.log10(Math.abs(mean)));
  const decimals = Math.min(MOST_DECIMALS, Math.max(0, first, Math.min(first + 1, fourth)));
  return `${mean.toFixed(decimals)} ± ${deviation.toFixed(decimals)}`;
}

/** `terminal` is how many cells a line of the terminal has. */
export function renderFolds(summary: FoldsSummary, terminal?: number): string {
  if (!('outputs' in summary)) return renderOne(summary, terminal);
  return summary.outputs
    .map((own) => `output ${printable(own.output)}\n\n${renderOne(own, terminal)}`)
    .join('\n');
}

function renderOne({ task, folds, mean, deviation }: CrossValidation, terminal?: number): string {
  const { type } = folds[0].converted;
  const spread = (row: Score, form: 'float' | 'converted'): string => {
    const [middle, around] = [scoreOf(row, mean[form]), scoreOf(row, deviation[form])];
    return middle === undefined || around === undefined ? '–' : withDeviation(middle, around);
  };
  const scores = SCORES[task]
    .map((row) => [row.title, spread(row, 'float'), spread(row, 'converted')])
    .filter(([, float, converted]) => float !== '–' || converted !== '–');
  const [first] = SCORES[task];
  const right = (title: string) => ({ title, align: 'right' as const });
  const tables = [
    formatTable([{ title: `mean of ${folds.length} folds` }, right('float'), right(type)], scores, terminal),
    formatTable(
      [right('fold'), right('test samples'), right(`${first.title}: float`), right(type)],
      folds.map(({ samples, float, converted }, index) => [
        String(index + 1),
        formatCount(samples),
        formatFigure(scoreOf(first, float)),
        formatFigure(scoreOf(first, converted)),
      ]),
      terminal,
    ),
    '±: standard deviation of the folds.',
  ];
  return `${tables.join('\n\n')}\n`;
}
