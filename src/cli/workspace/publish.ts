/** Copies of artifacts where people want them. */

import { resolve } from 'node:path';
import { writeFileInPieces, writeFileWhole } from '../../artifacts/files.ts';
import type { Artifact } from '../../artifacts/store.ts';
import type { CliIo } from '../terminal/io.ts';
import { displayPath } from './display-path.ts';

/** Writes one file of an artifact to `target` and returns the path as it is shown. */
export function publishFile(io: CliIo, artifact: Artifact, path: string, target: string): string {
  return publishBytes(io, artifact.read(path), target);
}

export function publishBytes(io: CliIo, content: Uint8Array | string, target: string): string {
  const absolute = resolve(io.cwd, target);
  writeFileWhole(absolute, content);
  return displayPath(io, absolute);
}

/** Like `publishBytes`, with the content piece by piece as `body` hands it over. */
export async function publishPieces(
  io: CliIo,
  target: string,
  body: (append: (piece: Uint8Array) => void) => Promise<void>,
): Promise<string> {
  const absolute = resolve(io.cwd, target);
  await writeFileInPieces(absolute, body);
  return displayPath(io, absolute);
}
