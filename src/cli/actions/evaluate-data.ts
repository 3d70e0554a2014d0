/** `tinyml evaluate [MODEL] --input PATH`: a model, or the project's, on data that are given. */

import { tmpdir } from 'node:os';
import { listDataFiles } from '../../artifacts/data-files.ts';
import { lentDiskStores } from '../../artifacts/lent-stores.ts';
import type { ArtifactStore } from '../../artifacts/store.ts';
import { usageError, withAsyncErrorContext, withErrorContext } from '../../core/errors.ts';
import type { ClassPlace } from '../../data/samples/classes.ts';
import { modelTypeOf, simplifyFloat } from '../../models/convert/lower.ts';
import { readTflmModel } from '../../models/tflm-model.ts';
import { MODEL_FILE } from '../../stages/convert.ts';
import type { ReadingContext } from '../../stages/dataset/from-files.ts';
import { type FilesConfig, isGenerated } from '../../stages/dataset-config.ts';
import { floatOrigin, floatStage, readFloatGraph } from '../../stages/float-graph.ts';
import type { ModelSamples } from '../../stages/measure/model-samples.ts';
import { readPlainSamples } from '../../stages/measure/plain-samples.ts';
import { readProjectSamples } from '../../stages/measure/project-samples.ts';
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
import { artifactsOf, openProject, type Project, workContext } from '../workspace/project.ts';

/** What the command line says of the data. */
export interface DataFlags {
  readonly target?: readonly string[];
  readonly classFrom?: ClassPlace;
  readonly task?: 'regression' | 'classification';
  readonly labels?: readonly string[];
}

async function readMeasured(session: Session, path: string): Promise<MeasuredModel> {
  const file = openModelFile(session, path);
  if (file.tflite === undefined) {
    const imported = await file.graph();
    const graph = withErrorContext(path, () => simplifyFloat(imported));
    return { graph, bytes: file.modelBytes() };
  }
  const { bytes } = file.tflite;
  const { graph } = withErrorContext(path, () => readTflmModel(bytes));
  return { graph, bytes: file.modelBytes(), type: modelTypeOf(graph) };
}

/** Words that the project file has already. */
function refuseOwnWords({ task, labels }: DataFlags): void {
  const given = [...(task === undefined ? [] : ['--task']), ...(labels === undefined ? [] : ['--labels'])];
  if (given.length === 0) return;
  throw usageError(
    'project-says',
    `${given.join(' and ')}: the project says what its task and its classes are`,
    'Leave it out, or run the command outside of the project.',
  );
}

interface Work {
  readonly session: Session;
  readonly path: string;
  readonly flags: DataFlags;
  readonly context: ReadingContext;
}

async function projectSamples(project: Project, { path, flags, context }: Work): Promise<ModelSamples> {
  refuseOwnWords(flags);
  const { artifact } = await project.pipeline.require({ stage: 'dataset' });
  return readProjectSamples(project.config.dataset as FilesConfig, artifact, path, flags, context);
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
  const { session, path, flags, context } = work;
  const model = await readMeasured(session, name);
  const samples = isGenerated(project.config.dataset)
    ? await readPlainSamples(model.graph, path, flags, context)
    : await projectSamples(project, work);
  return withAsyncErrorContext(name, () => scoreModel(model, samples, workContext(session)));
}

function readingContext(session: Session, store: ArtifactStore): ReadingContext {
  return {
    report: session.reporter,
    listFiles: (path) => listDataFiles(session.absolute(path)),
    scratch: () => store.scratch(),
    seed: 0,
  };
}

/** Lends room for what is read of `path`; nothing of it stays. */
function onData<T>(
  session: Session,
  { config, folder }: Project,
  path: string,
  flags: DataFlags,
  body: (work: Work) => Promise<T>,
): Promise<T> {
  const room = isGenerated(config.dataset) ? tmpdir() : artifactsOf(folder);
  return lentDiskStores(room)(async (store) => {
    try {
      return await body({ session, path, flags, context: readingContext(session, store) });
    } finally {
      store.dropScratch();
    }
  });
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
