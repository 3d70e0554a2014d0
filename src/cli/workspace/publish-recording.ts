/** Recordings into a folder of data: each a file of its own, and none in the place of another. */

import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { writeNewFileInPieces } from '../../artifacts/files.ts';
import { usageError } from '../../core/errors.ts';
import type { Session } from '../terminal/session.ts';

const DIGITS = 3;
/** Others may record into the same folder meanwhile. */
const TRIES = 1000;
const MOST_CHARACTERS = 100;

/**
 * Throws `bad-label` (usage) unless the label can be the name of a folder on every system, since the class of a recording is
 * the folder that it lies in.
 */
export function checkLabel(label: string): void {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what no name may hold.
  const isName = /^[^\u0000-\u001f\u007f<>:"/\\|?*]+$/.test(label) && !/^[. ]|[. ]$/.test(label);
  if (isName && label.length <= MOST_CHARACTERS) return;
  throw usageError(
    'bad-label',
    `${JSON.stringify(label)} can be no name of a folder, which is where the recordings of a class lie`,
    `Use letters, digits, "-" and "_", at most ${MOST_CHARACTERS} of them.`,
  );
}

/** How a recording is written. */
export type RecordingKind = 'csv' | 'wav';

/** The numbers that come behind those of the folder. */
function freeNames(folder: string, label: string, kind: RecordingKind): readonly string[] {
  const own = `${label}-`;
  const numbers = (existsSync(folder) ? readdirSync(folder) : []).flatMap((name) => {
    const [, digits] =
      (name.startsWith(own) && /^(\d{1,9})\.(?:csv|wav)$/.exec(name.slice(own.length))) || [];
    return digits === undefined ? [] : [Number(digits)];
  });
  const first = 1 + numbers.reduce((most, number) => Math.max(most, number), 0);
  return Array.from({ length: TRIES }, (_, i) =>
    join(folder, `${own}${String(first + i).padStart(DIGITS, '0')}.${kind}`),
  );
}

/**
 * Writes `walk/walk-001.csv`, or `.wav`, below `directory`, with the number behind those that are there, piece by piece as `body` hands
 * them over. Returns the path as it is shown. A `body` that throws leaves nothing.
 */
export async function publishRecording(
  session: Session,
  directory: string,
  label: string,
  kind: RecordingKind,
  body: (append: (piece: Uint8Array) => void) => Promise<void>,
): Promise<string> {
  const folder = join(session.absolute(directory), label);
  return session.shown(await writeNewFileInPieces(freeNames(folder, label, kind), body));
}
