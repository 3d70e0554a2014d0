/** What TensorFlow's own converter made of a recorded network, as its `meta.json` has it. */

import type { Int8Peer } from './network-rows.ts';
import { metaOf, type SharedFolder } from './recorded.ts';

interface Meta {
  readonly tf_int8?: { readonly bytes?: number; readonly sqnr_db?: readonly (number | null)[] };
}

/** Undefined where it failed, or gave what is no number. */
export function tensorflowPeer(folder: SharedFolder, allowance: number): Int8Peer | undefined {
  const { bytes, sqnr_db: noise } = (metaOf(folder) as Meta).tf_int8 ?? {};
  if (bytes === undefined || noise === undefined) return undefined;
  const numbers = noise.filter((value) => value !== null);
  return numbers.length < noise.length
    ? undefined
    : { name: 'TensorFlow 2.21', noise: numbers, allowance, bytes };
}
