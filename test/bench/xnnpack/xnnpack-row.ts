/** One Invoke against XNNPACK, which does not give TFLM's bits. Minima, since what else a machine does only adds. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Graph } from '../../../src/ir/graph.ts';
import { openPython } from '../python-peer.ts';
import { atMost, formatSeconds, type Outcome } from '../row.ts';
import { leastSecondsOf } from '../timing.ts';
import { libraryTimes } from './library-peer.ts';

/** What TensorFlow 2.21 took where the targets were set, and what this interpreter took there then. */
export interface QuotedXnnpack {
  readonly seconds: number;
  readonly ours: number;
}

/** The most that one Invoke may take, in those of XNNPACK, and what is quoted where that is not installed. */
export interface XnnpackTarget {
  readonly most: number;
  readonly quoted?: QuotedXnnpack;
}

/** An int8 network in a file, the same as a graph, and how ours runs it. */
export interface MeasuredModel {
  readonly label: string;
  readonly model: Uint8Array;
  readonly graph: Graph;
  readonly invoke: () => unknown;
}

/** LiteRT or TensorFlow for Python. */
async function againstLiteRt({ model, invoke }: MeasuredModel) {
  const folder = mkdtempSync(join(tmpdir(), 'tinyml-bench-'));
  try {
    const path = join(folder, 'model.tflite');
    writeFileSync(path, model);
    const peer = await openPython('invoke_xnnpack.py', path, ['ai_edge_litert', 'tensorflow']);
    if (peer === undefined) return undefined;
    try {
      return { ours: await leastSecondsOf(invoke), theirs: await peer.seconds(), version: peer.firstLine };
    } finally {
      peer.close();
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The ratio to what is measured here; without the peer, to the figure that is quoted. */
async function tensorflowRow(measured: MeasuredModel, { most, quoted }: XnnpackTarget): Promise<Outcome> {
  const name = `${measured.label}, one Invoke, against XNNPACK of TensorFlow`;
  const target = atMost(most);
  const times = await againstLiteRt(measured);
  if (times !== undefined) {
    const { ours, theirs, version } = times;
    const how = `one thread each: ${formatSeconds(ours)} against ${formatSeconds(theirs)} (${version}); minima`;
    return { name, value: ours / theirs, unit: '×', target, how };
  }
  if (quoted === undefined) return { name, why: 'neither LiteRT nor TensorFlow for Python is installed' };
  const ours = await leastSecondsOf(measured.invoke);
  return {
    name,
    value: ours / quoted.seconds,
    unit: '×',
    target,
    how: `${formatSeconds(ours)} here, the minimum, against ${formatSeconds(quoted.seconds)} quoted of TensorFlow 2.21 on another machine, where this took ${formatSeconds(quoted.ours)} before`,
  };
}

/** Against the library by itself, of which only some versions are packaged. */
async function libraryRow({ label, graph }: MeasuredModel, { most }: XnnpackTarget): Promise<Outcome> {
  const name = `${label}, one Invoke, against the library XNNPACK`;
  const times = await libraryTimes(graph);
  if (times === undefined) return { name, why: 'the library XNNPACK is not installed' };
  const { ours, theirs, steps, version } = times;
  return {
    name,
    value: ours / theirs,
    unit: '×',
    target: atMost(most),
    how: `one thread each: ${formatSeconds(ours)} against ${formatSeconds(theirs)} (${version}), both without softmax; outputs differ by ${steps} steps at most; minima`,
  };
}

export async function xnnpackRows(measured: MeasuredModel, target: XnnpackTarget): Promise<Outcome[]> {
  return [await tensorflowRow(measured, target), await libraryRow(measured, target)];
}
