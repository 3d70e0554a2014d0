/** Artifacts in memory, for programs and browsers: the manifests are those of the disk, byte for byte. */

import { sha256 } from '../core/digest.ts';
import { bytesInMemory } from '../core/random-access.ts';
import type { Manifest } from './manifest.ts';
import { type Artifact, type ArtifactStore, changedFile, entryOf, manifestOf, nextVersion } from './store.ts';

function artifactInMemory(
  manifest: Manifest,
  directory: string,
  files: ReadonlyMap<string, Uint8Array>,
): Artifact {
  const read = (path: string): Uint8Array => {
    const entry = entryOf(manifest, directory, path);
    const bytes = files.get(path);
    if (bytes === undefined || sha256(bytes) !== entry.sha256) throw changedFile(`${directory}/${path}`);
    return bytes;
  };
  return {
    manifest,
    directory,
    read,
    readText: (path) => new TextDecoder().decode(read(path)),
    open: (path) => bytesInMemory(read(path)),
  };
}

/** Forgets everything with the program; old versions are dropped when new ones come. */
export function memoryStore(): ArtifactStore {
  const current = new Map<string, { readonly version: string; readonly artifact: Artifact }>();
  return {
    latest: (stage) => current.get(stage)?.artifact,
    write(draft) {
      const { stage } = draft;
      const manifest = manifestOf(draft);
      const before = current.get(stage);
      const version = nextVersion(before === undefined ? [] : [before.version], manifest.digest);
      const artifact = artifactInMemory(manifest, `${stage}/${version}`, draft.files);
      current.set(stage, { version, artifact });
      return artifact;
    },
  };
}
