/** Keras, where Python and TensorFlow are installed: a process that trains an epoch whenever it is asked to. */

import { type ChildProcessByStdio, spawn, spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import type { NetworkName } from './networks.ts';

const SCRIPT = resolve('test/bench/peers/train_keras.py');

export interface KerasPeer {
  /** TensorFlow's. */
  readonly version: string;
  /** Trains one epoch of 2000 samples. */
  epochSeconds(): Promise<number>;
  close(): void;
}

let present: boolean | undefined;

function isPresent(): boolean {
  const probe = 'import importlib.util as u, sys; sys.exit(u.find_spec("tensorflow") is None)';
  present ??= spawnSync('python3', ['-c', probe], { stdio: 'ignore' }).status === 0;
  return present;
}

/** Undefined where Python's TensorFlow is not installed. */
export async function openKeras(network: NetworkName): Promise<KerasPeer | undefined> {
  if (!isPresent()) return undefined;
  const child: ChildProcessByStdio<Writable, Readable, null> = spawn('python3', [SCRIPT, network], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const nextLine = async (): Promise<string> => {
    const { done, value } = await lines.next();
    if (done === true) throw new Error(`python3 ${SCRIPT} ${network} ended before its time`);
    return value;
  };
  return {
    version: await nextLine(),
    async epochSeconds() {
      child.stdin.write('epoch\n');
      return Number(await nextLine());
    },
    close: () => child.stdin.end(),
  };
}
