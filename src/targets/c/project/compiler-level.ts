/** How build files say what the model's source is to be best at; empty where they leave it to the board's kit. */

import { COMPILER_LEVEL } from '../optimize.ts';
import type { StandaloneProject } from './project.ts';

/** Of a `CMakeLists.txt` that names `source` among its sources. */
export function cmakeLevel({ program }: StandaloneProject, source: string): string {
  const level = COMPILER_LEVEL[program.optimize];
  return level === undefined
    ? ''
    : `set_source_files_properties(${source} PROPERTIES COMPILE_OPTIONS ${level})\n`;
}

/** `-Os `, to stand in a command. */
export function levelInCommand({ program }: StandaloneProject): string {
  const level = COMPILER_LEVEL[program.optimize];
  return level === undefined ? '' : `${level} `;
}
