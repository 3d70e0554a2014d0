import type { RandomAccessBytes } from './random-access.ts';

/** A file of data, by name, wherever it lies: on a disk, or in a browser's hands. */
export interface DataFile {
  /** Relative to the folder that was named, forward slashes; of a single file its name. Foreign text. */
  readonly path: string;
  readonly length: number;
  /** Whoever opens it closes it. Throws `file-changed` (input) while it is read, where it is no longer what it was. */
  open(): RandomAccessBytes;
}

/** `stored`: no pipes and devices, which may be waited for without an end. */
export type ListedSort = 'any' | 'stored';

/** The files at a path, sorted. Throws where there are none. */
export type ListFiles = (path: string, sort?: ListedSort) => readonly DataFile[];
