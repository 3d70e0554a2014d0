/** Keras, where Python and TensorFlow are installed: a process that trains an epoch whenever it is asked to. */

import type { NetworkName } from './networks.ts';
import { openPython, type PythonPeer } from './python-peer.ts';

/** An epoch of 2000 samples at a time; undefined where Python's TensorFlow is not installed. */
export function openKeras(network: NetworkName): Promise<PythonPeer | undefined> {
  return openPython('train_keras.py', network, ['tensorflow']);
}
