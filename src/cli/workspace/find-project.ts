/** Where the project file is: that which was named, that of the current folder or of one above. */

import { existsSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { CONFIG_FILE } from '../../stages/config/config-file.ts';
import type { Session } from '../terminal/session.ts';

/** The nearest project file from `folder` upwards: its absolute path. */
export function projectFileAbove(folder: string): string | undefined {
  const path = join(folder, CONFIG_FILE);
  if (existsSync(path)) return path;
  const parent = dirname(folder);
  return parent === folder ? undefined : projectFileAbove(parent);
}

/** The absolute path of the project file; who uses one of a folder above is told. */
export function findProjectFile(session: Session): string | undefined {
  if (session.config !== undefined) return session.absolute(session.config);
  const here = session.absolute('.');
  const path = projectFileAbove(here);
  if (path !== undefined && dirname(path) !== here) {
    session.reporter.info(`The project is that of ${relative(here, path)}.`);
  }
  return path;
}
