/** TensorFlow's own files: SavedModels, frozen graphs, and graph models of TensorFlow.js. */

import type { Outcome } from '../row.ts';
import { floatRow, int8Rows, type RecordedNetwork } from './network-rows.ts';
import { filesIn, networkNames } from './recorded.ts';
import { tensorflowPeer } from './tensorflow-peer.ts';

/** dB that a file may be below TensorFlow's. */
const ALLOWANCE = 0.5;
/** dB where TensorFlow makes none. */
const LEAST_NOISE = 30;

async function networkRows(network: RecordedNetwork, files: readonly string[]): Promise<Outcome[]> {
  const { folder, records = folder } = network;
  const limits = { peer: tensorflowPeer(records, ALLOWANCE), reach: LEAST_NOISE };
  return [await floatRow(network, files), ...(await int8Rows(network, files[0], true, limits)).rows];
}

export async function savedModels(): Promise<Outcome[]> {
  const rows: Outcome[] = [];
  for (const name of networkNames('saved_model')) {
    const records = `import/saved_model/${name}`;
    const network = { label: `${name}, SavedModel`, folder: `${records}/saved_model`, records, resets: true };
    rows.push(...(await networkRows(network, ['saved_model.pb'])));
  }
  return rows;
}

export async function frozenGraphs(): Promise<Outcome[]> {
  const rows: Outcome[] = [];
  for (const name of networkNames('frozen')) {
    const folder = `import/frozen/${name}`;
    const network = { label: `${name}, frozen graph`, folder, resets: true };
    rows.push(...(await networkRows(network, filesIn(folder, '.pb'))));
  }
  return rows;
}

export async function graphModels(): Promise<Outcome[]> {
  const rows: Outcome[] = [];
  for (const name of networkNames('tfjs')) {
    const folder = `import/tfjs/${name}/web_model`;
    const records = `import/saved_model/${name}`;
    const network = { label: `${name}, TensorFlow.js`, folder, records, resets: true };
    rows.push(...(await networkRows(network, ['model.json'])));
  }
  return rows;
}
