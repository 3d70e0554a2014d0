/** Versioned artifacts on disk: `artifacts/<stage>/<version>/`, the current one named by `artifacts/<stage>/latest`. */

import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { sha256, sha256InPieces } from '../core/digest.ts';
import { inputError } from '../core/errors.ts';
import { canonicalJson, prettyJson } from '../core/json.ts';
import { decodeText } from '../core/text.ts';
import { writeFailure } from './file-errors.ts';
import { openInputFile, readInputFile, writeFileWhole, writeFolderWhole } from './files.ts';
import { MANIFEST_FILE, type Manifest, parseManifest } from './manifest.ts';
import { ScratchFiles } from './scratch-file.ts';
import {
  type Artifact,
  type ArtifactStore,
  changedFile,
  damageOf,
  manifestOf,
  missingFile,
  nextVersion,
  VERSION_PATTERN,
  versionEnd,
} from './store.ts';

export const LATEST_FILE = 'latest';
/** What an interrupted stage goes on from; no version has this name. */
export const PROGRESS_FILE = 'progress';

function entryOf(manifest: Manifest, directory: string, path: string): Manifest['files'][number] {
  const entry = manifest.files.find((file) => file.path === path);
  if (entry === undefined) throw missingFile(directory, path);
  return entry;
}

/** The artifact in a folder. Throws what `isDamage` knows, or `newer-manifest`, where its manifest is none. */
export function openArtifact(directory: string): Artifact {
  const manifestPath = join(directory, MANIFEST_FILE);
  const manifest = parseManifest(
    decodeText(readInputFile(manifestPath, 'a manifest'), manifestPath),
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
    readText: (path) => decodeText(read(path), join(directory, path)),
    open(path) {
      const entry = entryOf(manifest, directory, path);
      const file = openInputFile(join(directory, path), 'a file of the artifact');
      if (file.length !== entry.bytes || sha256InPieces(file) !== entry.sha256) {
        file.close();
        throw changedFile(join(directory, path));
      }
      return file;
    },
  };
}

/** Names of what lies in a stage's folder; none where there is no such folder. */
export function namesIn(folder: string): readonly string[] {
  try {
    return existsSync(folder) ? readdirSync(folder) : [];
  } catch (error) {
    throw writeFailure(folder, error);
  }
}

/**
 * The version that holds the same already, undamaged and given the same options on the command line: an equal run
 * before this one, or at the same time, wrote it.
 */
function sameVersion(folder: string, manifest: Manifest): string | undefined {
  const overrides = canonicalJson(manifest.provenance.overrides);
  return namesIn(folder).find((name) => {
    if (!VERSION_PATTERN.test(name) || !name.endsWith(versionEnd(manifest.digest))) return false;
    try {
      const artifact = openArtifact(join(folder, name));
      return (
        artifact.manifest.digest === manifest.digest &&
        canonicalJson(artifact.manifest.provenance.overrides) === overrides &&
        damageOf(artifact) === undefined
      );
    } catch {
      return false;
    }
  });
}

/** `root` is the folder `artifacts`; it is made where it is missing. */
export function diskStore(root: string): ArtifactStore {
  const scratches = new ScratchFiles(root);
  return {
    scratch: () => scratches.create(),
    dropScratch: () => scratches.drop(),
    latest(stage) {
      const pointer = join(root, stage, LATEST_FILE);
      if (!existsSync(pointer)) return undefined;
      const version = decodeText(readInputFile(pointer, 'the name of a version'), pointer).trim();
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
      const files = new Map(
        [...draft.files].map(([path, content]) => [
          path,
          content instanceof Uint8Array ? content : scratches.own(content),
        ]),
      );
      files.set(MANIFEST_FILE, new TextEncoder().encode(prettyJson(manifest)));
      let version = sameVersion(folder, manifest);
      if (version === undefined) {
        version = nextVersion(namesIn(folder), manifest.digest);
        try {
          writeFolderWhole(join(folder, version), files);
        } catch (error) {
          // An equal run at the same time may have been faster.
          const other = sameVersion(folder, manifest);
          if (other === undefined) throw error;
          version = other;
        }
      }
      writeFileWhole(join(folder, LATEST_FILE), `${version}\n`);
      return openArtifact(join(folder, version));
    },
    progress(stage) {
      const path = join(root, stage, PROGRESS_FILE);
      return {
        load: () => (existsSync(path) ? readInputFile(path, 'the progress of a stage') : undefined),
        save: (bytes) => writeFileWhole(path, bytes),
        drop() {
          try {
            rmSync(path, { force: true });
          } catch (error) {
            throw writeFailure(path, error);
          }
        },
      };
    },
  };
}
