/** What a stage made, as text on stdout. */

import type { Artifact } from '../artifacts/store.ts';
import type { Evaluation } from '../stages/evaluate.ts';
import type { StageOutcome } from '../stages/pipeline.ts';
import type { TensorReport } from '../stages/quantization-report.ts';
import type { StageName } from '../stages/stage.ts';
import type { CliIo } from './io.ts';
import { displayPath } from './stage-command.ts';
import { formatCount, formatFigure, formatTable } from './table.ts';

function metricLines({ manifest }: Artifact): string {
  return Object.entries(manifest.metrics)
    .map(
      ([name, value]) => `  ${name.padEnd(14)} ${typeof value === 'number' ? formatMetric(value) : value}\n`,
    )
    .join('');
}

function formatMetric(value: number): string {
  return Number.isInteger(value) ? formatCount(value) : formatFigure(value);
}

function renderQuantization(artifact: Artifact): string {
  const { tensors } = JSON.parse(artifact.readText('report.json')) as { tensors: TensorReport[] };
  const rows = tensors.map(({ tensor, min, max, scale, zeroPoint, clippedShare, sqnrDb }) => [
    tensor,
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
  );
  return `${table.replace(/^/gm, '  ')}\n`;
}

/** The scores of both models, one column each. */
export function evaluationTable({ float, converted, sqnrDb }: Evaluation): string {
  const rows: [string, number | undefined, number | undefined][] = [
    ['MSE', float.mse, converted.mse],
    ['MAE', float.mae, converted.mae],
    ['R²', float.r2, converted.r2],
    ['MSE against truth', float.mseAgainstTruth, converted.mseAgainstTruth],
    ['SQNR against float, dB', undefined, sqnrDb],
  ];
  return formatTable(
    [{ title: 'test split' }, { title: 'float', align: 'right' }, { title: converted.type, align: 'right' }],
    rows
      .filter(([, a, b]) => a !== undefined || b !== undefined)
      .map(([name, a, b]) => [name, formatFigure(a), formatFigure(b)]),
  );
}

export function readEvaluation(artifact: Artifact): Evaluation {
  return JSON.parse(artifact.readText('evaluation.json')) as Evaluation;
}

function renderEvaluation(artifact: Artifact): string {
  return `${evaluationTable(readEvaluation(artifact)).replace(/^/gm, '  ')}\n`;
}

const DETAILS: Partial<Record<StageName, (artifact: Artifact) => string>> = {
  quantize: renderQuantization,
  evaluate: renderEvaluation,
};

export function renderOutcome(
  io: CliIo,
  { stage, artifact, ran }: StageOutcome,
  written: readonly string[],
): string {
  const state = !ran ? 'up to date' : artifact.manifest.interrupted ? 'stopped early, kept' : 'made';
  const head = `${stage}: ${state}, ${displayPath(io, artifact.directory)}\n`;
  const body = DETAILS[stage]?.(artifact) ?? metricLines(artifact);
  const copies = written.map((path) => `  wrote ${path}\n`).join('');
  return head + body + copies;
}
