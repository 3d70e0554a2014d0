/** The user's files that trials read, and the digest by which workers know that theirs are the same. */

import type { DataFile } from '../../core/data-file.ts';
import { sha256, sha256InPieces } from '../../core/digest.ts';
import { usageError } from '../../core/errors.ts';
import { canonicalJson } from '../../core/json.ts';
import type { ProjectConfig } from '../config.ts';
import { datasetStage } from '../dataset.ts';
import type { StageContext } from '../stage.ts';

type ListFiles = StageContext['listFiles'];

/** What a project calls `name`, and the files there. */
export interface NamedSources {
  readonly name: string;
  readonly files: readonly DataFile[];
}

function noFiles(path: string): never {
  throw usageError('no-files', `The project reads ${path}, and whoever searches it was given no files`);
}

/** All files that the project's samples are made of; none of samples that are generated. Throws where there are none. */
export async function trialSources(
  config: ProjectConfig,
  listFiles: ListFiles = noFiles,
): Promise<readonly NamedSources[]> {
  const names = (await datasetStage.reads?.(datasetStage.options(config, {}), { listFiles })) ?? [];
  return names.map((name) => ({ name, files: listFiles(name) }));
}

/** sha256 of a file's content, read piece by piece. */
export function fileDigest(file: DataFile): string {
  const bytes = file.open();
  try {
    return sha256InPieces(bytes);
  } finally {
    bytes.close();
  }
}

/** Of names, lengths and contents, as `Trial.sources` has it. */
export function sourcesDigest(sources: readonly NamedSources[]): string {
  const listed = sources.map(({ name, files }) => ({
    name,
    files: files.map((file) => ({ path: file.path, bytes: file.length, sha256: fileDigest(file) })),
  }));
  return sha256(canonicalJson(listed));
}
