/** `tinyml evaluate [MODEL] --input PATH`: a model, or the project's, on data that are given. */

import { usageError, withAsyncErrorContext, withErrorContext } from '../../core/errors.ts';
import { given } from '../../core/given.ts';
import { type Reporter, saidOnce } from '../../core/reporter.ts';
import type { Imported } from '../../formats/importer.ts';
import type { Graph } from '../../ir/graph.ts';
import { modelTypeOf, simplifyFloat } from '../../models/convert/lower.ts';
import { chosenOutput } from '../../models/run/chosen-output.ts';
import { type MeasuredOutput, measuredOutputs } from '../../models/run/measured-outputs.ts';
import type { NamedEvaluation, SeveralEvaluations } from '../../models/score/evaluation.ts';
import { readTflmModel } from '../../models/tflm-model.ts';
import { MODEL_FILE } from '../../stages/convert.ts';
import { isGenerated } from '../../stages/dataset-config.ts';
import { outputNames } from '../../stages/ends/several-outputs.ts';
import { floatOrigin, floatStage, readFloatGraph } from '../../stages/float-graph.ts';
import { holdsDataset } from '../../stages/measure/holds-dataset.ts';
import {
  type MeasuredModel,
  type ModelEvaluation,
  type OutputEvaluation,
  scoreBoth,
  scoreModel,
} from '../../stages/measure/score-model.ts';
import type { MeasuredJson } from '../printed-json.ts';
import { evaluationTables } from '../render/evaluation.ts';
import { renderOutputs } from '../render/model-evaluation.ts';
import type { Session } from '../terminal/session.ts';
import { openModelFile } from '../workspace/model-bytes.ts';
import { openProject, type Project } from '../workspace/project.ts';
import { workContext } from '../workspace/work-context.ts';
import { type DataFlags, onData, projectSamples, samplesFor, type Work } from './given-data.ts';

/** And how axes of its samples lie in its own file. */
interface ReadModel extends MeasuredModel {
  readonly inputOrders?: Imported['inputOrders'];
}

async function readMeasured(session: Session, path: string): Promise<ReadModel> {
  const file = openModelFile(session, path);
  if (file.tflite === undefined) {
    const { graph: read, inputOrders } = await file.imported();
    const graph = withErrorContext(path, () => simplifyFloat(read));
    return { graph, bytes: file.modelBytes(), ...given({ inputOrders }) };
  }
  const { bytes } = file.tflite;
  const { graph } = withErrorContext(path, () => readTflmModel(bytes));
  return { graph, bytes: file.modelBytes(), type: modelTypeOf(graph) };
}

interface BothForms {
  readonly float: Graph;
  readonly converted: MeasuredModel;
}

/** All outputs of a project with several. */
async function measureOutputs(
  project: Project,
  names: readonly string[],
  { float, converted }: BothForms,
  work: Work,
): Promise<SeveralEvaluations> {
  const outputs: NamedEvaluation[] = [];
  const report = saidOnce(work.session.reporter);
  const context = { ...workContext(work.session), report };
  const once = { ...work, context: { ...work.context, report } };
  for (const output of names) {
    const samples = await projectSamples(project, { ...once, flags: { ...work.flags, output } });
    const graph = chosenOutput(converted.graph, output);
    const both = await scoreBoth(chosenOutput(float, output), { ...converted, graph }, samples, context);
    if (both.task !== 'anomaly') outputs.push({ output, ...both });
  }
  return { outputs };
}

/** Scores of what a model was trained on are no measure of it. */
async function sayTrainedOn({ pipeline }: Project, { session, path, context }: Work): Promise<void> {
  const { artifact } = await pipeline.require({ stage: 'dataset' });
  if (!holdsDataset(artifact, context.listFiles(path))) return;
  session.reporter.warn(
    `${path} holds what the project was made of, so that the model was trained on many of these samples: "tinyml evaluate" without --input measures those that it has not seen.`,
  );
}

