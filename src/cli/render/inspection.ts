/** An inspection as text: what the model holds, what it needs in each build and library, and what is wrong with it. */

import { inputPreparations, type Preparation } from '../../core/samples/preparation.ts';
import { formatShape } from '../../core/tensor.ts';
import type { SampleNotes } from '../../data/preparing/sample-notes.ts';
import type { Inspection, OperatorSummary, TensorSummary } from '../../models/inspect/inspect-model.ts';
import {
  formatMacs,
  formatQuantization,
  MEMORY_COLUMNS,
  memoryNotes,
  memoryRows,
} from '../../models/inspect/inspection-text.ts';
import type { LibrarySupport } from '../../models/inspect/library-support.ts';
import type { ModelWarning } from '../../models/inspect/warnings/model-warning.ts';
import { LIBRARY_NAMES } from '../../targets/tflm/operators.ts';
import { classesText } from './class-names.ts';
import { formatSteps } from './pass-table.ts';
import { printable } from './printable.ts';
import { formatCount, formatTable } from './table.ts';

const NOT_KNOWN = 'not known';

function formatTensor({ name, dtype, shape, quantization }: TensorSummary): string {
  const quant = formatQuantization(quantization);
  return `${printable(name)}  ${dtype} ${formatShape(shape)}${quant === '' ? '' : `  ${quant}`}`;
}

function operatorRow(
  { operator, version, inputs, outputs, macs, constantBytes }: OperatorSummary,
  index: number,
): string[] {
  return [
    String(index),
    printable(operator),
    String(version),
    inputs.length === 0 ? '' : formatShape(inputs[0].shape),
    outputs.map(({ shape }) => formatShape(shape)).join(' '),
    formatQuantization(outputs[0]?.quantization),
    macs === undefined ? NOT_KNOWN : formatCount(macs),
    formatCount(constantBytes),
  ];
}

/** A row for every operator; `terminal` is how many cells a line of the terminal has. */
export function formatOperators({ operators, subgraphs }: Inspection, terminal?: number): string {
  const table = formatTable(
    [
      { title: '#', align: 'right' },
      { title: 'operator' },
      { title: 'version', align: 'right' },
      { title: 'input' },
      { title: 'output' },
      { title: 'output quantization' },
      { title: 'MACs', align: 'right' },
      { title: 'constant bytes', align: 'right' },
    ],
    operators.map(operatorRow),
    terminal,
  );
  if (subgraphs === 1) return table;
  const first = operators.filter(({ subgraph }) => subgraph === 0).length;
  return `${table}\n${subgraphs} subgraphs; the first has ${first} of these operators`;
}

/** A line for every input and output. */
export function formatEnds({ inputs, outputs }: Inspection): string {
  return [
    ...inputs.map((tensor) => `input   ${formatTensor(tensor)}`),
    ...outputs.map((tensor) => `output  ${formatTensor(tensor)}`),
  ].join('\n');
}

/** The size of the file, and what of it holds no constants. */
function formatFlash({ fileBytes, constantBytes, overheadBytes }: Inspection): string {
  const percent = ((overheadBytes / fileBytes) * 100).toFixed(0);
  return `${formatCount(fileBytes)} bytes of flash = ${formatCount(constantBytes)} of constants + ${formatCount(overheadBytes)} of overhead (${percent} %)`;
}

function formatMemory(inspection: Inspection, terminal?: number): string {
  const { arenaRefused } = inspection;
  if (arenaRefused !== undefined) return `arena  not known: ${printable(arenaRefused)}`;
  const table = formatTable(
    [{ title: 'arena' }, ...MEMORY_COLUMNS.map((title) => ({ title, align: 'right' as const }))],
    memoryRows(inspection),
    terminal,
  );
  return [table, ...memoryNotes(inspection).map(printable)].join('\n');
}

function libraryRows({ library, answer, refusals }: LibrarySupport): string[][] {
  if (answer === 'yes') return [[LIBRARY_NAMES[library], 'yes', '']];
  return refusals.map(({ operator, reason, count }, index) => [
    index === 0 ? LIBRARY_NAMES[library] : '',
    index === 0 ? answer : '',
    `${printable(operator)}${count === 1 ? '' : ` (${count} times)`}: ${reason}`,
  ]);
}

function formatLibraries({ libraries }: Inspection, terminal?: number): string {
  return formatTable(
    [{ title: 'library' }, { title: 'runs it' }, { title: 'why not', wraps: true }],
    libraries.flatMap(libraryRows),
    terminal,
  );
}

/** Each with its hint on a line of its own. */
export function formatWarnings(warnings: readonly ModelWarning[]): string {
  return warnings
    .map(({ message, hint }) => `warning  ${printable(message)}\n         ${printable(hint)}`)
    .join('\n');
}

/** What is done to samples; of several inputs to each. */
function formatPreparation(preparation: Preparation): string {
  return inputPreparations(preparation)
    .map((one) => {
      const steps = one.preparation.steps.map(({ step }) => step).join(', ') || 'nothing';
      return one.input === undefined
        ? steps
        : `${printable(one.input.name)} ${formatShape(one.preparation.inputShape)}: ${steps}`;
    })
    .join('; ');
}

function formatNotes({ preparation, classes, outputClasses = {} }: SampleNotes): string {
  return [
    preparation === undefined
      ? ''
      : `\nsamples ${formatShape(preparation.inputShape)} as they are measured, prepared by ${formatPreparation(preparation)}`,
    classes === undefined ? '' : `\nclasses ${classesText(classes)}`,
    ...Object.entries(outputClasses).map(
      ([output, own]) => `\nclasses of ${printable(output)} ${classesText(own)}`,
    ),
  ].join('');
}

/** `title` names the file; foreign text. `terminal` is how many cells a line of the terminal has. */
export function renderInspection(title: string, inspection: Inspection, terminal?: number): string {
  const { unusedOperatorCodes, warnings, passes, samples } = inspection;
  const notes = samples === undefined ? '' : formatNotes(samples);
  const blocks = [
    `${printable(title)}: ${formatFlash(inspection)}\n${formatEnds(inspection)}${notes}`,
    formatOperators(inspection, terminal),
    `${formatMacs(inspection)} multiply-accumulates per inference`,
    formatMemory(inspection, terminal),
    formatLibraries(inspection, terminal),
  ];
  if (warnings.length > 0) blocks.push(formatWarnings(warnings));
  if (passes.length > 1) blocks.push(`What "tinyml convert" would save:\n${formatSteps(passes, terminal)}`);
  if (unusedOperatorCodes.length > 0)
    blocks.push(`operator codes that nothing uses: ${printable(unusedOperatorCodes.join(', '))}`);
  return `${blocks.join('\n\n')}\n`;
}
