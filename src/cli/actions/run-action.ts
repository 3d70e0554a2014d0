/** `tinyml run`: every stage, and one summary at the end. */

import { join } from 'node:path';
import type { Artifact } from '../../artifacts/store.ts';
import { interruptedError } from '../../core/errors.ts';
import { given } from '../../core/given.ts';
import type { StageOutcome } from '../../stages/pipeline.ts';
import { STAGE_NAMES, type StageName } from '../../stages/stage.ts';
import { readEvaluation, readPredictions } from '../../stages/stage-reports.ts';
import type { RunJson } from '../printed-json.ts';
import { renderRun } from '../render/run-summary.ts';
import type { Session } from '../terminal/session.ts';
import { openProject, type Project } from '../workspace/project.ts';
import { publishProject } from '../workspace/publish-project.ts';
import { publishReport } from './report-action.ts';
import { summaryOf } from './stage-action.ts';

/** Options of `tinyml run`. */
export interface RunFlags {
  readonly seed?: number;
  readonly force?: boolean;
  /** Whether what the checks of the data find is an error. */
  readonly strict?: boolean;
}

/** The report that the project file asks for: its path as it is shown. */
async function writtenReport(session: Session, project: Project): Promise<string | undefined> {
  const { report } = project.config;
  return report === undefined
    ? undefined
    : (await publishReport(session, project, join(project.folder, report))).written;
}

/** Brings every stage up to date and prints the scores, the plot, and what each stage made. */
export async function runAction(session: Session, { seed, force, strict }: RunFlags): Promise<void> {
  const project = openProject(session);
  const { pipeline } = project;
  for (const stage of STAGE_NAMES) {
    await pipeline.run(stage, given({ seed, ...(stage === 'dataset' ? { strict } : {}) }), {
      force,
      keepOptions: true,
    });
    if (session.signal.aborted) {
      throw interruptedError(
        'interrupted',
        `Stopped after ${stage}; what was made is kept`,
        '"tinyml run" goes on.',
      );
    }
  }
  const outcomes = new Map<StageName, StageOutcome>();
  for (const stage of STAGE_NAMES) outcomes.set(stage, await pipeline.require({ stage }));
  const artifactOf = (stage: StageName): Artifact => (outcomes.get(stage) as StageOutcome).artifact;
  const written = publishProject(session, artifactOf('export-c'), project, force === true);
  const report = await writtenReport(session, project);
  const stages = [...outcomes.values()].map((outcome) => summaryOf(session, outcome));
  const evaluation = readEvaluation(artifactOf('evaluate'));
  session.emit<RunJson>(
    () => {
      const predictions = readPredictions(artifactOf('dataset'), artifactOf('evaluate'), evaluation);
      return renderRun(
        { outcomes: stages, evaluation, written, ...given({ predictions, report }) },
        session.columns,
      );
    },
    { stages, evaluation, written, ...given({ report }) },
  );
}
