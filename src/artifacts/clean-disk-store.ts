/**
 * Removes what nobody needs any more of what tinyml wrote: old versions, the progress of work that is done, temporaries of
 * processes that are no more. What it did not write stays, wherever it lies.
 */

import { existsSync, lstatSync, readdirSync, realpathSync, rmdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { environmentError, TinymlError } from '../core/errors.ts';
import { type Reporter, silentReporter } from '../core/reporter.ts';
import { LATEST_FILE, namesIn, openArtifact, PROGRESS_FILE } from './disk-store.ts';
import { writeReason } from './file-errors.ts';
import { readInputFile } from './files.ts';
import { keyOfProgress, workKey } from './keyed-progress.ts';
import { MANIFEST_FILE } from './manifest.ts';
import { type Artifact, isDamage, VERSION_PATTERN, versionEnd } from './store.ts';
import { abandonedTemporaries, isTemporary } from './temporaries.ts';

/** A file or folder that is gone, and what it held. */
export interface Removed {
  /** Absolute. */
  readonly path: string;
  readonly bytes: number;
}

/** What became of a folder of artifacts. */
export interface Cleaned {
  readonly removed: readonly Removed[];
  /** What is not known to be tinyml's, and stayed: absolute paths. */
  readonly foreign: readonly string[];
}

/** Of a pointer to a version. */
const MAX_NAME_BYTES = 4096;

const HINT = 'What was removed before is gone; run the command again to remove the rest.';

function onDisk<T>(path: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (error instanceof TinymlError) throw error;
    throw environmentError('cannot-remove', `Cannot remove ${path}: ${writeReason(error)}`, HINT, error);
  }
}

