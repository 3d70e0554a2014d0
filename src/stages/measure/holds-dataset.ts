/** Whether data that are given are what a dataset was made of. */

import type { Artifact } from '../../artifacts/store.ts';
import type { DataFile } from '../../core/data-file.ts';
import { sha256InPieces } from '../../core/digest.ts';

function digestOf(file: DataFile): string {
  const bytes = file.open();
  try {
    return sha256InPieces(bytes);
  } finally {
    bytes.close();
  }
}

/** Whether every file that the dataset was made of is among `files`, whatever they are called: then its training samples are. */
export function holdsDataset({ manifest }: Artifact, files: readonly DataFile[]): boolean {
  const sources = manifest.sources ?? [];
  const lengths = new Set(files.map(({ length }) => length));
  // Nearly all other data are told apart without being read.
  if (sources.length === 0 || !sources.every(({ bytes }) => lengths.has(bytes))) return false;
  const digests = new Set(files.map(digestOf));
  return sources.every(({ sha256 }) => digests.has(sha256));
}
