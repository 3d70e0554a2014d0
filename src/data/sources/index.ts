/** All kinds of files that data come in. */

import { csvSource } from './csv.ts';
import { edgeImpulseSource } from './edge-impulse.ts';
import { idxSource } from './idx.ts';
import { imagesSource } from './images.ts';
import { jsonSource } from './json.ts';
import { npySource } from './npy.ts';
import { npzSource } from './npz.ts';
import { parquetSource } from './parquet.ts';
import type { Source } from './source.ts';
import type { SourceName } from './source-names.ts';
import { wavSource } from './wav.ts';

/** In the order in which files are asked what they are: what has a signature in front of what is only text. */
export const SOURCES: { readonly [Name in SourceName]: Source<unknown, Name> } = {
  npy: npySource,
  npz: npzSource,
  parquet: parquetSource,
  wav: wavSource,
  images: imagesSource,
  idx: idxSource,
  'edge-impulse': edgeImpulseSource,
  json: jsonSource,
  csv: csvSource,
};
