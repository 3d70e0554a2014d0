/** Files as they were measured, for a model whose project knows what its features are called and how samples are cut. */

import { listDataFiles } from '../../artifacts/data-files.ts';
import type { Artifact } from '../../artifacts/store.ts';
import type { ListedSort } from '../../core/data-file.ts';
import { TinymlError, withAsyncErrorContext } from '../../core/errors.ts';
import { canonicalJson, type JsonValue } from '../../core/json.ts';
import type { Preparation } from '../../core/samples/preparation.ts';
import { scratchInMemory } from '../../core/scratch.ts';
import type { RecordSource } from '../../data/records/records.ts';
import { filesOfKind, type SourceName } from '../../data/sources/source-names.ts';
import { type FilesConfig, isGenerated } from '../../stages/dataset-config.ts';
import { readPreparation } from '../../stages/dataset-reader.ts';
import { readProjectInputs } from '../../stages/measure/project-samples.ts';
import type { Session } from '../terminal/session.ts';
import { openInput } from './inputs.ts';
import { openProject, type Project } from './project.ts';

const HEAD_BYTES = 2 ** 16;

/** Whether the first line of text holds names: no cell of it is a number. */
function hasNames(session: Session, path: string): boolean {
  const file = openInput(session, path, 'a .npy, .csv or .json file');
  try {
    const head = new Uint8Array(Math.min(HEAD_BYTES, file.length));
    file.readAt(0, head);
    if (head.some((byte) => byte < 0x09)) return false;
    const [line] = new TextDecoder().decode(head).trim().split(/\r?\n/);
    const cells = line.split(/[,;\t]/).map((cell) => cell.trim().replace(/^"(.*)"$/, '$1'));
    return !/^[[{]/.test(line) && cells.every((cell) => /\p{L}/u.test(cell) && Number.isNaN(Number(cell)));
  } finally {
    file.close();
  }
}

/** Undefined for none, and for one that is damaged: it says nothing of the features. */
function datasetOf({ store }: Project): Artifact | undefined {
  try {
    return store.latest('dataset');
  } catch (error) {
    if (error instanceof TinymlError) return undefined;
    throw error;
  }
}

/** Files keep the fewest digits that are the same float32. */
function inFloat32(preparation: Preparation): string {
  return canonicalJson(
    JSON.parse(JSON.stringify(preparation), (_, value: unknown) =>
      typeof value === 'number' ? Math.fround(value) : value,
    ) as JsonValue,
  );
}

/** Kinds of files that are known by their names, and of which a project says how they become samples. */
const RECORDED = ['wav', 'images'] as const;

/** Which source of a project takes the file as it is, by its name or what it begins with. */
function sourceOf(session: Session, path: string): SourceName | undefined {
  const recorded = RECORDED.find((name) => filesOfKind([{ path }], name).length > 0);
  return recorded ?? (hasNames(session, path) ? 'csv' : undefined);
}

/**
 * Prepared records of the table, recording or picture at `path`; undefined where a table has no names, or the project here
 * is not the model's.
 */
export async function openNamedSamples(
  session: Session,
  path: string,
  preparation: Preparation,
): Promise<RecordSource | undefined> {
  const source = sourceOf(session, path);
  if (source === undefined) return undefined;
  const project = openProject(session, false);
  const { dataset: config } = project.config;
  const dataset = isGenerated(config) || config.source !== source ? undefined : datasetOf(project);
  const own = dataset && readPreparation(dataset);
  if (dataset === undefined || own === undefined || inFloat32(own) !== inFloat32(preparation))
    return undefined;
  const context = {
    report: session.reporter,
    listFiles: (name: string, sort?: ListedSort) => listDataFiles(session.absolute(name), sort),
    scratch: scratchInMemory,
    seed: 0,
  };
  return withAsyncErrorContext(path, () => readProjectInputs(config as FilesConfig, dataset, path, context));
}
