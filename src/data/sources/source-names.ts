/** How kinds of files that data come in are called, and their files; loads none of what reads them. */

import type { DataFile } from './data-file.ts';

/** How names of such files end, in lower case. Of a folder, other files are not looked at. */
export const SOURCE_EXTENSIONS = {
  npy: ['.npy'],
  npz: ['.npz'],
  parquet: ['.parquet', '.pq'],
  wav: ['.wav', '.wave'],
  images: ['.png', '.jpg', '.jpeg', '.bmp'],
  idx: ['ubyte', 'ubyte.gz', '.idx', '.idx.gz'],
  'edge-impulse': ['.json', '.cbor'],
  json: ['.json', '.jsonl', '.ndjson'],
  csv: ['.csv', '.tsv', '.tab', '.txt'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type SourceName = keyof typeof SOURCE_EXTENSIONS;

export const SOURCE_NAMES = Object.keys(SOURCE_EXTENSIONS) as readonly SourceName[];

/** Of a folder, those that are called as files of this kind are. */
export function filesOfKind<File extends Pick<DataFile, 'path'>>(
  files: readonly File[],
  name: SourceName,
): readonly File[] {
  const extensions: readonly string[] = SOURCE_EXTENSIONS[name];
  return files.filter(({ path }) => extensions.some((extension) => path.toLowerCase().endsWith(extension)));
}
