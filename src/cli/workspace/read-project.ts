/** What the project file says: that which was named, that of the current folder or of one above, or the built-in one. */

import { dirname, join, relative } from 'node:path';
import { decodeText, MAX_TEXT_BYTES } from '../../core/text.ts';
import { CONFIG_FILE, defaultProject, type ProjectConfig, parseProject } from '../../stages/config.ts';
import type { Session } from '../terminal/session.ts';
import { projectFileAbove } from './find-project.ts';
import { readInput } from './inputs.ts';

export interface ReadProject {
  /** Absolute: where its artifacts lie, and what its paths start from. */
  readonly folder: string;
  /** The absolute path of the project file; undefined for the built-in project. */
  readonly file: string | undefined;
  readonly config: ProjectConfig;
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
export function readProject(session: Session): ReadProject {
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
