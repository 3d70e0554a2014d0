/** Artifacts in memory, for programs and browsers: the manifests are those of the disk, byte for byte. */

import { bytesInMemory } from '../core/random-access.ts';
import { bytesOfScratch, scratchInMemory } from '../core/scratch.ts';
import type { Manifest } from './manifest.ts';
import {
  type Artifact,
  type ArtifactStore,
  manifestOf,
  missingFile,
  nextVersion,
  openContent,
} from './store.ts';

/** Nobody else holds these arrays, so what is read is what was written. */
interface Kept {
  readonly version: string;
  readonly manifest: Manifest;
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/** Everything handed out is a copy, as it is from the disk. */
function openArtifact({ version, manifest, files }: Kept): Artifact {
  const directory = `${manifest.stage}/${version}`;
  const bytesOf = (path: string): Uint8Array => {
    const bytes = files.get(path);
    if (bytes === undefined) throw missingFile(directory, path);
    return bytes;
  };
  return {
    manifest: structuredClone(manifest),
    directory,
    read: (path) => bytesOf(path).slice(),
    readText: (path) => new TextDecoder().decode(bytesOf(path)),
    open: (path) => bytesInMemory(bytesOf(path)),
  };
}

/** Forgets everything with the program; old versions are dropped when new ones come. */
export function memoryStore(): ArtifactStore {
  const current = new Map<string, Kept>();
  const progress = new Map<string, Uint8Array>();
  return {
    latest(stage) {
      const kept = current.get(stage);
      return kept === undefined ? undefined : openArtifact(kept);
    },
    write(draft) {
      const { stage } = draft;
      const manifest = manifestOf(draft);
      const before = current.get(stage);
      const version = nextVersion(before === undefined ? [] : [before.version], manifest.digest);
      const files = new Map(
        [...draft.files].map(([path, content]) => [path, bytesOfScratch(openContent(content))]),
      );
      const kept = { version, manifest, files };
      current.set(stage, kept);
      return openArtifact(kept);
    },
    scratch: scratchInMemory,
    dropScratch() {},
    progress: (stage) => ({
      load: () => progress.get(stage)?.slice(),
      save: (bytes) => void progress.set(stage, new Uint8Array(bytes)),
      drop: () => void progress.delete(stage),
    }),
  };
}
