/** What every worker calls: runs the stages of a trial's project and measures what they made. */

import type { Artifact, ArtifactStore } from '../../artifacts/store.ts';
import { sha256 } from '../../core/digest.ts';
import { interruptedError, mismatchError, TinymlError } from '../../core/errors.ts';
import { silentReporter } from '../../core/reporter.ts';
import { TOOL } from '../../core/version.ts';
import { type Measured, measureModel } from '../../models/check/measure-model.ts';
import { readTflmModel } from '../../models/tflm-model.ts';
import { type ProjectConfig, parseProject } from '../config.ts';
import { MODEL_FILE } from '../convert.ts';
import { floatOrigin, floatStage, readFloatGraph } from '../float-graph.ts';
import { Pipeline, type PipelineContext } from '../pipeline.ts';
import { COST_NAMES } from './cost-names.ts';
import { splitScore } from './split-score.ts';
import { sharedFindings } from './supernet/shared-trial.ts';
import type { Trial, TrialCosts, TrialFindings, TrialResult } from './trial.ts';
import { sourcesDigest, trialSources } from './trial-sources.ts';

/** What a worker lends to trials: threads, files of the user, who may stop it. */
export type TrialContext = Omit<PipelineContext, 'config' | 'store' | 'kept'>;

/** The figures of a file. Throws `unsupported` where one is not exactly known. */
export function exactCosts(measured: Measured): TrialCosts {
  const figures = COST_NAMES.map((name) => {
    const { value, doubt } = measured[name];
    if (value === undefined || doubt !== undefined) {
      throw new TinymlError('unsupported', 'search-not-known', `Its ${name} is not exactly known: ${doubt}`);
    }
    return [name, value];
  });
  return Object.fromEntries(figures) as TrialCosts;
}

/** Whether another candidate may do what this one cannot. */
export function isOwnFault(error: unknown): error is TinymlError {
  if (!(error instanceof TinymlError)) return false;
  return ['usage', 'input', 'unsupported', 'mismatch'].includes(error.kind);
}

function requireSameTool({ tool }: Trial): void {
  if (tool === TOOL) return;
  throw mismatchError(
    'search-other-tool',
    `The trial was decided by ${tool}, and this worker is ${TOOL}`,
    'Run the same version of tinyml everywhere.',
  );
}

async function requireSameSources(
  config: ProjectConfig,
  { sources }: Trial,
  { listFiles }: TrialContext,
): Promise<void> {
  if (sourcesDigest(await trialSources(config, listFiles)) === sources) return;
  throw mismatchError(
    'search-other-data',
    "The project's data are not those that the search began with",
    'Bring them back as they were, or start the search anew with --fresh.',
  );
}

function requireWhole(artifact: Artifact): Artifact {
  if (!artifact.manifest.interrupted) return artifact;
  throw interruptedError('interrupted', 'Stopped while a trial was trained');
}

/** Trains, and converts where the trial asks for that; all figures are those of what was made. */
async function findingsOf(
  trial: Trial,
  config: ProjectConfig,
  store: ArtifactStore,
  context: TrialContext,
): Promise<TrialFindings> {
  const pipeline = new Pipeline({ ...context, config, store, kept: () => ({}) });
  const dataset = (await pipeline.require({ stage: 'dataset' })).artifact;
  if (trial.measures === 'shared') return sharedFindings(trial, config, dataset, context);
  const train = requireWhole((await pipeline.run('train')).artifact);
  if (trial.measures === 'float') {
    return {
      outcome: 'scored',
      validation: await splitScore({ dataset, train, float: readFloatGraph(train) }, 'validation', context),
    };
  }
  const convert = (await pipeline.run('convert')).artifact;
  const compressed = requireWhole(
    (await pipeline.require({ stage: floatStage(floatOrigin(config)) })).artifact,
  );
  const bytes = convert.read(MODEL_FILE);
  const float = readFloatGraph(compressed);
  const models = { dataset, train, float, converted: readTflmModel(bytes).graph };
  return {
    outcome: 'scored',
    validation: await splitScore(models, 'validation', context),
    costs: exactCosts(measureModel(bytes, config.check.target)),
    model: sha256(bytes),
    test: await splitScore(models, 'test', context),
  };
}

/**
 * Runs a trial in `store`, which nobody else uses at that time and which may be lent to one trial after another: samples
 * of the same dataset are then not made again. What the trial itself cannot do is one of its findings. Throws
 * `interrupted`, what the machine refuses, and mismatches of version or data.
 */
export async function runTrial(
  trial: Trial,
  store: ArtifactStore,
  context: TrialContext,
): Promise<TrialResult> {
  requireSameTool(trial);
  const started = performance.now();
  const quiet = { ...context, report: silentReporter };
  const config = parseProject(trial.config, `trial ${trial.number}`);
  await requireSameSources(config, trial, context);
  const ended = (findings: TrialFindings): TrialResult => ({
    number: trial.number,
    findings,
    seconds: (performance.now() - started) / 1000,
  });
  try {
    return ended(await findingsOf(trial, config, store, quiet));
  } catch (error) {
    if (!isOwnFault(error)) throw error;
    return ended({ outcome: 'failed', code: error.code, message: error.message });
  }
}
