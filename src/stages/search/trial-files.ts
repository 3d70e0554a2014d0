/** Where the files of trials lie on this machine's disk, as plain values that go to other threads. */

import { resolve } from 'node:path';
import { listDataFiles } from '../../artifacts/data-files.ts';
import type { DataFile } from '../../core/data-file.ts';
import { inputError } from '../../core/errors.ts';
import type { StageContext } from '../stage.ts';

/** What a project calls `name`, and the files there. */
export interface NamedPaths {
  readonly name: string;
  /** `path` as the project's listing has it, `at` where it lies, absolute. */
  readonly files: readonly { readonly path: string; readonly at: string }[];
}

/** The folder of the project that is searched, or files that came from another machine. */
export type TrialFiles = { readonly folder: string } | { readonly named: readonly NamedPaths[] };

function fileAt({ path, at }: NamedPaths['files'][number]): DataFile {
  const [file] = listDataFiles(at);
  return { ...file, path };
}

/** Finds the files that trials read; where they are named, no others. */
export function filesOf(files: TrialFiles): StageContext['listFiles'] {
  if ('folder' in files) return (name, sort) => listDataFiles(resolve(files.folder, name), sort);
  return (name) => {
    const found = files.named.find((one) => one.name === name);
    if (found !== undefined) return found.files.map(fileAt);
    throw inputError('no-such-file', `The trial reads ${name}, which is not among the data of its search`);
  };
}
