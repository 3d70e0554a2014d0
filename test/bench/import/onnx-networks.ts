/** PyTorch's networks as ONNX, from both exporters and several operator sets. */

import { atLeast, type Outcome } from '../row.ts';
import { floatRow, int8Rows, type RecordedNetwork } from './network-rows.ts';
import { ONNX_PEERS } from './onnx-peers.ts';
import { filesIn, networkNames } from './recorded.ts';

/** The file that onnxruntime quantized, the first of these that there is. */
const QUANTIZED = ['-ts13.onnx', '-ts17.onnx', '-ts20.onnx', '.onnx'];
/** dB of networks with recurrent layers, which onnxruntime leaves in float32. */
const RECURRENT_NOISE = 30;
/** Networks that must be above onnxruntime, and dB that the others may be below it. */
const ABOVE = 10;
const ALLOWANCE = 1;

function quantizedFile(files: readonly string[]): string {
  const found = QUANTIZED.map((ending) => files.find((file) => file.endsWith(ending)));
  return found.find((file) => file !== undefined) ?? files[0];
}

function networks(): readonly { readonly network: RecordedNetwork; readonly files: readonly string[] }[] {
  return networkNames('onnx').map((name) => {
    const folder = `import/onnx/${name}`;
    return { network: { label: name, folder, resets: true }, files: filesIn(folder, '.onnx') };
  });
}

/** Every file of every network, as it is read. */
export async function onnxFloat(): Promise<Outcome[]> {
  const rows: Outcome[] = [];
  for (const { network, files } of networks()) rows.push(await floatRow(network, files));
  return rows;
}

/** Without those that are quantized already, and those that hold another one's numbers in another way. */
export async function onnxInt8(): Promise<Outcome[]> {
  const rows: Outcome[] = [];
  const gains: number[] = [];
  for (const { network, files } of networks()) {
    if (/^(q|odd)_/.test(network.label)) continue;
    const { noise, operators } = ONNX_PEERS[network.label] ?? {};
    const peer = noise && { name: 'onnxruntime, per channel', noise, allowance: ALLOWANCE };
    for (const densePerChannel of [true, false]) {
      const limits = { peer, reach: RECURRENT_NOISE, operators };
      const { rows: own, gain } = await int8Rows(network, quantizedFile(files), densePerChannel, limits);
      rows.push(...own);
      if (densePerChannel && gain !== undefined) gains.push(gain);
    }
  }
  const peers = Object.values(ONNX_PEERS).filter(({ noise }) => noise !== undefined).length;
  return [
    ...rows,
    {
      name: 'networks above onnxruntime',
      value: gains.filter((gain) => gain > 0).length,
      unit: '',
      target: atLeast(ABOVE),
      how: `of ${peers}, int8 with one weight scale for each channel, like theirs`,
    },
  ];
}
