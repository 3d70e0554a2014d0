/** The differences of two models as text. */

import { counted, countOf } from '../../core/figure-text.ts';
import type { Figure } from '../../models/check/figure.ts';
import type { FigurePair, ModelDiff } from '../../models/diff/diff-models.ts';
import type { OperatorDiff } from '../../models/diff/diff-operators.ts';
import type { OutputDiff, RunDiff } from '../../models/diff/diff-outputs.ts';
import type { Difference } from '../../models/diff/diff-tensors.ts';
import { printable } from './printable.ts';
import { type Column, formatCount, formatFigure, formatTable } from './table.ts';

/** A model as the user names it; `converted` where it is a float model's `.tflite` form. */
export interface DiffName {
  readonly name: string;
  readonly converted: boolean;
}

/** Two models by name, and what differs. */
export interface DiffReport {
  readonly a: DiffName;
  readonly b: DiffName;
  readonly diff: ModelDiff;
}

const FIGURES: Readonly<Record<FigurePair['what'], string>> = {
  file: 'file, bytes',
  constants: 'constants, bytes',
  overhead: 'overhead, bytes',
  macs: 'MACs',
  arena: 'arena, bytes',
};

function formatKnown({ value, doubt }: Figure): string {
  if (value === undefined) return '–';
  return `${doubt === undefined ? '' : '≥ '}${formatCount(value)}`;
}

function formatDelta(a: Figure, b: Figure): string {
  if (a.value === undefined || b.value === undefined || a.doubt !== undefined || b.doubt !== undefined) {
    return '–';
  }
  const delta = b.value - a.value;
  return delta === 0 ? '=' : delta > 0 ? `+${formatCount(delta)}` : formatCount(delta);
}

/** Of the table of sizes and costs. */
export const FIGURE_COLUMNS: readonly Column[] = [
  { title: '' },
  ...['A', 'B', 'B − A'].map((title) => ({ title, align: 'right' as const })),
];

/** A row for every figure, in the order of `FIGURE_COLUMNS`. */
export function figureRows(figures: readonly FigurePair[]): readonly (readonly string[])[] {
  return figures.map(({ what, target, a, b }) => [
    target === undefined ? FIGURES[what] : `${FIGURES[what]}, ${target}`,
    formatKnown(a),
    formatKnown(b),
    formatDelta(a, b),
  ]);
}

function differenceLines(differences: readonly Difference[], indent: string): string[] {
  return differences.map(({ what, a, b }) => `${indent}${what}: ${printable(a)} → ${printable(b)}`);
}

const MARKS: Readonly<Record<OperatorDiff['change'], string>> = { added: '+', removed: '-', changed: '~' };

/** Where the operator stands in A and in B. */
export function operatorPlace({ subgraph, a, b }: OperatorDiff): string {
  const place = a === undefined || b === undefined || a === b ? `${a ?? b}` : `${a} → ${b}`;
  return subgraph === 0 ? place : `subgraph ${subgraph}, ${place}`;
}

function operatorLines(diff: OperatorDiff): string[] {
  const { change, operator, differences } = diff;
  return [
    `  ${MARKS[change]} ${operatorPlace(diff)} ${printable(operator)}`,
    ...differenceLines(differences, '      '),
  ];
}

function outputLine(
  { differingRecords, differingBytes, comparedBytes, maxDifference, meanDifference, sqnrDb }: OutputDiff,
  records: number,
  title: string,
): string {
  if (differingRecords === 0) return `${title}: equal`;
  const bytes =
    differingBytes === undefined || comparedBytes === undefined
      ? ''
      : `, ${formatCount(differingBytes)} of ${countOf(comparedBytes, 'byte')}`;
  const noise = sqnrDb === undefined ? '' : `; SQNR ${formatFigure(sqnrDb)} dB`;
  return `${title}: ${formatCount(differingRecords)} of ${countOf(records, 'record')} ${records === 1 ? 'differs' : 'differ'}${bytes}; by ${formatFigure(maxDifference)} at most, ${formatFigure(meanDifference)} on average${noise}`;
}

