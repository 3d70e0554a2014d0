/** What is checked: the project's model, or a file, with all that is known of it. */

import { join } from 'node:path';
import { usageError, withErrorContext } from '../../../core/errors.ts';
import { shellWord } from '../../../core/shell-word.ts';
import type { Figure } from '../../../models/check/figure.ts';
import { type Measured, measureModel } from '../../../models/check/measure-model.ts';
import { dutyOf } from '../../../models/duty/listening-cost.ts';
import type { Target } from '../../../planner/target.ts';
import { MODEL_FILE } from '../../../stages/convert.ts';
import type { OutputEvaluation } from '../../../stages/measure/score-model.ts';
import {
  modelQuality,
  type OutputQuality,
  otherQualities,
  projectQualities,
} from '../../../stages/model-quality.ts';
import type { Pipeline } from '../../../stages/pipeline.ts';
import type { ProgramOptions } from '../../../targets/c/optimize.ts';
import { projectListeningCost } from '../../emulator/project-listening.ts';
import type { Session } from '../../terminal/session.ts';
import { readModelBytes } from '../../workspace/model-bytes.ts';
import type { Project } from '../../workspace/project.ts';
import { measureFile } from '../evaluate-data.ts';
import { type CheckFlags, dataFlags } from './check-limits.ts';

/** A model with everything that is known of it. */
export interface Subject {
  readonly name: string;
  readonly measured: Measured;
  /** Of each output; empty where nothing was measured. */
  readonly qualities: readonly OutputQuality[];
  /** Measures another model on the same data; absent where there are none. */
  readonly qualitiesOf?: (
    model: Uint8Array,
    path: string,
  ) => readonly OutputQuality[] | undefined | Promise<readonly OutputQuality[]>;
}

/** How a model is measured: by what runs it. */
interface Measure extends ProgramOptions {
  readonly target: Target;
}

/** Limits are of one output. */
function soleOutput(outputs: readonly OutputEvaluation[]): OutputEvaluation {
  if (outputs.length === 1) return outputs[0];
  throw usageError(
    'several-outputs',
    `${outputs.length} outputs of the model are measured, and limits are of one`,
    `Check one after another: --output ${outputs.map((one) => shellWord(one.output)).join(', --output ')}.`,
  );
}

/** With what one output does; of several each is checked by itself. */
function withSole(measured: Measured, qualities: readonly OutputQuality[] | undefined): Measured {
  const [first, ...others] = qualities ?? [];
  return first === undefined || others.length > 0 ? measured : { ...measured, ...first.quality };
}

async function dutyFigure(
  session: Session,
  pipeline: Pipeline,
  options: ProgramOptions,
  clock: number,
): Promise<Figure> {
  const cost = await projectListeningCost(session, pipeline, options);
  return 'doubt' in cost ? cost : { value: dutyOf(cost, clock) };
}

/** The project's model; its scores where they are asked for. */
export async function projectSubject(
  session: Session,
  pipeline: Pipeline,
  { target, ...options }: Measure,
  { evaluate, clock }: { readonly evaluate: boolean; readonly clock?: number },
): Promise<Subject> {
  // The stage convert is not asked for by name, which would forget the options it was last run with.
  const evaluation = evaluate ? (await pipeline.run('evaluate')).artifact : undefined;
  const { artifact } = await pipeline.require({ stage: 'convert' });
  const name = session.shown(join(artifact.directory, MODEL_FILE));
  const measured: Measured = {
    ...measureModel(artifact.read(MODEL_FILE), target, options),
    ...(clock === undefined ? {} : { duty: await dutyFigure(session, pipeline, options, clock) }),
  };
  if (evaluation === undefined) return { name, measured, qualities: [] };
  const dataset = (await pipeline.require({ stage: 'dataset' })).artifact;
  const qualities = projectQualities({ dataset, evaluation });
  return {
    name,
    measured: withSole(measured, qualities),
    qualities,
    qualitiesOf: (model) => otherQualities(model, { dataset, evaluation }),
  };
}

/** A file, and its scores on samples that are given. */
export async function fileSubject(
  session: Session,
  project: Project,
  path: string,
  { target, ...options }: Measure,
  flags: CheckFlags,
): Promise<Subject> {
  const { input } = flags;
  const bytes = readModelBytes(session, path);
  const measured = withErrorContext(path, () => measureModel(bytes, target, options));
  if (input === undefined) return { name: path, measured, qualities: [] };
  const qualitiesOf = async (model: string): Promise<readonly OutputQuality[]> => [
    {
      quality: modelQuality(soleOutput(await measureFile(session, project, model, input, dataFlags(flags)))),
    },
  ];
  const qualities = await qualitiesOf(path);
  return {
    name: path,
    measured: withSole(measured, qualities),
    qualities,
    qualitiesOf: (_, other) => qualitiesOf(other),
  };
}

/** Another model, measured as the subject is. */
export async function measureBaseline(
  session: Session,
  path: string,
  { target, ...options }: Measure,
  { qualitiesOf }: Subject,
): Promise<Pick<Subject, 'measured'> & { readonly qualities: readonly OutputQuality[] | undefined }> {
  const bytes = readModelBytes(session, path);
  const measured = withErrorContext(path, () => measureModel(bytes, target, options));
  const qualities = await qualitiesOf?.(bytes, path);
  return { measured: withSole(measured, qualities), qualities };
}
