/** Keras files with recurrent layers, several inputs or several outputs. */

import type { Outcome } from '../row.ts';
import { floatRow, int8Rows, type RecordedNetwork } from './network-rows.ts';
import { filesIn, networkNames } from './recorded.ts';
import { tensorflowPeer } from './tensorflow-peer.ts';

/** dB */
const LEAST_NOISE = 30;

export async function kerasRows(): Promise<Outcome[]> {
  const rows: Outcome[] = [];
  for (const name of networkNames('keras')) {
    const folder = `import/keras/${name}`;
    // The records of a stateful network follow one another.
    const network: RecordedNetwork = { label: name, folder, resets: !name.startsWith('stateful') };
    rows.push(await floatRow(network, [...filesIn(folder, '.h5'), ...filesIn(folder, '.keras')]));
    const limits = { peer: tensorflowPeer(folder, 0), reach: LEAST_NOISE };
    rows.push(...(await int8Rows(network, `${name}.keras`, true, limits)).rows);
  }
  return rows;
}
