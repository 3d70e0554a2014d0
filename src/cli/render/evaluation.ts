/** The scores of an evaluation as tables, and the predictions of a regression as a plot in characters. */

import {
  ANOMALY_CLASSES,
  type Anomaly,
  type AnyEvaluation,
  type Classification,
  type Evaluation,
  evaluationsOf,
} from '../../models/score/evaluation.ts';
import { percent, scoreRows } from '../../models/score/score-rows.ts';
import type { Predictions } from '../../stages/stage-reports.ts';
import { printable } from './printable.ts';
import { formatCount, formatFigure, formatTable } from './table.ts';
import { textPlot } from './text-plot.ts';

/** What is measured, and the scores of both models; rows without any are left out. */
function scoreTable(evaluation: Evaluation, terminal: number | undefined, title: string): string {
  return formatTable(
    [{ title }, { title: 'float', align: 'right' }, { title: evaluation.converted.type, align: 'right' }],
    scoreRows(evaluation).map(([name, float, converted]) => [
      name,
      formatFigure(float),
      formatFigure(converted),
    ]),
    terminal,
  );
}

/** How often a model took a class (row) for another (column); none where samples have several classes. */
export function confusionTable(
  classes: readonly string[],
  { type, confusion }: Confused,
  terminal: number | undefined,
): readonly string[] {
  if (confusion === undefined) return [];
  const table = formatTable(
    [
      { title: `${type}: actual ↓  predicted →` },
      ...classes.map((name) => ({ title: printable(name), align: 'right' as const })),
    ],
    confusion.map((counts, index) => [printable(classes[index]), ...counts.map(formatCount)]),
    terminal,
  );
  return [table];
}

interface Confused {
  readonly type: string;
  readonly confusion?: readonly (readonly number[])[] | undefined;
}

function classTable(
  { classes, float, converted }: Classification,
  terminal: number | undefined,
): readonly string[] {
  if (float.classes === undefined || converted.classes === undefined) return [];
  const [before, after] = [float.classes, converted.classes];
  const { type } = converted;
  const titles = ['samples', 'precision float', type, 'recall float', type];
  const table = formatTable(
    [{ title: 'class, shares in %' }, ...titles.map((title) => ({ title, align: 'right' as const }))],
    classes.map((name, place) => {
      const [a, b] = [before[place], after[place]];
      const shares = [a.precision, b.precision, a.recall, b.recall];
      return [
        printable(name),
        formatCount(a.samples),
        ...shares.map((share) => formatFigure(percent(share))),
      ];
    }),
    terminal,
  );
  return [table];
}

const SHOWN_DISAGREEMENTS = 5;

/** On how many samples both decide otherwise, and which are the first of them. */
function disagreementLines(
  { samples, agreement, disagreements, converted: { type } }: Classification | Anomaly,
  classes: readonly string[],
): readonly string[] {
  if (disagreements.length === 0) return [];
  const count = Math.round((1 - agreement) * samples);
  const nameOf = (place: number): string => printable(classes[place]);
  const shown = disagreements.slice(0, SHOWN_DISAGREEMENTS);
  const lines = shown.map(
    ({ sample, actual, float, converted }) =>
      `  sample ${formatCount(sample)}, ${nameOf(actual)}: float ${nameOf(float)}, ${type} ${nameOf(converted)}`,
  );
  const rest = count > shown.length ? ['  …'] : [];
  const title = `${formatCount(count)} of ${formatCount(samples)} ${count === 1 ? 'is' : 'are'} decided otherwise in ${type}:`;
  return [[title, ...lines, ...rest].join('\n')];
}

/** Tables of more classes fill the screen and say less than their means do. */
export const MOST_CLASSES = 12;

/** In the place of tables of classes. */
export function moreClasses(count: number): string {
  return `${count} classes: what each is taken for is in what "tinyml evaluate --json" prints.`;
}

/** The scores of both models, one column each; for classifiers also who was taken for whom, and where both disagree. `title` says of what. */
function evaluationTable(evaluation: Evaluation, terminal: number | undefined, title: string): string {
  const scores = scoreTable(evaluation, terminal, title);
  if (evaluation.task === 'regression') return scores;
  const classes = evaluation.task === 'anomaly' ? ANOMALY_CLASSES : evaluation.classes;
  return [
    scores,
    ...(classes.length > MOST_CLASSES
      ? [moreClasses(classes.length)]
      : [
          ...(evaluation.task === 'anomaly' ? [] : classTable(evaluation, terminal)),
          ...confusionTable(classes, evaluation.converted, terminal),
        ]),
    ...disagreementLines(evaluation, classes),
  ].join('\n\n');
}

/** The same of every output, each under its name where there are several. */
export function evaluationTables(scores: AnyEvaluation, terminal?: number, title = 'test split'): string {
  return evaluationsOf(scores)
    .map((one) => {
      const table = evaluationTable(one, terminal, title);
      return one.output === undefined ? table : `output ${printable(one.output)}\n\n${table}`;
    })
    .join('\n\n');
}

/** Labels of the vertical axis, and the axis. */
const AXIS_CELLS = 12;

/** The test samples and the converted model's predictions over x, as wide as a terminal of so many columns has room for. */
export function evaluationPlot({ x, y, predicted, type }: Predictions, terminal = Infinity): string {
  return textPlot(
    [
      { label: 'test samples', mark: '·', x, y },
      { label: `${type} model`, mark: '●', x, y: predicted },
    ],
    { columns: Math.max(16, Math.min(64, terminal - AXIS_CELLS)), rows: 16 },
  );
}

const INDENT = '  ';

/** Plot and tables; `terminal` is how many cells a line of the terminal has. */
export function renderEvaluation(
  scores: AnyEvaluation,
  predictions: Predictions | undefined,
  terminal?: number,
): string {
  const room = terminal === undefined ? undefined : terminal - INDENT.length;
  const table = evaluationTables(scores, room).replace(/^(?=.)/gm, INDENT);
  return predictions === undefined ? `${table}\n` : `${evaluationPlot(predictions, terminal)}\n\n${table}\n`;
}
