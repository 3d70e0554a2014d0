/** The end of `tinyml run`: what each stage made. */

import { join } from 'node:path';
import { counted, countOf } from '../../core/figure-text.ts';
import { MODEL_FILE } from '../../stages/convert.ts';
import { CHECKS_FILE } from '../../stages/dataset/description.ts';
import type { OutcomeSummary } from './outcome.ts';
import { printable } from './printable.ts';
import { formatCount, formatTable } from './table.ts';

function leftOut({ dropped }: OutcomeSummary['metrics']): string {
  return typeof dropped === 'number' && dropped > 0
    ? `; ${countOf(dropped, 'row')} left out, in which something is missing`
    : '';
}

/** Of an anomaly detector: samples that leave what is normal, made of its own. */
function made({ excursions }: OutcomeSummary['metrics']): string {
  return excursions === undefined ? '' : `, and ${excursions} made of them that leave what is normal`;
}

/** What compressed it, in order. */
function methodNames(options: OutcomeSummary['options']): string {
  const { methods } = options as unknown as { readonly methods: readonly { readonly method: string }[] };
  return methods.map(({ method }) => method).join(', ');
}

/** What each stage is worth saying in one cell. */
function stageResult(
  { stage, metrics, options, directory, files }: OutcomeSummary,
  findings: number,
): string {
  switch (stage) {
    case 'dataset': {
      const parts = (['train', 'validation', 'test'] as const).map(
        (part) => `${formatCount(Number(metrics[part]))} ${part}`,
      );
      const found =
        findings === 0 ? '' : `; ${countOf(findings, 'finding')}: ${join(directory, CHECKS_FILE)}`;
      return `${parts.join(', ')}${leftOut(metrics)}${found}`;
    }
    case 'train':
      return `${countOf(Number(metrics.parameters), 'parameter')}, best of ${counted(Number(metrics.epochs), 'epoch')}: ${metrics.bestEpoch} (${metrics.engine})`;
    case 'compress':
      return `${methodNames(options)}: ${countOf(Number(metrics.parameters), 'parameter')}, ${formatCount(Number(metrics.fileBytes))} bytes`;
    case 'quantize':
      return `${countOf(Number(metrics.samples), 'calibration sample')}${made(metrics)}`;
    case 'convert':
      return `${formatCount(Number(metrics.bytes))} bytes, ${metrics.type}: ${join(directory, MODEL_FILE)}`;
    case 'stream':
      return `${formatCount(Number(metrics.misses))} of ${formatCount(Number(metrics.wanted))} missed, ${formatCount(Number(metrics.confusions))} confused, ${countOf(Number(metrics.falseAlarms), 'false alarm')} in ${Number(metrics.seconds).toFixed(0)} s of test recordings`;
    case 'evaluate':
      return `plots: ${directory}`;
    case 'export-c':
      return `${countOf(files.length, 'file')}: ${directory}`;
  }
}

/** What `tinyml run` ends with. */
export interface RunReport {
  readonly outcomes: readonly OutcomeSummary[];
  /** What the checks of the data found. */
  readonly findings: number;
  /** Paths of the C source. */
  readonly written: readonly string[];
  /** Where it lies. */
  readonly directory: string;
  /** Path of the page; absent where none was written. */
  readonly report?: string;
}

/** What follows the scores: a row for every stage, and where to look; `terminal` is how many cells a line of the terminal has. */
export function renderRun(
  { outcomes, findings, written, directory, report }: RunReport,
  terminal?: number,
): string {
  const rows = outcomes.map((outcome) => [
    outcome.stage,
    outcome.ran ? 'made' : 'up to date',
    printable(stageResult(outcome, findings)),
  ]);
  const parts = [
    formatTable([{ title: 'stage' }, { title: 'state' }, { title: 'result', wraps: true }], rows, terminal),
    `C source: ${printable(directory)}, ${countOf(written.length, 'file')}\nReport: ${report === undefined ? '"tinyml report" makes one HTML page of all this.' : printable(report)}`,
    ...(outcomes.every(({ ran }) => !ran) ? ['Nothing to do: everything is up to date.'] : []),
  ];
  return `\n${parts.join('\n\n')}\n`;
}
