/** What a project cannot be without, and no command makes: its file, and the data of the user that it names. */

import { realpathSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { listDataFiles } from '../../artifacts/data-files.ts';
import { readInputFile } from '../../artifacts/files.ts';
import { TinymlError } from '../../core/errors.ts';
import { decodeText, MAX_TEXT_BYTES } from '../../core/text.ts';
import { type DeclaredData, declaredData } from '../../stages/declared-data.ts';
import type { Session } from '../terminal/session.ts';
import { projectFileAbove } from './find-project.ts';

export interface ProjectFile {
  /** Absolute. */
  readonly path: string;
  /** As a sentence goes on behind its name. */
  readonly is: string;
}

/** What `read` gives; nothing of what is not there or cannot be read, which who reads it for its content will say. */
function orNothing<T>(read: () => readonly T[]): readonly T[] {
  try {
    return read();
  } catch (error) {
    if (error instanceof TinymlError) return [];
    throw error;
  }
}

function dataIn(folder: string, { path, dataOf }: DeclaredData): readonly string[] {
  const root = resolve(folder, path);
  const files = orNothing(() => dataOf(listDataFiles(root)));
  return [root, ...files.map((file) => join(root, file.path))];
}

function filesOfProject(session: Session, project: string): readonly ProjectFile[] {
  const declared = orNothing(() =>
    declaredData(decodeText(readInputFile(project, 'a project file', MAX_TEXT_BYTES), project)),
  );
  const data = declared.flatMap((one) => dataIn(dirname(project), one));
  return [
    { path: project, is: 'is a project file' },
    ...data.map((path) => ({ path, is: `is data of the project ${session.shown(project)}` })),
  ];
}

/** The folders that a file lies in: as it is called, and where it is. */
function foldersOf(file: string): readonly string[] {
  return [dirname(file), dirname(realpathSync(file))];
}

/** Those of the project that the command works in, and of the projects that `outputs` lie in: absolute paths of files. */
export function projectFilesAround(session: Session, outputs: readonly string[]): readonly ProjectFile[] {
  const folders = new Set([session.absolute('.'), ...outputs.flatMap(foldersOf)]);
  const projects = new Set([...folders].map(projectFileAbove));
  if (session.config !== undefined) projects.add(session.absolute(session.config));
  return [...projects].flatMap((project) => (project === undefined ? [] : filesOfProject(session, project)));
}