function inputText({ inputs, records }: RunDiff): string {
  if (inputs === 'given') return `on the ${countOf(records, 'record')} given`;
  const ranges = inputs.map(({ low, high }) => `${formatFigure(low)} … ${formatFigure(high)}`);
  return `on ${counted(records, 'random record')} (${ranges.join(', ')})`;
}

/** How far the outputs are apart: a heading, and the lines below it. */
export function outputLines(run: RunDiff): { readonly head: string; readonly lines: readonly string[] } {
  const { outputs, records, comparedLayers, firstDifference: first } = run;
  const title = (index: number): string => (outputs.length === 1 ? 'output' : `output ${index}`);
  const layers =
    comparedLayers === 0
      ? 'no operator has an output of the same type in both models, so none is compared'
      : first === undefined
        ? `equal after each of the ${counted(comparedLayers, 'operator')} whose outputs have the same type in both`
        : `first difference after operator ${first.a} ${first.operator} ${printable(JSON.stringify(first.name))}, in ${first.differingRecords} of ${countOf(records, 'record')}`;
  return {
    head: `outputs ${inputText(run)}`,
    lines: [...outputs.map((output, index) => outputLine(output, records, title(index))), layers],
  };
}

function runLines(run: RunDiff): readonly string[] {
  const { head, lines } = outputLines(run);
  return [`${head}:`, ...lines.map((line) => `  ${line}`)];
}

/** What follows the name of a model that is compared in another form. */
export function nameRemark({ converted }: DiffName): string {
  return converted ? ', as "tinyml convert --float" writes it' : '';
}

function nameLine(letter: string, name: DiffName): string {
  return `${letter}  ${printable(name.name)}${nameRemark(name)}`;
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', title, ...lines];
}

/** What the reasons for lower bounds and missing figures are, each once. */
export function figureDoubts(figures: readonly FigurePair[]): readonly string[] {
  const doubts = figures.flatMap(({ a, b }) => [
    ...(a.doubt === undefined ? [] : [`A: ${a.doubt}`]),
    ...(b.doubt === undefined ? [] : [`B: ${b.doubt}`]),
  ]);
  return [...new Set(doubts)];
}

/** All there is to say of equal files. */
export const IDENTICAL = 'The models are identical, byte for byte.';

/** What is to be said where no operator or tensor differs, and where not all could be compared. */
export function structureRemarks({ model, operators, outlineOnly }: ModelDiff): readonly string[] {
  const nothing = outlineOnly === undefined ? 'none but names and layout of the file' : 'none';
  return [
    ...(model.length + operators.length === 0 ? [`differences in operators and tensors: ${nothing}`] : []),
    ...(outlineOnly === undefined
      ? []
      : [`attributes and elements of constants were not compared; ${outlineOnly}`]),
  ];
}

/** `terminal` is how many cells a line of the terminal has. */
export function renderDiff({ a, b, diff }: DiffReport, terminal?: number): string {
  const { identical, figures, model, operators, outputs } = diff;
  const names = [nameLine('A', a), nameLine('B', b), ''];
  if (identical) return `${[...names, IDENTICAL].join('\n')}\n`;
  const doubts = figureDoubts(figures).map((doubt) => `  ${printable(doubt)}`);
  return `${[
    ...names,
    formatTable(FIGURE_COLUMNS, figureRows(figures), terminal),
    ...section('not exact or not known:', doubts),
    ...section('model:', differenceLines(model, '  ')),
    ...section('operators:', operators.flatMap(operatorLines)),
    ...structureRemarks(diff).flatMap((remark) => ['', printable(remark)]),
    '',
    ...('notRun' in outputs ? [`outputs not compared: ${printable(outputs.notRun)}`] : runLines(outputs)),
  ].join('\n')}\n`;
}
