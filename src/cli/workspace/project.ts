/** The project and its artifacts. */

import { dirname, resolve } from 'node:path';
import { listDataFiles } from '../../artifacts/data-files.ts';
import { diskStore } from '../../artifacts/disk-store.ts';
import type { ArtifactStore } from '../../artifacts/store.ts';
import type { ListFiles } from '../../core/data-file.ts';
import { decodeText, MAX_TEXT_BYTES } from '../../core/text.ts';
import { CONFIG_FILE } from '../../stages/config/config-file.ts';
import { parseProject } from '../../stages/config.ts';
import { Pipeline, type PipelineContext } from '../../stages/pipeline.ts';
import { trainingThreads } from '../../training/compiled/crew/worker-threads.ts';
import { tfjsTrainer } from '../../training/tfjs/tfjs-trainer.ts';
import type { Session } from '../terminal/session.ts';
import { readInput } from './inputs.ts';
import { artifactsOf, type ReadProject, readProject } from './read-project.ts';
import { workContext } from './work-context.ts';

/** A project, ready to run its stages. */
export interface Project extends ReadProject {
  readonly store: ArtifactStore;
  readonly context: PipelineContext;
  readonly pipeline: Pipeline;
}

/** The project of this file, wherever the command runs. */
export function openProjectAt(session: Session, path: string): Project {
  const text = decodeText(readInput(session, path, 'a project file', MAX_TEXT_BYTES), session.shown(path));
  return projectOf(session, {
    config: parseProject(text, session.shown(path)),
    folder: dirname(path),
    file: path,
  });
}

function projectOf(session: Session, read: ReadProject): Project {
  const { config, folder } = read;
  const store = diskStore(artifactsOf(folder));
  const listFiles: ListFiles = (path, sort) => listDataFiles(resolve(folder, path), sort);
  const lent = { tfjs: tfjsTrainer, trainingThreads };
  const context = { config, store, ...workContext(session), ...lent, listFiles };
  return { ...read, store, context, pipeline: new Pipeline(context) };
}

/** `remarks`: whether the built-in project is worth a word, which it is not to who gives a model file. */
export function openProject(session: Session, remarks = true): Project {
  const read = readProject(session);
  if (read.file === undefined && remarks)
    session.reporter.info(`There is no ${CONFIG_FILE} here or above: this is the built-in project.`);
  return projectOf(session, read);
}
