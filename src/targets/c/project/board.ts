/** Where a project of generated C runs: what each board puts around the same sources. */

import type { FirmwareFile } from '../../firmware/firmware.ts';
import type { StandaloneProject } from './project.ts';

/** What `--board` takes. */
export const BOARDS = ['host', 'arduino', 'esp-idf', 'pico', 'zephyr', 'platformio'] as const;
/** One of `BOARDS`. */
export type Board = (typeof BOARDS)[number];

/** The sources of the model, which are the same on every board. */
export interface ModelSources {
  readonly project: StandaloneProject;
  /** Names without folders: `model.c` first. */
  readonly files: readonly FirmwareFile[];
  /** A standard header is used whose functions lie in a library of their own: `-lm`. */
  readonly usesMath: boolean;
}

/** What a board makes of the sources. */
export interface BoardProject {
  readonly files: readonly FirmwareFile[];
  /** Markdown: what is what, and how it is built. */
  readonly readme: string;
}

/** `folder` is the name of the project's folder. */
export type BoardWriter = (sources: ModelSources, folder: string) => BoardProject;

/** The sources in a folder of the project. */
export function inFolder(folder: string, files: readonly FirmwareFile[]): FirmwareFile[] {
  return files.map(({ path, text }) => ({ path: `${folder}/${path}`, text }));
}
