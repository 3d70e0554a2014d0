/** Files of data, by name, wherever they lie: on a disk, or in a browser's hands. */

import type { RandomAccessBytes } from '../../core/random-access.ts';

export interface DataFile {
  /** Relative to the folder that was named, forward slashes; of a single file its name. Foreign text. */
  readonly path: string;
  readonly length: number;
  /** Whoever opens it closes it. Throws `file-changed` (input) while it is read, where it is no longer what it was. */
  open(): RandomAccessBytes;
}

/** The folder that a file lies in, or undefined for one that lies in none: the class, where folders are classes. */
export function folderOf({ path }: DataFile): string | undefined {
  return path.split('/').at(-2);
}

/** The file's name up to its first dot: the class, where files are classes. */
export function stemOf({ path }: DataFile): string {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return name.includes('.', 1) ? name.slice(0, name.indexOf('.', 1)) : name;
}
