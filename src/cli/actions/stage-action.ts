/** What the stage commands share: open the project, bring one stage up to date, print what it made. */

import type { ProjectConfig } from '../../stages/config.ts';
import type { Overrides, StageOutcome } from '../../stages/pipeline.ts';
import type { StageName } from '../../stages/stage.ts';
import { outcomeJson, renderOutcome } from '../render/outcome.ts';
import type { CliIo } from '../terminal/io.ts';
import { createTerminalReporter } from '../terminal/terminal-reporter.ts';
import { openProject } from '../workspace/project.ts';

export interface StageCommandResult {
  readonly outcome: StageOutcome;
  readonly config: ProjectConfig;
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
