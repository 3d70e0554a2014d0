/** The differences of two models as text. */

import type { Figure } from '../../models/check/measure-model.ts';
import type { FigurePair, ModelDiff } from '../../models/diff/diff-models.ts';
import type { OperatorDiff } from '../../models/diff/diff-operators.ts';
import type { OutputDiff, RunDiff } from '../../models/diff/diff-outputs.ts';
import type { Difference } from '../../models/diff/diff-tensors.ts';
import { printable } from './printable.ts';
import { formatCount, formatFigure, formatTable } from './table.ts';

/** A model as the user names it; `converted` where it is a float model's `.tflite` form. */
export interface DiffName {
  readonly name: string;
  readonly converted: boolean;
}

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

function figureTable(figures: readonly FigurePair[]): string {
  const columns = ['A', 'B', 'B − A'].map((title) => ({ title, align: 'right' as const }));
  return formatTable(
    [{ title: '' }, ...columns],
    figures.map(({ what, target, a, b }) => [
      target === undefined ? FIGURES[what] : `${FIGURES[what]}, ${target}`,
      formatKnown(a),
      formatKnown(b),
      formatDelta(a, b),
    ]),
  );
}

function differenceLines(differences: readonly Difference[], indent: string): string[] {
  return differences.map(({ what, a, b }) => `${indent}${what}: ${printable(a)} → ${printable(b)}`);
}

const MARKS: Readonly<Record<OperatorDiff['change'], string>> = { added: '+', removed: '-', changed: '~' };

function operatorLines({ subgraph, change, operator, a, b, differences }: OperatorDiff): string[] {
  const place = a === undefined || b === undefined || a === b ? `${a ?? b}` : `${a} → ${b}`;
  const where = subgraph === 0 ? place : `subgraph ${subgraph}, ${place}`;
  return [`  ${MARKS[change]} ${where} ${printable(operator)}`, ...differenceLines(differences, '      ')];
}

function outputLine(
  { differingRecords, differingBytes, comparedBytes, maxDifference, meanDifference, sqnrDb }: OutputDiff,
  records: number,
  title: string,
): string {
  if (differingRecords === 0) return `  ${title}: equal`;
  const bytes =
    differingBytes === undefined || comparedBytes === undefined
      ? ''
      : `, ${formatCount(differingBytes)} of ${formatCount(comparedBytes)} bytes`;
  const noise = sqnrDb === undefined ? '' : `; SQNR ${formatFigure(sqnrDb)} dB`;
  return `  ${title}: ${formatCount(differingRecords)} of ${formatCount(records)} records differ${bytes}; by ${formatFigure(maxDifference)} at most, ${formatFigure(meanDifference)} on average${noise}`;
}

function inputText({ inputs, records }: RunDiff): string {
  if (inputs === 'given') return `on the ${formatCount(records)} records given`;
  const ranges = inputs.map(({ low, high }) => `${formatFigure(low)} … ${formatFigure(high)}`);
  return `on ${records} random records (${ranges.join(', ')})`;
}

function runLines(run: RunDiff): string[] {
  const { outputs, records, comparedLayers, firstDifference: first } = run;
  const title = (index: number): string => (outputs.length === 1 ? 'output' : `output ${index}`);
  const layers =
    comparedLayers === 0
      ? 'no operator has an output of the same type in both models, so none is compared'
      : first === undefined
        ? `equal after each of the ${comparedLayers} operators whose outputs have the same type in both`
        : `first difference after operator ${first.a} ${first.operator} ${printable(JSON.stringify(first.name))}, in ${first.differingRecords} of ${formatCount(records)} records`;
  return [
    `outputs ${inputText(run)}:`,
    ...outputs.map((output, index) => outputLine(output, records, title(index))),
    `  ${layers}`,
  ];
}

function nameLine(letter: string, { name, converted }: DiffName): string {
  return `${letter}  ${printable(name)}${converted ? ', as "tinyml convert --float" writes it' : ''}`;
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', title, ...lines];
}

/** What the reasons for lower bounds and missing figures are, each once. */
function doubtLines(figures: readonly FigurePair[]): string[] {
  const doubts = figures.flatMap(({ a, b }) => [
    ...(a.doubt === undefined ? [] : [`A: ${a.doubt}`]),
    ...(b.doubt === undefined ? [] : [`B: ${b.doubt}`]),
  ]);
  return [...new Set(doubts)].map((doubt) => `  ${printable(doubt)}`);
}

export function renderDiff({ a, b, diff }: DiffReport): string {
  const { identical, figures, model, operators, outlineOnly, outputs } = diff;
  const names = [nameLine('A', a), nameLine('B', b), ''];
  if (identical) return `${[...names, 'The models are identical, byte for byte.'].join('\n')}\n`;
  const structure = model.length + operators.length;
  const nothing = outlineOnly === undefined ? 'none but names and layout of the file' : 'none';
  return `${[
    ...names,
    figureTable(figures),
    ...section('not exact or not known:', doubtLines(figures)),
    ...section('model:', differenceLines(model, '  ')),
    ...section('operators:', operators.flatMap(operatorLines)),
    ...(structure === 0 ? ['', `differences in operators and tensors: ${nothing}`] : []),
    ...(outlineOnly === undefined
      ? []
      : ['', `attributes and elements of constants were not compared; ${printable(outlineOnly)}`]),
    '',
    ...('notRun' in outputs ? [`outputs not compared: ${printable(outputs.notRun)}`] : runLines(outputs)),
  ].join('\n')}\n`;
}
