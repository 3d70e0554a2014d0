/** What the stage commands share: open the project, bring one stage up to date, print what it made. */

import type { Artifact } from '../../artifacts/store.ts';
import type { ProjectConfig } from '../../stages/config.ts';
import type { Overrides, StageOutcome } from '../../stages/pipeline.ts';
import type { StageName } from '../../stages/stage.ts';
import { readQuantization } from '../../stages/stage-reports.ts';
import type { StageJson } from '../printed-json.ts';
import { type OutcomeSummary, renderMetrics, renderOutcome, renderQuantization } from '../render/outcome.ts';
import type { Session } from '../terminal/session.ts';
import { openProject } from '../workspace/project.ts';

/** What a stage made, for those who copy it elsewhere. */
export interface StageCommandResult {
  readonly artifact: Artifact;
  readonly config: ProjectConfig;
  /** Of the project. */
  readonly folder: string;
}

/** What is printed of a stage, with paths as people type them. */
export function summaryOf(session: Session, { stage, artifact, ran }: StageOutcome): OutcomeSummary {
  const { manifest } = artifact;
  return {
    stage,
    ran,
    directory: session.shown(artifact.directory),
    digest: manifest.digest,
    seed: manifest.seed,
    options: manifest.options,
    metrics: manifest.metrics,
    interrupted: manifest.interrupted,
    files: manifest.files.map(({ path, bytes }) => ({ path, bytes })),
  };
}

function details({ stage, artifact }: StageOutcome, terminal?: number): string {
  return stage === 'quantize'
    ? renderQuantization(readQuantization(artifact), terminal)
    : renderMetrics(artifact.manifest.metrics);
}

/** Runs a stage for the command line; `publish` may copy files out of the artifact and names them. */
export async function runStage(
  session: Session,
  stage: StageName,
  overrides: Overrides,
  publish: (result: StageCommandResult) => readonly string[] = () => [],
  force?: boolean,
): Promise<void> {
  const { config, folder, pipeline } = openProject(session);
  const outcome = await pipeline.run(stage, overrides, { force });
  const written = publish({ artifact: outcome.artifact, config, folder });
  const summary = summaryOf(session, outcome);
  session.emit<StageJson>(() => renderOutcome(summary, details(outcome, session.columns), written), {
    ...summary,
    written,
  });
}

type StageFlags = Overrides & { readonly force?: true };

/** The action of a command that is a stage and no more: its options are the stage's own, but for --force. */
export function stageAction(stage: StageName) {
  return (session: Session, { force, ...overrides }: StageFlags): Promise<void> =>
    runStage(session, stage, overrides as Overrides, () => [], force);
}
