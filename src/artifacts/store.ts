/** What stages make and read: artifacts, each with its manifest, and the places that keep them. */

import { sha256InPieces } from '../core/digest.ts';
import { inputError, mismatchError, TinymlError } from '../core/errors.ts';
import type { JsonValue } from '../core/json.ts';
import { bytesInMemory, type RandomAccessBytes } from '../core/random-access.ts';
import type { Scratch } from '../core/scratch.ts';
import { MANIFEST_VERSION, type Manifest, type Metrics, newManifest } from './manifest.ts';

/** What a stage made. */
export interface Artifact {
  readonly manifest: Manifest;
  /** Where it lies: on disk the absolute path of its folder, in memory `<stage>/<version>`. */
  readonly directory: string;
  /** A file of the manifest, verified against its digest. */
  read(path: string): Uint8Array;
  readText(path: string): string;
  /** The same file, verified and then read piece by piece. */
  open(path: string): RandomAccessBytes;
}

/** A file of an artifact that is about to be written; a `Scratch` is one of the store's own. */
export type FileContent = Uint8Array | Scratch;

/** The same bytes, to be read piece by piece. */
export function openContent(content: FileContent): RandomAccessBytes {
  return content instanceof Uint8Array ? bytesInMemory(content) : content;
}

/** What a stage hands over to be written. */
export interface ArtifactDraft {
  readonly kind: string;
  readonly stage: string;
  readonly options: JsonValue;
  readonly overrides: Readonly<Record<string, JsonValue>>;
  readonly seed: number;
  readonly tool: string;
  readonly inputs: readonly Artifact[];
  readonly files: ReadonlyMap<string, FileContent>;
  /** Files that are no artifacts and that this one was made of; absent where a stage reads none. */
  readonly sources?: Manifest['sources'];
  readonly metrics: Metrics;
  readonly interrupted: boolean;
  readonly createdAt: Date;
  readonly seconds: number;
}

/** What a stage that is stopped half-way leaves for its next try: bytes that only it understands, and no artifact. */
export interface Progress {
  /** Undefined where nothing was saved. */
  load(): Uint8Array | undefined;
  /** In the place of what was saved before; whole or not at all. */
  save(bytes: Uint8Array): void;
  drop(): void;
}

/** Keeps the artifacts of all stages: `diskStore` and `memoryStore`. */
export interface ArtifactStore {
  /** The current artifact of a stage, or undefined where there is none. */
  latest(stage: string): Artifact | undefined;
  /** Writes the artifact as a new version and makes it the current one; one that is refused leaves no trace. */
  write(draft: ArtifactDraft): Artifact;
  progress(stage: string): Progress;
  /** Room for what does not fit into memory. `dropScratch` removes all of it that has not become a file of an artifact. */
  scratch(): Scratch;
  dropScratch(): void;
}

/** Lends a store that nobody else uses, for as long as `body` takes, and removes it whatever comes of that. */
export type LendStore = <T>(body: (store: ArtifactStore) => Promise<T>) => Promise<T>;

/** The manifest of a draft, for stores to ask for before they write anything. Throws `bad-artifact`. */
export function manifestOf(draft: ArtifactDraft): Manifest {
  return newManifest({
    format: `tinyml/${draft.kind}@${MANIFEST_VERSION}`,
    stage: draft.stage,
    options: draft.options as Manifest['options'],
    seed: draft.seed,
    tool: draft.tool,
    inputs: draft.inputs.map(({ manifest }) => ({ stage: manifest.stage, digest: manifest.digest })),
    ...(draft.sources === undefined ? {} : { sources: draft.sources }),
    files: [...draft.files].map(([path, content]) => ({
      path,
      bytes: content.length,
      sha256: sha256InPieces(openContent(content)),
    })),
    metrics: draft.metrics,
    interrupted: draft.interrupted,
    provenance: {
      createdAt: draft.createdAt.toISOString(),
      seconds: draft.seconds,
      overrides: draft.overrides as Manifest['provenance']['overrides'],
    },
  });
}

/** `00042-3fa9c1d2b1e0`: sorts by age, carries the start of the content digest. */
export const VERSION_PATTERN = /^(\d{5})-([0-9a-f]{12})$/;

/** The name of the version that comes after those there are. */
export function nextVersion(existing: readonly string[], digest: string): string {
  const numbers = existing
    .map((name) => VERSION_PATTERN.exec(name)?.[1])
    .filter((number) => number !== undefined)
    .map(Number);
  const next = Math.max(0, ...numbers) + 1;
  return `${String(next).padStart(5, '0')}${versionEnd(digest)}`;
}

/** How the names of all versions with this content end. */
export function versionEnd(digest: string): string {
  return `-${digest.slice(0, 12)}`;
}

const RUN_AGAIN = 'Delete that folder and run the stage again.';

export function missingFile(directory: string, path: string): TinymlError {
  return inputError('not-in-artifact', `${directory} has no file ${path}`, RUN_AGAIN);
}

/** Errors that say that an artifact is not what was written; making it again cures them. */
const DAMAGE: ReadonlySet<string> = new Set([
  'artifact-form',
  'bad-latest',
  'bad-manifest',
  'digest-mismatch',
  'no-such-file',
  'not-in-artifact',
]);

export function isDamage(error: unknown): error is TinymlError {
  return error instanceof TinymlError && DAMAGE.has(error.code);
}

/** What is wrong with the first of its files that is missing or changed. Reads all of them. */
export function damageOf({ manifest, open }: Artifact): TinymlError | undefined {
  try {
    for (const { path } of manifest.files) open(path).close();
    return undefined;
  } catch (error) {
    if (isDamage(error)) return error;
    throw error;
  }
}

/** A file is as it was written, by a tinyml that knew other things of it. */
export function otherForm({ directory }: Artifact, path: string, complaint: string): TinymlError {
  return inputError(
    'artifact-form',
    `${directory}/${path} is of another form than this tinyml reads (${complaint})`,
    RUN_AGAIN,
  );
}

export function changedFile(path: string): TinymlError {
  return mismatchError(
    'digest-mismatch',
    `${path} has changed since it was written: its digest is not the one in manifest.json`,
    RUN_AGAIN,
  );
}
