/** Files of a project, in memory. */

import type { DataFile } from '../../src/core/data-file.ts';
import { bytesInMemory } from '../../src/core/random-access.ts';

function fileOf(path: string, content: string | Uint8Array): DataFile {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  return { path, length: bytes.length, open: () => bytesInMemory(bytes) };
}

/** A folder is what stands in front of the first slash; every other name is that of a file. */
export function filesOf(
  texts: Readonly<Record<string, string | Uint8Array>>,
): (path: string) => readonly DataFile[] {
  return (path) =>
    Object.entries(texts).flatMap(([name, text]) => {
      if (name === path) return [fileOf(path, text)];
      return name.startsWith(`${path}/`) ? [fileOf(name.slice(path.length + 1), text)] : [];
    });
}

export const rows = (count: number, row: (i: number) => string): string =>
  Array.from({ length: count }, (_, i) => `${row(i)}\n`).join('');
