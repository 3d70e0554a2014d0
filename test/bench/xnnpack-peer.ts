/** One Invoke against LiteRT with XNNPACK, which does not give TFLM's bits. Minima, since what else a machine does only adds. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openPython } from './python-peer.ts';
import { atMost, formatSeconds, type Outcome } from './row.ts';
import { leastSecondsOf } from './timing.ts';

/** What TensorFlow 2.21 took where the targets were set, and what this interpreter took there then. */
export interface QuotedXnnpack {
  readonly seconds: number;
  readonly ours: number;
}

async function measured(model: Uint8Array): Promise<{ seconds: number; version: string } | undefined> {
  const folder = mkdtempSync(join(tmpdir(), 'tinyml-bench-'));
  try {
    const path = join(folder, 'model.tflite');
    writeFileSync(path, model);
    const peer = await openPython('invoke_xnnpack.py', path, ['ai_edge_litert', 'tensorflow']);
    if (peer === undefined) return undefined;
    try {
      return { seconds: await peer.seconds(), version: peer.version };
    } finally {
      peer.close();
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The ratio to what is measured here; without the peer, to the figure that is quoted. */
export async function xnnpackRow(
  label: string,
  model: Uint8Array,
  invoke: () => unknown,
  target: number,
  quoted: QuotedXnnpack | undefined,
): Promise<Outcome> {
  const name = `${label}, one Invoke, against XNNPACK`;
  const ours = await leastSecondsOf(invoke);
  const peer = await measured(model);
  if (peer !== undefined) {
    const how = `one thread each: ${formatSeconds(ours)} against ${formatSeconds(peer.seconds)} (${peer.version}); minima`;
    return { name, value: ours / peer.seconds, unit: '×', target: atMost(target), how };
  }
  if (quoted === undefined) return { name, why: 'neither LiteRT nor TensorFlow for Python is installed' };
  return {
    name,
    value: ours / quoted.seconds,
    unit: '×',
    target: atMost(target),
    how: `${formatSeconds(ours)} here, the minimum, against ${formatSeconds(quoted.seconds)} quoted of TensorFlow 2.21 on another machine, where this took ${formatSeconds(quoted.ours)} before`,
  };
}
