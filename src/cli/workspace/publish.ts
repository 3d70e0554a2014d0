/** Copies of artifacts where people want them. */

import { join } from 'node:path';
import { writeFileInPieces, writeFileWhole } from '../../artifacts/files.ts';
import type { Artifact } from '../../artifacts/store.ts';
import type { Session } from '../terminal/session.ts';

/** Writes one file of an artifact to `target` and returns the path as it is shown. */
export function publishFile(session: Session, artifact: Artifact, path: string, target: string): string {
  return publishBytes(session, artifact.read(path), target);
}

export function publishBytes(session: Session, content: Uint8Array | string, target: string): string {
  const absolute = session.absolute(target);
  writeFileWhole(absolute, content);
  return session.shown(absolute);
}

/** Like `publishBytes`, with the content piece by piece as `body` hands it over. */
export async function publishPieces(
  session: Session,
  target: string,
  body: (append: (piece: Uint8Array) => void) => Promise<void>,
): Promise<string> {
  const absolute = session.absolute(target);
  await writeFileInPieces(absolute, body);
  return session.shown(absolute);
}

/** Puts the files of an export artifact into a folder. */
export function publishExport(session: Session, artifact: Artifact, directory: string): readonly string[] {
  return artifact.manifest.files.map(({ path }) =>
    publishFile(session, artifact, path, join(directory, path)),
  );
}
