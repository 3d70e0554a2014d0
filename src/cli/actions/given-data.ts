/** Data that the command line names: read as the project reads its own, where there is one of files, else as they are. */

import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listDataFiles } from '../../artifacts/data-files.ts';
import { lentDiskStores } from '../../artifacts/lent-stores.ts';
import type { ArtifactStore } from '../../artifacts/store.ts';
import type { DataFile } from '../../core/data-file.ts';
import { usageError } from '../../core/errors.ts';
import type { ClassPlace } from '../../data/samples/classes.ts';
import type { Graph } from '../../ir/graph.ts';
import type { ReadingContext } from '../../stages/dataset/from-files.ts';
import { type FilesConfig, isGenerated } from '../../stages/dataset-config.ts';
import type { ModelSamples } from '../../stages/measure/model-samples.ts';
import { readPlainSamples } from '../../stages/measure/plain-samples.ts';
import { readProjectSamples } from '../../stages/measure/project-samples.ts';
import type { Session } from '../terminal/session.ts';
import { artifactsOf, type Project } from '../workspace/project.ts';

/** What the command line says of the data. */
export interface DataFlags {
  readonly target?: readonly string[];
  readonly classFrom?: ClassPlace;
  readonly task?: 'regression' | 'classification';
  readonly labels?: readonly string[];
  /** The output that is measured, of a model with several. */
  readonly output?: string;
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
  readonly path: string;
  readonly flags: DataFlags;
  readonly context: ReadingContext;
}

/** As the project reads them. */
export async function projectSamples(
  project: Project,
  { path, flags, context }: Work,
): Promise<ModelSamples> {
  refuseOwnWords(flags);
  const { artifact } = await project.pipeline.require({ stage: 'dataset' });
  return readProjectSamples(project.config.dataset as FilesConfig, artifact, path, flags, context);
}

/** What lies there, for a model. */
export async function samplesFor(project: Project, graph: Graph, work: Work): Promise<ModelSamples> {
  const { path, flags, context } = work;
  return isGenerated(project.config.dataset)
    ? readPlainSamples(graph, path, flags, context)
    : projectSamples(project, work);
}

/** Files that the command line names. */
export function listGiven(session: Session, path: string): readonly DataFile[] {
  const files = listDataFiles(session.absolute(path));
  for (const file of files) session.inputs.add(join(session.absolute(path), file.path));
  session.inputs.add(session.absolute(path));
  return files;
}

function readingContext(session: Session, store: ArtifactStore): ReadingContext {
  return {
    report: session.reporter,
    listFiles: (path) => listGiven(session, path),
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
