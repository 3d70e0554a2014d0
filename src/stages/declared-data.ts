/** Which of the user's files a project is made of, told of any project file: also of one that is wrong elsewhere. */

import type { DataFile } from '../core/data-file.ts';
import { isJsonObject } from '../core/json.ts';
import { filesOfKind, SOURCE_NAMES } from '../data/sources/source-names.ts';

/** A path as the project file says it. */
export interface DeclaredData {
  readonly path: string;
  /** Those of its files that are data: of a folder, files of other kinds are not looked at. */
  dataOf(files: readonly DataFile[]): readonly DataFile[];
}

/** Kinds of files that are nothing but data: tables may be what commands wrote. */
const ATTACHED = ['wav', 'images'] as const;

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Recordings and pictures in the folders of tables whose rows name such. */
function attachedData(inputs: unknown, paths: readonly string[]): readonly DeclaredData[] {
  const sources = ATTACHED.filter(
    (name) => Array.isArray(inputs) && inputs.some((input) => isJsonObject(input) && input.source === name),
  );
  return sources.flatMap((source) =>
    paths.map((path) => ({
      path: path.replace(/[^/\\]*\.[^/\\.]*$/, '') || '.',
      dataOf: (files: readonly DataFile[]) => filesOfKind(files, source),
    })),
  );
}

/** `dataset.path`, `dataset.test` and what their rows name; none where the text says nothing of them. */
export function declaredData(text: string): readonly DeclaredData[] {
  const project = parsed(text);
  const dataset = isJsonObject(project) ? project.dataset : undefined;
  if (!isJsonObject(dataset)) return [];
  const source = SOURCE_NAMES.find((name) => name === dataset.source);
  const paths = [dataset.path, dataset.test].flat().filter((path) => typeof path === 'string');
  const own = paths.map((path) => ({
    path,
    dataOf: (files: readonly DataFile[]) =>
      source === undefined || files.length === 1 ? files : filesOfKind(files, source),
  }));
  return [...own, ...attachedData(dataset.inputs, paths)];
}
