/** `tinyml run`: every stage, and one summary at the end. */

import { join } from 'node:path';
import type { Artifact } from '../../artifacts/store.ts';
import { interruptedError } from '../../core/errors.ts';
import type { Overrides, StageOutcome } from '../../stages/pipeline.ts';
import { STAGE_NAMES, type StageName } from '../../stages/stage.ts';
import { evaluationPlot, evaluationTable, readEvaluation } from '../render/evaluation.ts';
import { outcomeJson } from '../render/outcome.ts';
import { formatCount, formatTable } from '../render/table.ts';
import type { CliIo } from '../terminal/io.ts';
import { createTerminalReporter } from '../terminal/terminal-reporter.ts';
import { displayPath } from '../workspace/display-path.ts';
import { openProject } from '../workspace/project.ts';
import { publishExport } from './export-c-action.ts';

type Outcomes = ReadonlyMap<StageName, StageOutcome>;

function artifactOf(outcomes: Outcomes, stage: StageName): Artifact {
  return (outcomes.get(stage) as StageOutcome).artifact;
}

/** What each stage is worth saying in one cell. */
function stageResult(io: CliIo, { stage, artifact }: StageOutcome): string {
  const { metrics } = artifact.manifest;
  switch (stage) {
    case 'dataset':
      return `${formatCount(Number(metrics.train))} train, ${formatCount(Number(metrics.validation))} validation, ${formatCount(Number(metrics.test))} test`;
    case 'train':
      return `${metrics.parameters} parameters, best of ${metrics.epochs} epochs: ${metrics.bestEpoch} (${metrics.engine})`;
    case 'quantize':
      return `${metrics.samples} calibration samples`;
    case 'convert':
      return `${formatCount(Number(metrics.bytes))} bytes, ${metrics.type}: ${displayPath(io, join(artifact.directory, 'model.tflite'))}`;
    case 'evaluate':
      return `plots: ${displayPath(io, artifact.directory)}`;
    case 'export-c':
      return artifact.manifest.files.map(({ path }) => path).join(', ');
  }
}

function summary(io: CliIo, outcomes: Outcomes, written: readonly string[]): string {
  const rows = [...outcomes.values()].map((outcome) => [
    outcome.stage,
    outcome.ran ? 'made' : 'up to date',
    stageResult(io, outcome),
  ]);
  const evaluation = artifactOf(outcomes, 'evaluate');
  const plot = evaluationPlot(artifactOf(outcomes, 'dataset'), evaluation);
  const nothing = [...outcomes.values()].every(({ ran }) => !ran);
  const parts = [
    ...(plot === undefined ? [] : [plot]),
    evaluationTable(readEvaluation(evaluation)),
    formatTable([{ title: 'stage' }, { title: 'state' }, { title: 'result' }], rows),
    `C source: ${written.join(', ')}`,
    ...(nothing ? ['Nothing to do: everything is up to date.'] : []),
  ];
  return `${parts.join('\n\n')}\n`;
}

export async function runAll(io: CliIo, overrides: Overrides, json: boolean): Promise<void> {
  const reporter = createTerminalReporter(io);
  const outcomes = new Map<StageName, StageOutcome>();
  try {
    const { config, pipeline } = openProject(io, reporter);
    for (const stage of STAGE_NAMES) {
      outcomes.set(stage, await pipeline.request(stage, overrides));
      if (io.signal.aborted) {
        throw interruptedError(
          'interrupted',
          `Stopped after ${stage}; what was made is kept`,
          '"tinyml run" goes on.',
        );
      }
    }
    reporter.clear();
    const written = publishExport(io, artifactOf(outcomes, 'export-c'), config.export.directory);
    if (json) {
      const stages = [...outcomes.values()].map((outcome) => outcomeJson(io, outcome));
      const evaluation = readEvaluation(artifactOf(outcomes, 'evaluate'));
      io.stdout.write(`${JSON.stringify({ stages, evaluation, written })}\n`);
    } else {
      io.stdout.write(summary(io, outcomes, written));
    }
  } finally {
    reporter.clear();
  }
}
