/** What the project file says: that which was named, that of the current folder or of one above, or the built-in one. */

import { dirname, join } from 'node:path';
import { decodeText, MAX_TEXT_BYTES } from '../../core/text.ts';
import { CONFIG_FILE } from '../../stages/config/config-file.ts';
import { defaultProject, type ProjectConfig, parseProject } from '../../stages/config.ts';
import type { Session } from '../terminal/session.ts';
import { findProjectFile } from './find-project.ts';
import { readInput } from './inputs.ts';

export interface ReadProject {
  /** Absolute: where its artifacts lie, and what its paths start from. */
  readonly folder: string;
  /** The absolute path of the project file; undefined for the built-in project. */
  readonly file: string | undefined;
  readonly config: ProjectConfig;
}

/** What a project file says, and the folder that it lies in. `path` is absolute. */
export function readProjectFile(session: Session, path: string): ReadProject {
  const name = session.config ?? CONFIG_FILE;
  const text = decodeText(readInput(session, path, 'a project file', MAX_TEXT_BYTES), name);
  return { config: parseProject(text, name), folder: dirname(path), file: path };
}

/** What the project file says; without one the defaults, and the current folder. */
export function readProject(session: Session): ReadProject {
  const path = findProjectFile(session);
  return path === undefined
    ? { config: defaultProject, folder: session.absolute('.'), file: path }
    : readProjectFile(session, path);
}

/** Where the artifacts of the project in `folder` lie. */
export function artifactsOf(folder: string): string {
  return join(folder, 'artifacts');
}
