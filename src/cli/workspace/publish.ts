/** Copies of artifacts where people want them. */

import { join } from 'node:path';
import { writeFileInPieces, writeFileWhole } from '../../artifacts/files.ts';
import type { Artifact } from '../../artifacts/store.ts';
import type { Session } from '../terminal/session.ts';
import { refuseInputs } from './inputs.ts';

/** Writes one file of an artifact to `target` and returns the path as it is shown. Throws `output-is-input` (usage). */
export function publishFile(session: Session, artifact: Artifact, path: string, target: string): string {
  return publishBytes(session, artifact.read(path), target);
}

/** The same for `content`; `rewritten` names the input that it may replace. */
export function publishBytes(
  session: Session,
  content: Uint8Array | string,
  target: string,
  rewritten?: string,
): string {
  const absolute = session.absolute(target);
  refuseInputs(session, [absolute], rewritten);
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
  refuseInputs(session, [absolute]);
  await writeFileInPieces(absolute, body);
  return session.shown(absolute);
}

/** Puts files into a folder, none where one of them would replace an input. Returns the paths as they are shown. */
export function publishFiles(
  session: Session,
  files: Iterable<readonly [path: string, content: Uint8Array | string]>,
  directory: string,
): readonly string[] {
  const all = [...files].map(([path, content]) => ({ target: join(directory, path), content }));
  refuseInputs(
    session,
    all.map(({ target }) => session.absolute(target)),
  );
  return all.map(({ target, content }) => publishBytes(session, content, target));
}

/** Puts the files of an export artifact into a folder. */
export function publishExport(session: Session, artifact: Artifact, directory: string): readonly string[] {
  const files = artifact.manifest.files.map(({ path }) => [path, artifact.read(path)] as const);
  return publishFiles(session, files, directory);
}
