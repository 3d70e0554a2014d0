/** The project: the file that was named, that of the current folder or of one above, or the built-in one; and its artifacts. */

import { dirname, join, relative, resolve } from 'node:path';
import { listDataFiles } from '../../artifacts/data-files.ts';
import { diskStore } from '../../artifacts/disk-store.ts';
import type { ArtifactStore } from '../../artifacts/store.ts';
import { decodeText, MAX_TEXT_BYTES } from '../../core/text.ts';
import type { WorkContext } from '../../models/run/spread/spread-records.ts';
import { workerThreads } from '../../models/run/spread/worker-threads.ts';
import { CONFIG_FILE, defaultProject, type ProjectConfig, parseProject } from '../../stages/config.ts';
import { Pipeline, type PipelineContext } from '../../stages/pipeline.ts';
import { trainingThreads } from '../../training/compiled/crew/worker-threads.ts';
import { tfjsTrainer } from '../../training/tfjs/tfjs-trainer.ts';
import type { Session } from '../terminal/session.ts';
import { projectFileAbove } from './find-project.ts';
import { readInput } from './inputs.ts';

/** A project, ready to run its stages. */
export interface Project {
  /** Absolute: where its artifacts lie, and what its paths start from. */
  readonly folder: string;
  /** The absolute path of the project file; undefined for the built-in project. */
  readonly file: string | undefined;
  readonly config: ProjectConfig;
  readonly store: ArtifactStore;
  readonly context: PipelineContext;
  readonly pipeline: Pipeline;
}

/** Who is told of work, who may stop it, and the threads of this machine. */
export function workContext({ reporter, signal }: Session): WorkContext {
  return { report: reporter, signal, threads: workerThreads };
}

/** The absolute path of the project file; who uses one of a folder above is told. */
function findFile(session: Session): string | undefined {
  if (session.config !== undefined) return session.absolute(session.config);
  const here = session.absolute('.');
  const path = projectFileAbove(here);
  if (path !== undefined && dirname(path) !== here) {
    session.reporter.info(`The project is that of ${relative(here, path)}.`);
  }
  return path;
}

/** What the project file says, and the folder that it lies in; without one the defaults, and the current folder. */
export function readProject(session: Session): Pick<Project, 'config' | 'folder' | 'file'> {
  const path = findFile(session);
  if (path === undefined) return { config: defaultProject, folder: session.absolute('.'), file: path };
  const name = session.config ?? CONFIG_FILE;
  const text = decodeText(readInput(session, path, 'a project file', MAX_TEXT_BYTES), name);
  return { config: parseProject(text, name), folder: dirname(path), file: path };
}

/** Where the artifacts of the project in `folder` lie. */
export function artifactsOf(folder: string): string {
  return join(folder, 'artifacts');
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

function projectOf(session: Session, read: Pick<Project, 'config' | 'folder' | 'file'>): Project {
  const { config, folder } = read;
  const store = diskStore(artifactsOf(folder));
  const listFiles = (path: string) => listDataFiles(resolve(folder, path));
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
