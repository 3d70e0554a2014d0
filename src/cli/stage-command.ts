/** What the stage commands share: open the project, bring one stage up to date, print what it made. */

import { relative } from 'node:path';
import type { ProjectConfig } from '../stages/config.ts';
import type { Overrides, StageOutcome } from '../stages/pipeline.ts';
import type { StageName } from '../stages/stage.ts';
import type { CliIo } from './io.ts';
import { openProject } from './project.ts';
import { renderOutcome } from './render-outcome.ts';
import { createTerminalReporter } from './terminal-reporter.ts';

export interface StageCommandResult {
  readonly outcome: StageOutcome;
  readonly config: ProjectConfig;
}

/** A path as people type it, relative to the project. */
export function displayPath(io: CliIo, path: string): string {
  const shown = relative(io.cwd, path);
  return shown === '' ? '.' : shown.startsWith('..') ? path : shown;
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

/** Runs a stage for the command line; `publish` may copy files out of the artifact and names them. */
export async function runStageCommand(
  io: CliIo,
  stage: StageName,
  overrides: Overrides,
  json: boolean,
  publish: (result: StageCommandResult) => readonly string[] = () => [],
): Promise<void> {
  const reporter = createTerminalReporter(io);
  try {
    const { config, store, pipeline } = openProject(io, reporter);
    const outcome = await pipeline.request(stage, overrides);
    reporter.clear();
    const written = publish({ outcome, config });
    if (json) {
      io.stdout.write(`${JSON.stringify({ ...outcomeJson(io, outcome), written })}\n`);
    } else {
      io.stdout.write(renderOutcome(io, outcome, written, store));
    }
  } finally {
    reporter.clear();
  }
}
