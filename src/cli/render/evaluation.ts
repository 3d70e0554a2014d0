/** The scores of an evaluation as tables, and the predictions of a regression as a plot in characters. */

import { ANOMALY_CLASSES, type Evaluation } from '../../models/score/evaluation.ts';
import { scoreRows } from '../../models/score/score-rows.ts';
import type { Predictions } from '../../stages/stage-reports.ts';
import { printable } from './printable.ts';
import { formatCount, formatFigure, formatTable } from './table.ts';
import { textPlot } from './text-plot.ts';

/** How often the converted model took a class (row) for another (column). */
function confusionTable(
  classes: readonly string[],
  converted: { readonly type: string; readonly confusion?: readonly (readonly number[])[] | undefined },
  terminal: number | undefined,
): string | undefined {
  if (converted.confusion === undefined) return undefined;
  const title = `${converted.type}: actual ↓  predicted →`;
  return formatTable(
    [{ title }, ...classes.map((name) => ({ title: printable(name), align: 'right' as const }))],
    converted.confusion.map((counts, index) => [printable(classes[index]), ...counts.map(formatCount)]),
    terminal,
  );
}

function confusionOf(evaluation: Evaluation, terminal: number | undefined): string | undefined {
  switch (evaluation.task) {
    case 'classification':
      return confusionTable(evaluation.classes, evaluation.converted, terminal);
    case 'anomaly':
      return confusionTable(ANOMALY_CLASSES, evaluation.converted, terminal);
    case 'regression':
      return undefined;
  }
}

/** The scores of both models, one column each; for classifiers also who was taken for whom. */
export function evaluationTable(evaluation: Evaluation, terminal?: number): string {
  const scores = formatTable(
    [
      { title: 'test split' },
      { title: 'float', align: 'right' },
      { title: evaluation.converted.type, align: 'right' },
    ],
    scoreRows(evaluation).map(([name, float, converted]) => [
      name,
      formatFigure(float),
      formatFigure(converted),
    ]),
    terminal,
  );
  const confusion = confusionOf(evaluation, terminal);
  return confusion === undefined ? scores : `${scores}\n\n${confusion}`;
}

/** Labels of the vertical axis, and the axis. */
const AXIS_CELLS = 12;

/** The test samples and the converted model's predictions over x, as wide as a terminal of so many columns has room for. */
export function evaluationPlot(
  { x, y, predicted }: Predictions,
  { converted }: Pick<Evaluation, 'converted'>,
  terminal = Infinity,
): string {
  return textPlot(
    [
      { label: 'test samples', mark: '·', x, y },
      { label: `${converted.type} model`, mark: '●', x, y: predicted },
    ],
    { columns: Math.max(16, Math.min(64, terminal - AXIS_CELLS)), rows: 16 },
  );
}

const INDENT = '  ';

/** Plot and tables; `terminal` is how many cells a line of the terminal has. */
export function renderEvaluation(
  evaluation: Evaluation,
  predictions: Predictions | undefined,
  terminal?: number,
): string {
  const room = terminal === undefined ? undefined : terminal - INDENT.length;
  const table = evaluationTable(evaluation, room).replace(/^(?=.)/gm, INDENT);
  return predictions === undefined
    ? `${table}\n`
    : `${evaluationPlot(predictions, evaluation, terminal)}\n\n${table}\n`;
}
