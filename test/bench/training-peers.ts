/** Who else trains the suite's networks, where Python has what they need: an epoch of 2000 samples whenever asked. */

import type { NetworkName } from './networks.ts';
import type { PeerProcess } from './peer-process.ts';
import { openPython } from './python-peer.ts';

export function openKeras(network: NetworkName): Promise<PeerProcess | undefined> {
  return openPython('train_keras.py', network, ['tensorflow']);
}

export function openTorch(network: NetworkName): Promise<PeerProcess | undefined> {
  return openPython('train_torch.py', network, ['torch']);
}
