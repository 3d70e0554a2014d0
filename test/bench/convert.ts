/** Model files made on the spot, and what running models needs besides them. */

import { importKeras } from '../../src/formats/keras/import.ts';
import type { Graph } from '../../src/ir/graph.ts';
import { type ConvertOptions, convertModel } from '../../src/models/convert/convert-model.ts';
import type { WorkContext } from '../../src/models/run/spread/spread-records.ts';
import { type Network, networkJob } from './networks.ts';

/** One thread, as the peers run. */
export const ONE_THREAD: WorkContext = {};

/** The bytes of the `.tflite` file. */
export async function toTflite(graph: Graph, options: ConvertOptions = {}): Promise<Uint8Array> {
  return (await convertModel(graph, { densePerChannel: true, ...options }, ONE_THREAD)).bytes;
}

/** The network as training would begin with it. */
export function untrainedGraph(network: Network): Graph {
  const { topology, initialWeights } = networkJob(network, 2);
  return importKeras({ topology, weights: initialWeights });
}
