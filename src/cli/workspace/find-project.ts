/** Where the project file of a folder is. */

import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CONFIG_FILE } from '../../stages/config.ts';

/** The nearest project file from `folder` upwards: its absolute path. */
export function projectFileAbove(folder: string): string | undefined {
  const path = join(folder, CONFIG_FILE);
  if (existsSync(path)) return path;
  const parent = dirname(folder);
  return parent === folder ? undefined : projectFileAbove(parent);
}
