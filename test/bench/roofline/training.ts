/** Epochs on one thread as shares of the float32 multiply-accumulates that WebAssembly SIMD does at best. */

import type { JsonObject } from '../../../src/core/json.ts';
import { elementCount } from '../../../src/core/tensor.ts';
import { hasSimd } from '../../../src/kernels/simd/simd-instance.ts';
import { openCompiledSession } from '../../../src/training/compiled/session.ts';
import { trainingSamples } from '../../../src/training/samples/sample-stream.ts';
import { readTopology, type TopologyLayer } from '../../../src/training/topology.ts';
import { NETWORKS, type NetworkName, networkJob } from '../networks.ts';
import { formatSeconds, type Outcome } from '../row.ts';
import { secondsOf } from '../timing.ts';
import { floatMultiplyAddPeak, peakShare } from './multiply-add-peak.ts';

const SAMPLES = 512;
const LEAST_EPOCHS = 8;
const SECONDS = 8;

/** Of one sample on its way forward: every number of an output by the part of the kernel that makes it. */
function macsOf({ weights, outputShape }: TopologyLayer): number {
  const kernel = weights.find(({ name }) => name === 'kernel' || name === 'depthwise_kernel');
  if (kernel === undefined) return 0;
  const outputs =
    kernel.name === 'kernel' ? (kernel.shape.at(-1) ?? 1) : elementCount(kernel.shape.slice(-2));
  return elementCount(outputShape) * (elementCount(kernel.shape) / outputs);
}

/**
 * Of one sample forward, and back to its kernels and to what was in front: the first layer's samples need no gradient. Products with
 * zeros count too, which kernels leave out where there are many.
 */
export function trainingMacs(topology: JsonObject): number {
  const macs = readTopology(topology)
    .map(macsOf)
    .filter((count) => count > 0);
  return 3 * macs.reduce((sum, count) => sum + count, 0) - macs[0];
}

async function shareRow(network: NetworkName): Promise<Outcome> {
  const name = `${NETWORKS[network].label}, one epoch on one thread, share of the SIMD peak`;
  if (!hasSimd()) return { name, why: 'this machine has no WebAssembly with SIMD' };
  const peak = await floatMultiplyAddPeak();
  const job = networkJob(NETWORKS[network], SAMPLES);
  const session = openCompiledSession(job, 'simd');
  const samplesOf = trainingSamples(job);
  const end = performance.now() + 1000 * SECONDS;
  let least = Infinity;
  for (let epoch = 1; epoch <= LEAST_EPOCHS || performance.now() < end; epoch++) {
    least = Math.min(least, await secondsOf(() => session.trainEpoch(samplesOf(epoch), 0.001)));
  }
  session.dispose();
  const { percent, how } = peakShare(SAMPLES * trainingMacs(job.topology), least, peak);
  return {
    name,
    value: percent,
    unit: '%',
    how: `${SAMPLES} samples in ${formatSeconds(least)}: ${how}, of products alone, those with zeros that are left out too; minima`,
  };
}

export async function trainingShares(): Promise<Outcome[]> {
  const rows: Outcome[] = [];
  for (const network of Object.keys(NETWORKS) as NetworkName[]) rows.push(await shareRow(network));
  return rows;
}
