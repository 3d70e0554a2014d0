/** What paths of data files say. */

import type { DataFile } from '../../core/data-file.ts';

export type { DataFile, ListFiles } from '../../core/data-file.ts';

/** The folder that a file lies in, or undefined for one that lies in none: the class, where folders are classes. */
export function folderOf({ path }: DataFile): string | undefined {
  return path.split('/').at(-2);
}

/** The file's name up to its first dot: the class, where files are classes. */
export function stemOf({ path }: DataFile): string {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return name.includes('.', 1) ? name.slice(0, name.indexOf('.', 1)) : name;
}
