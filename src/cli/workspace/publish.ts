/** Copies of artifacts where people want them. */

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
