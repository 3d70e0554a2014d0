/** Data that the command line names: read as the project reads its own, where there is one of files, else as they are. */

import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listDataFiles } from '../../artifacts/data-files.ts';
import { lentDiskStores } from '../../artifacts/lent-stores.ts';
import type { Artifact, ArtifactStore } from '../../artifacts/store.ts';
import type { DataFile, ListedSort } from '../../core/data-file.ts';
import { usageError } from '../../core/errors.ts';
import { reorderedRecords } from '../../data/records/reordered-records.ts';
import type { ClassPlace } from '../../data/samples/classes.ts';
import { modelInputs, type SampledModel } from '../../models/run/input-records.ts';
import type { ReadingContext } from '../../stages/dataset/from-files.ts';
import { type FilesConfig, isGenerated } from '../../stages/dataset-config.ts';
import type { GivenData } from '../../stages/measure/given-source.ts';
import type { ModelSamples } from '../../stages/measure/model-samples.ts';
import { readPlainSamples } from '../../stages/measure/plain-samples.ts';
import { readProjectSamples } from '../../stages/measure/project-samples.ts';
import type { Session } from '../terminal/session.ts';
import { requireData } from '../workspace/inputs.ts';
import type { Project } from '../workspace/project.ts';
import { artifactsOf } from '../workspace/read-project.ts';

/** What the command line says of the data. */
export interface DataFlags {
  readonly target?: readonly string[];
  readonly classFrom?: ClassPlace;
  readonly task?: 'regression' | 'classification';
  readonly labels?: readonly string[];
  /** The output that is measured, of a model with several. */
  readonly output?: string;
  /** Columns that are true of samples, but not asked for here. */
  readonly ignore?: readonly string[];
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

/** A command on data. */
export interface Work {
  readonly session: Session;
  /** A file, a folder, or `NAME=FILE,OTHER=FILE`. */
  readonly path: string;
  readonly flags: DataFlags;
  readonly context: ReadingContext;
}

/** Files by the names of inputs where nothing is called so. Throws `bad-names` (usage). */
function givenBy(session: Session, path: string): GivenData {
  if (!path.includes('=') || existsSync(session.absolute(path))) return path;
  return path.split(',').map((word) => {
    const at = word.indexOf('=');
    if (at > 0 && at < word.length - 1) return { name: word.slice(0, at), path: word.slice(at + 1) };
    throw usageError(
      'bad-names',
      `${JSON.stringify(word)} is no name with a file`,
      'Give every file with its name: --input image=a.npy,meta=b.npy,y=y.npy.',
    );
  });
}

/** Whether samples are for the project's own model, or for a file, which learned of the dataset that there was. */
type Preparing = 'as-trained' | 'as-now';

/** Making it anew may take long, and would prepare samples otherwise than those that a model file has learned of. */
async function datasetFor({ pipeline }: Project, work: Work, preparing: Preparing): Promise<Artifact> {
  const made = preparing === 'as-now' ? undefined : pipeline.lastMade('dataset');
  if (made !== undefined) return made;
  if (preparing === 'as-trained') {
    work.session.reporter.info(
      `${work.path} is prepared as the dataset of this project, which is not there: it is made first.`,
    );
  }
  return (await pipeline.require({ stage: 'dataset' })).artifact;
}

/** As the project reads them. */
export async function projectSamples(
  project: Project,
  work: Work,
  preparing: Preparing = 'as-now',
): Promise<ModelSamples> {
  const { session, path, flags, context } = work;
  refuseOwnWords(flags);
  if (typeof givenBy(session, path) !== 'string') {
    throw usageError(
      'project-says',
      'The project reads files of its own form, and which are for which input is said of others',
      'Give a file or a folder as the project has them, or run the command outside of the project.',
    );
  }
  const dataset = await datasetFor(project, work, preparing);
  return readProjectSamples(project.config.dataset as FilesConfig, dataset, path, flags, context);
}

/** What lies there, for a model, in the order of its inputs and their axes. */
export async function samplesFor(project: Project, model: SampledModel, work: Work): Promise<ModelSamples> {
  const { session, path, flags, context } = work;
  if (isGenerated(project.config.dataset))
    return readPlainSamples(model, givenBy(session, path), flags, context);
  const samples = await projectSamples(project, work, 'as-trained');
  const [{ shape, order }, ...others] = modelInputs(model);
  return others.length > 0 ? samples : { ...samples, x: reorderedRecords(samples.x, shape, order) };
}

/** Files that the command line names. */
export function listGiven(session: Session, path: string, sort?: ListedSort): readonly DataFile[] {
  requireData(session, path);
  const files = listDataFiles(session.absolute(path), sort);
  for (const file of files) session.inputs.add(join(session.absolute(path), file.path));
  session.inputs.add(session.absolute(path));
  return files;
}

function readingContext(session: Session, store: ArtifactStore): ReadingContext {
  /** A pipe gives its bytes once, and files are listed several times. */
  const listed = new Map<string, readonly DataFile[]>();
  return {
    report: session.reporter,
    listFiles: (path, sort) => {
      const files = listed.get(path) ?? listGiven(session, path, sort);
      listed.set(path, files);
      return files;
    },
    scratch: () => store.scratch(),
    seed: 0,
  };
}

/** Lends room for what is read of `path`; nothing of it stays. */
export function onData<T>(
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
