/** The differences of two models as GitHub-flavoured Markdown, for the summary of a job or a comment. */

import type { OperatorDiff } from '../../models/diff/diff-operators.ts';
import type { Difference } from '../../models/diff/diff-tensors.ts';
import { markdownCode, markdownTable, markdownText } from './markdown.ts';
import {
  type DiffName,
  type DiffReport,
  FIGURE_COLUMNS,
  figureDoubts,
  figureRows,
  IDENTICAL,
  nameRemark,
  operatorPlace,
  outputLines,
  structureRemarks,
} from './model-diff.ts';

function nameItem(letter: string, name: DiffName): string {
  return `- ${letter}: ${markdownCode(name.name)}${markdownText(nameRemark(name))}`;
}

function list(title: string, lines: readonly string[]): readonly string[] {
  if (lines.length === 0) return [];
  return ['', `**${markdownText(title)}**`, '', ...lines.map((line) => `- ${markdownText(line)}`)];
}

const DIFFERENCE_TITLES = ['what', 'A', 'B'] as const;
const OPERATOR_TITLES = ['operator', 'at', 'change', ...DIFFERENCE_TITLES] as const;

function table(
  title: string,
  columns: readonly string[],
  rows: readonly (readonly string[])[],
): readonly string[] {
  if (rows.length === 0) return [];
  const text = markdownTable(
    columns.map((column) => ({ title: column })),
    rows,
  );
  return ['', `**${title}**`, '', text];
}

function differenceRow({ what, a, b }: Difference): readonly string[] {
  return [what, a, b];
}

/** One row for every difference of the operator, or the one that says that it is there in one model only. */
function operatorRows(diff: OperatorDiff): readonly (readonly string[])[] {
  const { change, operator, differences } = diff;
  const own = [operator, operatorPlace(diff), change];
  if (differences.length === 0) return [[...own, '', '', '']];
  return differences.map((difference) => [...own, ...differenceRow(difference)]);
}

/** What `renderDiff` says, as Markdown; no name of a model or tensor is more than text in it. */
export function renderDiffMarkdown({ a, b, diff }: DiffReport): string {
  const { identical, figures, model, operators, outputs } = diff;
  const names = [nameItem('A', a), nameItem('B', b), ''];
  if (identical) return `${[...names, IDENTICAL].join('\n')}\n`;
  const run = 'notRun' in outputs ? undefined : outputLines(outputs);
  return `${[
    ...names,
    markdownTable(FIGURE_COLUMNS, figureRows(figures)),
    ...list('not exact or not known', figureDoubts(figures)),
    ...table('model', DIFFERENCE_TITLES, model.map(differenceRow)),
    ...table('operators', OPERATOR_TITLES, operators.flatMap(operatorRows)),
    ...structureRemarks(diff).flatMap((remark) => ['', markdownText(remark)]),
    ...(run === undefined ? [] : list(run.head, run.lines)),
    ...('notRun' in outputs ? ['', `outputs not compared: ${markdownText(outputs.notRun)}`] : []),
  ].join('\n')}\n`;
}
