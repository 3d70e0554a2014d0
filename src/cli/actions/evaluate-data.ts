/** `tinyml evaluate [MODEL] --input PATH`: a model, or the project's, on data that are given. */

import { usageError, withAsyncErrorContext, withErrorContext } from '../../core/errors.ts';
import { given } from '../../core/given.ts';
import { reorderedRecords } from '../../data/records/reordered-records.ts';
import type { Imported } from '../../formats/importer.ts';
import { modelTypeOf, simplifyFloat } from '../../models/convert/lower.ts';
import { chosenOutput } from '../../models/run/chosen-output.ts';
import { modelEnds } from '../../models/run/real-runner.ts';
import { readTflmModel } from '../../models/tflm-model.ts';
import { MODEL_FILE } from '../../stages/convert.ts';
import { isGenerated } from '../../stages/dataset-config.ts';
import { floatOrigin, floatStage, readFloatGraph } from '../../stages/float-graph.ts';
import {
  type MeasuredModel,
  type ModelEvaluation,
  scoreBoth,
  scoreModel,
} from '../../stages/measure/score-model.ts';
import type { MeasuredJson } from '../printed-json.ts';
import { evaluationTable } from '../render/evaluation.ts';
import { renderModelEvaluation } from '../render/model-evaluation.ts';
import type { Session } from '../terminal/session.ts';
import { openModelFile } from '../workspace/model-bytes.ts';
import { openProject, type Project, workContext } from '../workspace/project.ts';
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

/** The project's model, float and converted. */
async function measureProject(project: Project, work: Work): Promise<void> {
  const { session, path } = work;
  const samples = await projectSamples(project, work);
  const float = (await project.pipeline.require({ stage: floatStage(floatOrigin(project.config)) })).artifact;
  const convert = (await project.pipeline.require({ stage: 'convert' })).artifact;
  const model = convert.read(MODEL_FILE);
  const converted = {
    graph: readTflmModel(model).graph,
    bytes: model.length,
    type: String(convert.manifest.metrics.type),
  };
  const evaluation = await scoreBoth(readFloatGraph(float), converted, samples, workContext(session));
  session.emit<MeasuredJson>(() => `${evaluationTable(evaluation, session.columns, path)}\n`, {
    input: path,
    ...evaluation,
  });
}

async function scoreFile(project: Project, name: string, work: Work): Promise<ModelEvaluation> {
  const { session, flags } = work;
  const { inputOrders, ...read } = await readMeasured(session, name);
  const model = { ...read, graph: withErrorContext(name, () => chosenOutput(read.graph, flags.output)) };
  const samples = await samplesFor(project, model.graph, work);
  const { shape } = modelEnds(model.graph).inputs[0];
  const x = reorderedRecords(samples.x, shape, inputOrders?.[0]);
  return withAsyncErrorContext(name, () => scoreModel(model, { ...samples, x }, workContext(session)));
}

/** What a model file makes of data that are read as the project reads its own, where there is a project of files; else as they are. */
export function measureFile(
  session: Session,
  project: Project,
  model: string,
  path: string,
  flags: DataFlags,
): Promise<ModelEvaluation> {
  return onData(session, project, path, flags, (work) => scoreFile(project, model, work));
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
    const evaluation = await measureFile(session, project, model, path, flags);
    session.emit<MeasuredJson>(() => renderModelEvaluation(evaluation, session.columns), {
      input: path,
      ...evaluation,
    });
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