function isFolder(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

function bytesBelow(path: string): number {
  if (!isFolder(path)) return lstatSync(path).size;
  return readdirSync(path).reduce((sum, name) => sum + bytesBelow(join(path, name)), 0);
}

/** Removes what processes that are no more left in `folder`, half-written. */
export function removeTemporaries(folder: string): readonly Removed[] {
  return abandonedTemporaries(folder).map((path) =>
    onDisk(path, () => {
      const bytes = bytesBelow(path);
      rmSync(path, { force: true, recursive: true });
      return { path, bytes };
    }),
  );
}

/** The artifact in a folder of that name; undefined where it is not known to be one that tinyml wrote there. */
function versionAt(folder: string, name: string, stage: string): Artifact | undefined {
  if (!VERSION_PATTERN.test(name) || !isFolder(join(folder, name))) return undefined;
  try {
    const artifact = openArtifact(join(folder, name));
    const { manifest } = artifact;
    return manifest.stage === stage && name.endsWith(versionEnd(manifest.digest)) ? artifact : undefined;
  } catch {
    return undefined;
  }
}

/** Whether a file lies in the artifact's own folder, not behind a link, and is as it was written. */
function isAsWritten({ directory, open }: Artifact, path: string): boolean {
  const absolute = join(directory, path);
  try {
    if (realpathSync(absolute) !== join(realpathSync(directory), path)) return false;
    open(path).close();
    return true;
  } catch (error) {
    if (isDamage(error) || !existsSync(absolute)) return false;
    throw error;
  }
}

/** Removes a folder and its parents up to `end`, as far as they are empty. */
function removeEmpty(folder: string, end: string): void {
  if (!isFolder(folder) || readdirSync(folder).length > 0) return;
  rmdirSync(folder);
  if (folder !== end) removeEmpty(dirname(folder), end);
}

/** The manifest goes last: where this is killed, the next one knows what is still to be removed. */
function removeVersion(artifact: Artifact): Cleaned {
  const { directory, manifest } = artifact;
  let bytes = 0;
  const remove = (path: string): void => {
    const absolute = join(directory, path);
    bytes += lstatSync(absolute).size;
    rmSync(absolute);
  };
  return onDisk(directory, () => {
    for (const { path } of manifest.files) {
      if (isAsWritten(artifact, path)) remove(path);
      removeEmpty(dirname(join(directory, path)), directory);
    }
    remove(MANIFEST_FILE);
    removeEmpty(directory, directory);
    return {
      removed: [{ path: directory, bytes }],
      foreign: namesIn(directory).map((name) => join(directory, name)),
    };
  });
}

/** A stage's folder, as far as it is tinyml's. */
interface StageFolder {
  readonly path: string;
  /** By name. */
  readonly versions: ReadonlyMap<string, Artifact>;
  /** Undefined where nothing says which one is. */
  readonly current: Artifact | undefined;
}

function currentVersion(path: string, versions: ReadonlyMap<string, Artifact>): Artifact | undefined {
  try {
    const bytes = readInputFile(join(path, LATEST_FILE), 'the name of a version', MAX_NAME_BYTES);
    return versions.get(new TextDecoder().decode(bytes).trim());
  } catch {
    return undefined;
  }
}

function readStage(root: string, stage: string): StageFolder {
  const path = join(root, stage);
  const versions = new Map<string, Artifact>();
  for (const name of namesIn(path)) {
    const artifact = versionAt(path, name, stage);
    if (artifact !== undefined) versions.set(name, artifact);
  }
  return { path, versions, current: currentVersion(path, versions) };
}

/** Digests of the current versions, and of all that they were made of. */
function neededDigests(stages: readonly StageFolder[]): ReadonlySet<string> {
  const all = stages.flatMap(({ versions }) => [...versions.values()]);
  const needed = new Set<string>();
  const need = ({ manifest }: Artifact): void => {
    if (needed.has(manifest.digest)) return;
    needed.add(manifest.digest);
    for (const { digest } of manifest.inputs)
      all.filter((one) => one.manifest.digest === digest).forEach(need);
  };
  for (const { current, versions } of stages) {
    for (const artifact of current === undefined ? versions.values() : [current]) need(artifact);
  }
  return needed;
}

/** Progress that nobody goes on from: it is damaged, or what it led to is there. */
function removeStaleProgress({ path: folder, versions }: StageFolder): readonly Removed[] {
  const path = join(folder, PROGRESS_FILE);
  if (lstatSync(path, { throwIfNoEntry: false })?.isFile() !== true) return [];
  const saved = readInputFile(path, 'the progress of a stage');
  const key = keyOfProgress(saved);
  const isDone = ({ manifest }: Artifact): boolean => !manifest.interrupted && workKey(manifest) === key;
  if (key !== undefined && ![...versions.values()].some(isDone)) return [];
  onDisk(path, () => rmSync(path, { force: true }));
  return [{ path, bytes: saved.length }];
}

/** What lies in a stage's folder and is none of the names that tinyml writes there, or not what such a name stands for. */
function foreignIn({ path, versions }: StageFolder): readonly string[] {
  return namesIn(path)
    .filter((name) => !(name === LATEST_FILE || name === PROGRESS_FILE || isTemporary(name)))
    .filter((name) => !versions.has(name))
    .map((name) => join(path, name));
}

function cleanStage(folder: StageFolder, needed: ReadonlySet<string>, report: Reporter): Cleaned {
  const { path, versions, current } = folder;
  if (current === undefined && versions.size > 0) {
    report.warn(
      `${join(path, LATEST_FILE)} names no version that is there: all versions of that stage stay.`,
    );
  }
  // What a killed one left when only the folder was to be removed.
  for (const name of namesIn(path)) {
    const version = join(path, name);
    if (VERSION_PATTERN.test(name)) onDisk(version, () => removeEmpty(version, version));
  }
  const stale = removeStaleProgress(folder);
  const foreign = foreignIn(folder);
  const old = [...versions.values()].filter(
    (artifact) =>
      current !== undefined &&
      artifact.directory !== current.directory &&
      !needed.has(artifact.manifest.digest),
  );
  const cleaned = old.map(removeVersion);
  return {
    removed: [...cleaned.flatMap(({ removed }) => removed), ...stale, ...removeTemporaries(path)],
    foreign: [...foreign, ...cleaned.flatMap((one) => one.foreign)],
  };
}

/**
 * Cleans the folder `root` of a `diskStore` that keeps artifacts of `stages`. The current version of a stage stays, and what current
 * ones were made of; where nothing says which version is current, all of that stage stay. Throws `cannot-remove` (environment).
 */
export function cleanDiskStore(
  root: string,
  stages: readonly string[],
  report: Reporter = silentReporter,
): Cleaned {
  const folders = stages
    .filter((stage) => isFolder(join(root, stage)))
    .map((stage) => readStage(root, stage));
  const needed = neededDigests(folders);
  const known = new Set(folders.map(({ path }) => path));
  const foreign = namesIn(root)
    .filter((name) => !isTemporary(name))
    .map((name) => join(root, name))
    .filter((path) => !known.has(path));
  const cleaned = folders.map((folder) => cleanStage(folder, needed, report));
  return {
    removed: [...cleaned.flatMap(({ removed }) => removed), ...removeTemporaries(root)],
    foreign: [...foreign, ...cleaned.flatMap((one) => one.foreign)],
  };
}
