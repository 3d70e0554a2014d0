/** Versioned artifacts on disk: `artifacts/<stage>/<version>/`, the current one named by `artifacts/<stage>/latest`. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sha256, sha256OfBytes } from '../core/digest.ts';
import { inputError, mismatchError, type TinymlError } from '../core/errors.ts';
import { type JsonValue, prettyJson } from '../core/json.ts';
import type { RandomAccessBytes } from '../core/random-access.ts';
import { openInputFile, readInputFile, writeFileWhole, writeFolderWhole } from './files.ts';
import { contentDigest, MANIFEST_VERSION, type Manifest, type Metrics, parseManifest } from './manifest.ts';

export interface Artifact {
  readonly manifest: Manifest;
  /** Absolute. */
  readonly directory: string;
  /** A file of the manifest, verified against its digest. */
  read(path: string): Uint8Array;
  readText(path: string): string;
  /** The same file, verified and then read piece by piece. */
  open(path: string): RandomAccessBytes;
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
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly metrics: Metrics;
  readonly interrupted: boolean;
  readonly createdAt: Date;
  readonly seconds: number;
}

const MANIFEST_FILE = 'manifest.json';
const LATEST_FILE = 'latest';

/** `00042-3fa9c1d2b1e0`: sorts by age, carries the start of the content digest. */
const VERSION_PATTERN = /^(\d{5})-([0-9a-f]{12})$/;

export class ArtifactStore {
  /** The folder `artifacts`. */
  readonly root: string;

  constructor(root: string) {
    this.root = root;
  }

  /** The current artifact of a stage, or undefined where there is none. */
  latest(stage: string): Artifact | undefined {
    const pointer = join(this.root, stage, LATEST_FILE);
    if (!existsSync(pointer)) return undefined;
    const version = readFileSync(pointer, 'utf8').trim();
    if (!VERSION_PATTERN.test(version)) {
      throw inputError(
        'bad-latest',
        `${pointer} names no version`,
        'Delete that file and run the stage again.',
      );
    }
    const directory = join(this.root, stage, version);
    if (!existsSync(join(directory, MANIFEST_FILE))) return undefined;
    return openArtifact(directory);
  }

  /** Writes the artifact and makes it the current one. The same content again gives the version there is. */
  write(draft: ArtifactDraft): Artifact {
    const content = {
      format: `tinyml/${draft.kind}@${MANIFEST_VERSION}`,
      stage: draft.stage,
      options: draft.options as Manifest['options'],
      seed: draft.seed,
      tool: draft.tool,
      inputs: draft.inputs.map(({ manifest }) => ({ stage: manifest.stage, digest: manifest.digest })),
      files: [...draft.files].map(([path, bytes]) => ({ path, bytes: bytes.length, sha256: sha256(bytes) })),
      metrics: draft.metrics,
      interrupted: draft.interrupted,
    };
    const digest = contentDigest(content);
    const provenance = {
      createdAt: draft.createdAt.toISOString(),
      seconds: draft.seconds,
      overrides: draft.overrides as Manifest['provenance']['overrides'],
    };
    const manifest: Manifest = { ...content, digest, provenance };

    const directory = join(this.root, draft.stage, this.#nextVersion(draft.stage, digest));
    const files = new Map(draft.files);
    files.set(MANIFEST_FILE, new TextEncoder().encode(prettyJson(manifest)));
    writeFolderWhole(directory, files);
    writeFileWhole(join(this.root, draft.stage, LATEST_FILE), `${directory.split(/[\\/]/).at(-1)}\n`);
    return openArtifact(directory);
  }

  #nextVersion(stage: string, digest: string): string {
    const folder = join(this.root, stage);
    const numbers = (existsSync(folder) ? readdirSync(folder) : [])
      .map((name) => VERSION_PATTERN.exec(name)?.[1])
      .filter((number) => number !== undefined)
      .map(Number);
    const next = Math.max(0, ...numbers) + 1;
    return `${String(next).padStart(5, '0')}-${digest.slice(0, 12)}`;
  }
}

function changedFile(path: string): TinymlError {
  return mismatchError(
    'digest-mismatch',
    `${path} has changed since it was written: its digest is not the one in manifest.json`,
    'Delete that folder and run the stage again.',
  );
}

function openArtifact(directory: string): Artifact {
  const manifestPath = join(directory, MANIFEST_FILE);
  const manifest = parseManifest(
    new TextDecoder().decode(readInputFile(manifestPath, 'a manifest')),
    manifestPath,
  );
  const entryOf = (path: string): Manifest['files'][number] => {
    const entry = manifest.files.find((file) => file.path === path);
    if (entry !== undefined) return entry;
    throw inputError(
      'not-in-artifact',
      `${directory} has no file ${path}`,
      'Delete that folder and run the stage again.',
    );
  };
  const read = (path: string): Uint8Array => {
    const entry = entryOf(path);
    const bytes = readInputFile(join(directory, path), 'a file of the artifact');
    if (bytes.length !== entry.bytes || sha256(bytes) !== entry.sha256)
      throw changedFile(join(directory, path));
    return bytes;
  };
  const open = (path: string): RandomAccessBytes => {
    const entry = entryOf(path);
    const file = openInputFile(join(directory, path), 'a file of the artifact');
    if (file.length !== entry.bytes || sha256OfBytes(file) !== entry.sha256) {
      file.close();
      throw changedFile(join(directory, path));
    }
    return file;
  };
  return { manifest, directory, read, readText: (path) => new TextDecoder().decode(read(path)), open };
}
