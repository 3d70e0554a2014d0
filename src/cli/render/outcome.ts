/** What a stage made, as text. */

import type { Manifest, Metrics } from '../../artifacts/manifest.ts';
import type { TensorReport } from '../../stages/quantization-report.ts';
import type { StageName } from '../../stages/stage.ts';
import { printable } from './printable.ts';
import { formatCount, formatFigure, formatTable } from './table.ts';

/** What there is to say of a stage that was brought up to date. */
export interface OutcomeSummary {
  readonly stage: StageName;
  /** False where everything was up to date. */
  readonly ran: boolean;
  /** Of the artifact, relative to the project. */
  readonly directory: string;
  readonly digest: string;
  readonly seed: number;
  readonly options: Manifest['options'];
  readonly metrics: Metrics;
  readonly interrupted: boolean;
  readonly files: readonly { readonly path: string; readonly bytes: number }[];
}

function formatMetric(value: number): string {
  return Number.isInteger(value) ? formatCount(value) : formatFigure(value);
}

/** A line for every figure of an artifact, indented. */
export function renderMetrics(metrics: Metrics): string {
  return Object.entries(metrics)
    .map(
      ([name, value]) =>
        `  ${name.padEnd(14)} ${typeof value === 'number' ? formatMetric(value) : printable(value)}\n`,
    )
    .join('');
}

const INDENT = '  ';

/** A row for every tensor, indented; `terminal` is how many cells a line of the terminal has. */
export function renderQuantization(tensors: readonly TensorReport[], terminal?: number): string {
  const rows = tensors.map(({ tensor, min, max, scale, zeroPoint, clippedShare, sqnrDb }) => [
    printable(tensor),
    formatFigure(min),
    formatFigure(max),
    formatFigure(scale),
    String(zeroPoint),
    `${(clippedShare * 100).toFixed(2)} %`,
    sqnrDb === undefined ? '–' : `${sqnrDb.toFixed(1)} dB`,
  ]);
  const columns = ['tensor', 'min', 'max', 'scale', 'zero point', 'clipped', 'SQNR'];
  const table = formatTable(
    columns.map((title, index) => ({ title, align: index === 0 ? 'left' : 'right' })),
    rows,
    terminal === undefined ? undefined : terminal - INDENT.length,
  );
  return `${table.replace(/^/gm, INDENT)}\n`;
}

/** `details` says what the artifact holds, `written` where copies of it went. */
export function renderOutcome(
  { stage, ran, interrupted, directory }: OutcomeSummary,
  details: string,
  written: readonly string[],
): string {
  const state = !ran ? 'up to date' : interrupted ? 'stopped early, kept' : 'made';
  const copies = written.map((path) => `  wrote ${printable(path)}\n`).join('');
  return `${stage}: ${state}, ${printable(directory)}\n${details}${copies}`;
}
