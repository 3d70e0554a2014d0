/** Lines that are added one by one, and each is there whole or not at all, whenever the process ends. */

import { closeSync, existsSync, fsyncSync, ftruncateSync, openSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { writeFailure } from './file-errors.ts';
import { writeFileWhole, writeFully } from './files.ts';
import { makeFolder } from './make-folder.ts';

export interface Journal {
  /** Those that were there when it was opened. */
  readonly lines: readonly string[];
  /** On the disk when it returns. */
  append(line: string): void;
  close(): void;
}

function openAt(path: string): number {
  makeFolder(dirname(path));
  return openSync(path, 'a+');
}

/** Opens or makes it. What a process that was killed left of its last line is cut off. Throws `cannot-write` (environment). */
export function openJournal(path: string): Journal {
  const onDisk = <T>(act: () => T): T => {
    try {
      return act();
    } catch (error) {
      throw writeFailure(path, error);
    }
  };
  const file = onDisk(() => openAt(path));
  const text = onDisk(() => readFileSync(path));
  const whole = text.lastIndexOf(0x0a) + 1;
  if (whole < text.length) onDisk(() => ftruncateSync(file, whole));
  return {
    lines: text.subarray(0, whole).toString('utf8').split('\n').slice(0, -1),
    append: (line) =>
      onDisk(() => {
        writeFully(file, new TextEncoder().encode(`${line}\n`));
        fsyncSync(file);
      }),
    close: () => closeSync(file),
  };
}

/** A journal of no lines in the place of what was there. */
export function clearJournal(path: string): void {
  if (existsSync(path)) writeFileWhole(path, '');
}
