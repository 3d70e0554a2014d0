/** Copies of artifacts where people want them. */

import { resolve } from 'node:path';
import { writeFileWhole } from '../artifacts/files.ts';
import type { Artifact } from '../artifacts/store.ts';
import type { CliIo } from './io.ts';
import { displayPath } from './stage-command.ts';

/** Writes one file of an artifact to `target` and returns the path as it is shown. */
export function publishFile(io: CliIo, artifact: Artifact, path: string, target: string): string {
  return publishBytes(io, artifact.read(path), target);
}

export function publishBytes(io: CliIo, content: Uint8Array | string, target: string): string {
  const absolute = resolve(io.cwd, target);
  writeFileWhole(absolute, content);
  return displayPath(io, absolute);
}