/** The project's model, float and converted. */
async function measureProject(project: Project, work: Work): Promise<void> {
  const { session, path } = work;
  const float = (await project.pipeline.require({ stage: floatStage(floatOrigin(project.config)) })).artifact;
  const convert = (await project.pipeline.require({ stage: 'convert' })).artifact;
  const model = convert.read(MODEL_FILE);
  const converted = {
    graph: readTflmModel(model).graph,
    bytes: model.length,
    type: String(convert.manifest.metrics.type),
  };
  await sayTrainedOn(project, work);
  const forms = { float: readFloatGraph(float), converted };
  const names = outputNames(project.config);
  const evaluation =
    names === undefined
      ? await scoreBoth(forms.float, converted, await projectSamples(project, work), workContext(session))
      : await measureOutputs(project, names, forms, work);
  session.emit<MeasuredJson>(() => `${evaluationTables(evaluation, session.columns, path)}\n`, {
    input: path,
    ...evaluation,
  });
}

/** What is true of the samples in the words of one output. */
function flagsFor(flags: DataFlags, { target }: MeasuredOutput, all: readonly MeasuredOutput[]): DataFlags {
  if (all.length === 1) return { ...flags, ...given({ target }) };
  const { labels, classFrom } = flags;
  if (labels !== undefined || classFrom !== undefined) {
    throw usageError(
      'several-outputs',
      `${labels === undefined ? '--class-from' : '--labels'} is of one output, and ${all.length} are measured`,
      `Measure one of them: --output ${all[0].name}.`,
    );
  }
  const ignore = all.flatMap((one) => one.target ?? []).filter((column) => target?.includes(column) !== true);
  return { ...flags, ...given({ target }), ignore };
}

async function scoreOutput(
  project: Project,
  model: ReadModel,
  output: MeasuredOutput,
  work: Work,
  report: Reporter,
): Promise<ModelEvaluation> {
  const measured = { ...model, graph: chosenOutput(model.graph, output.name) };
  // Of a project with several outputs, what is true of this one.
  const isKnown = outputNames(project.config)?.includes(output.name) === true;
  const flags = isKnown ? { ...work.flags, output: output.name } : work.flags;
  const samples = await samplesFor(project, measured, { ...work, flags });
  return scoreModel(measured, samples, { ...workContext(work.session), report });
}

async function scoreFile(project: Project, name: string, work: Work): Promise<readonly OutputEvaluation[]> {
  const { session, flags } = work;
  const model = await readMeasured(session, name);
  return withAsyncErrorContext(name, async () => {
    const outputs = measuredOutputs(model.graph, { ...flags, known: outputNames(project.config) });
    const scores: OutputEvaluation[] = [];
    const report = saidOnce(session.reporter);
    const once = { ...work, context: { ...work.context, report } };
    for (const output of outputs) {
      const own = { ...once, flags: flagsFor(flags, output, outputs) };
      scores.push({ output: output.name, ...(await scoreOutput(project, model, output, own, report)) });
    }
    return scores;
  });
}

/**
 * What each measured output of a model file makes of data that are read as the project reads its own, where there is a project
 * of files; else as they are.
 */
export function measureFile(
  session: Session,
  project: Project,
  model: string,
  path: string,
  flags: DataFlags,
): Promise<readonly OutputEvaluation[]> {
  return onData(session, project, path, flags, (work) => scoreFile(project, model, work));
}

/** Of one output what one says, of several a list. */
function measuredJson(input: string, outputs: readonly OutputEvaluation[]): MeasuredJson {
  const [{ output: _, ...evaluation }, ...others] = outputs;
  return others.length === 0 ? { input, ...evaluation } : { input, outputs };
}

/** Prints the scores of a model, or of the project's. */
export async function evaluateData(
  session: Session,
  model: string | undefined,
  path: string,
  flags: DataFlags,
): Promise<void> {
  const project = openProject(session, model === undefined);
  if (model !== undefined) {
    const outputs = await measureFile(session, project, model, path, flags);
    session.emit<MeasuredJson>(() => renderOutputs(outputs, session.columns), measuredJson(path, outputs));
    return;
  }
  if (isGenerated(project.config.dataset)) {
    throw usageError(
      'no-model',
      'There is no project of files here whose model could be measured on these data',
      'Name a model: tinyml evaluate model.tflite --input data.csv --target y.',
    );
  }
  await onData(session, project, path, flags, (work) => measureProject(project, work));
}
