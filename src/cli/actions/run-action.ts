/** `tinyml run`: every stage, and one summary at the end. */

import { join } from 'node:path';
import type { Artifact } from '../../artifacts/store.ts';
import { interruptedError, TinymlError } from '../../core/errors.ts';
import { given } from '../../core/given.ts';
import { readFindings } from '../../stages/dataset-reader.ts';
import { type StageOutcome, stagesOf } from '../../stages/pipeline.ts';
import type { StageName } from '../../stages/stage.ts';
import { readEvaluation, readPredictions } from '../../stages/stage-reports.ts';
import type { RunJson } from '../printed-json.ts';
import { evaluationPlot, evaluationTables } from '../render/evaluation.ts';
import { printable } from '../render/printable.ts';
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

/** Makes a stage current with the options that earlier commands gave it. Throws `interrupted`. */
async function bringStage(
  { signal }: Session,
  { pipeline }: Project,
  stage: StageName,
  { seed, force, strict }: RunFlags,
): Promise<void> {
  const options = given({ seed, ...(stage === 'dataset' ? { strict } : {}) });
  await pipeline.run(stage, options, { force, keepOptions: true });
  if (!signal.aborted) return;
  throw interruptedError(
    'interrupted',
    `Stopped after ${stage}; what was made is kept`,
    '"tinyml run" goes on.',
  );
}

async function outcomesOf({ pipeline }: Project, stages: readonly StageName[]): Promise<StageOutcomes> {
  const outcomes = new Map<StageName, StageOutcome>();
  for (const stage of stages) outcomes.set(stage, await pipeline.require({ stage }));
  return {
    all: [...outcomes.values()],
    artifactOf: (stage) => (outcomes.get(stage) as StageOutcome).artifact,
  };
}

interface StageOutcomes {
  readonly all: readonly StageOutcome[];
  artifactOf(stage: StageName): Artifact;
}

/** The result without C sources, and why there are none. */
function emitFailure(session: Session, error: unknown, result: Omit<RunJson, 'written' | 'error'>): void {
  if (!(error instanceof TinymlError)) return;
  const { code, message, hint } = error;
  const { report } = result;
  session.emit<RunJson>(() => (report === undefined ? '' : `\nReport: ${printable(report)}\n`), {
    ...result,
    written: [],
    error: { code, message, ...given({ hint }) },
  });
}

/**
 * Brings every stage up to date and prints the scores, the plot, and what each stage made. What is known by then is printed,
 * and the report written, before C sources are put where people work.
 */
export async function runAction(session: Session, flags: RunFlags): Promise<void> {
  const project = openProject(session);
  const stages = stagesOf(project.config);
  // The C sources come last, and may fail.
  const measured = stages.filter((stage) => stage !== 'export-c');
  for (const stage of measured) await bringStage(session, project, stage, flags);
  const { all, artifactOf } = await outcomesOf(project, measured);
  const evaluation = readEvaluation(artifactOf('evaluate'));
  const findings = readFindings(artifactOf('dataset')).length;
  session.emitPart(() => {
    const predictions = readPredictions(artifactOf('dataset'), artifactOf('evaluate'), evaluation);
    const plot = predictions && evaluationPlot(predictions, session.columns);
    return `${plot === undefined ? '' : `${plot}\n\n`}${evaluationTables(evaluation, session.columns)}\n`;
  });
  const exporting = bringStage(session, project, 'export-c', flags);
  // A report tells of sources, where there are some, and does not need them.
  await exporting.catch(() => {});
  const report = await writtenReport(session, project);
  const known = { evaluation, findings, ...given({ report }) };
  try {
    await exporting;
    const done = await outcomesOf(project, stages);
    const written = publishProject(session, done.artifactOf('export-c'), project, flags.force === true);
    const made = done.all.map((outcome) => summaryOf(session, outcome));
    const directory = session.shown(join(project.folder, project.config.export.directory));
    session.emit<RunJson>(
      () =>
        renderRun({ outcomes: made, findings, written, directory, ...given({ report }) }, session.columns),
      { stages: made, ...known, written },
    );
  } catch (error) {
    if (!session.signal.aborted) {
      emitFailure(session, error, { stages: all.map((outcome) => summaryOf(session, outcome)), ...known });
    }
    throw error;
  }
}
