/** What a stage made, as text on stdout. */

import type { Artifact, ArtifactStore } from '../../artifacts/store.ts';
import type { StageOutcome } from '../../stages/pipeline.ts';
import type { TensorReport } from '../../stages/quantization-report.ts';
import type { StageName } from '../../stages/stage.ts';
import type { CliIo } from '../terminal/io.ts';
import { displayPath } from '../workspace/display-path.ts';
import { renderEvaluation } from './evaluation.ts';
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

const DETAILS: Partial<Record<StageName, (artifact: Artifact, store: ArtifactStore) => string>> = {
  quantize: renderQuantization,
  evaluate: (artifact, store) => renderEvaluation(store.latest('dataset'), artifact),
};

export function renderOutcome(
  io: CliIo,
  { stage, artifact, ran }: StageOutcome,
  written: readonly string[],
  store: ArtifactStore,
): string {
  const state = !ran ? 'up to date' : artifact.manifest.interrupted ? 'stopped early, kept' : 'made';
  const head = `${stage}: ${state}, ${displayPath(io, artifact.directory)}\n`;
  const body = DETAILS[stage]?.(artifact, store) ?? metricLines(artifact);
  const copies = written.map((path) => `  wrote ${path}\n`).join('');
  return head + body + copies;
}

/** One JSON object about an outcome. */
export function outcomeJson(io: CliIo, { stage, artifact, ran }: StageOutcome): Record<string, unknown> {
  const { manifest } = artifact;
  return {
    stage,
    ran,
    directory: displayPath(io, artifact.directory),
    digest: manifest.digest,
    seed: manifest.seed,
    options: manifest.options,
    metrics: manifest.metrics,
    interrupted: manifest.interrupted,
    files: manifest.files.map(({ path, bytes }) => ({ path, bytes })),
  };
}
