/** What this process is writing under temporary names. Loaded by every command, so it stands on nothing else. */

import { rmSync } from 'node:fs';

const paths = new Set<string>();

/** Who calls this says later what became of the temporary: `published` or `discard`. */
export function startWriting(temporary: string): void {
  paths.add(temporary);
}

export function isUnfinished(temporary: string): boolean {
  return paths.has(temporary);
}

/** The temporary got its own name. */
export function published(temporary: string): void {
  paths.delete(temporary);
}

/** Removes what a failed write left; its own failure must not hide the reason. */
export function discard(temporary: string): void {
  paths.delete(temporary);
  try {
    rmSync(temporary, { force: true, recursive: true });
  } catch {
    // The folder could not even be entered, so nothing was left there.
  }
}

/** Removes whatever this process is writing: for a process that ends in the middle of it. */
export function discardAll(): void {
  for (const temporary of [...paths]) discard(temporary);
}
