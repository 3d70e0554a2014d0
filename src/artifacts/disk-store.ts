/** Versioned artifacts on disk: `artifacts/<stage>/<version>/`, the current one named by `artifacts/<stage>/latest`. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sha256 } from '../core/digest.ts';
import { inputError } from '../core/errors.ts';
import { prettyJson } from '../core/json.ts';
import { digestInPieces } from './digest-in-pieces.ts';
import { openInputFile, readInputFile, writeFileWhole, writeFolderWhole } from './files.ts';
import { MANIFEST_FILE, type Manifest, parseManifest } from './manifest.ts';
import {
  type Artifact,
  type ArtifactStore,
  changedFile,
  manifestOf,
  missingFile,
  nextVersion,
  VERSION_PATTERN,
} from './store.ts';

const LATEST_FILE = 'latest';

function entryOf(manifest: Manifest, directory: string, path: string): Manifest['files'][number] {
  const entry = manifest.files.find((file) => file.path === path);
  if (entry === undefined) throw missingFile(directory, path);
  return entry;
}

function openArtifact(directory: string): Artifact {
  const manifestPath = join(directory, MANIFEST_FILE);
  const manifest = parseManifest(
    new TextDecoder().decode(readInputFile(manifestPath, 'a manifest')),
    manifestPath,
  );
  const read = (path: string): Uint8Array => {
    const entry = entryOf(manifest, directory, path);
    const bytes = readInputFile(join(directory, path), 'a file of the artifact');
    if (bytes.length !== entry.bytes || sha256(bytes) !== entry.sha256)
      throw changedFile(join(directory, path));
    return bytes;
  };
  return {
    manifest,
    directory,
    read,
    readText: (path) => new TextDecoder().decode(read(path)),
    open(path) {
      const entry = entryOf(manifest, directory, path);
      const file = openInputFile(join(directory, path), 'a file of the artifact');
      if (file.length !== entry.bytes || digestInPieces(file) !== entry.sha256) {
        file.close();
        throw changedFile(join(directory, path));
      }
      return file;
    },
  };
}

/** `root` is the folder `artifacts`; it is made where it is missing. */
export function diskStore(root: string): ArtifactStore {
  return {
    latest(stage) {
      const pointer = join(root, stage, LATEST_FILE);
      if (!existsSync(pointer)) return undefined;
      const version = readFileSync(pointer, 'utf8').trim();
      if (!VERSION_PATTERN.test(version)) {
        throw inputError(
          'bad-latest',
          `${pointer} names no version`,
          'Delete that file and run the stage again.',
        );
      }
      const directory = join(root, stage, version);
      return existsSync(join(directory, MANIFEST_FILE)) ? openArtifact(directory) : undefined;
    },
    write(draft) {
      const manifest = manifestOf(draft);
      const folder = join(root, draft.stage);
      const version = nextVersion(existsSync(folder) ? readdirSync(folder) : [], manifest.digest);
      const files = new Map(draft.files);
      files.set(MANIFEST_FILE, new TextEncoder().encode(prettyJson(manifest)));
      writeFolderWhole(join(folder, version), files);
      writeFileWhole(join(folder, LATEST_FILE), `${version}\n`);
      return openArtifact(join(folder, version));
    },
  };
}
