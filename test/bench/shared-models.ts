/** Rows that need the reference models beside the checkout: bytes, arithmetic, noise and time against the references. */

import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { silentReporter } from '../../src/core/reporter.ts';
import { dataFromBytes } from '../../src/core/tensor.ts';
import { readNpyFloat32 } from '../../src/data/npy.ts';
import { readModelFile } from '../../src/formats/model-file.ts';
import { readTflite } from '../../src/formats/tflite/read.ts';
import { createInterpreter } from '../../src/interpreter/interpreter.ts';
import type { Graph } from '../../src/ir/graph.ts';
import { runPasses } from '../../src/passes/pass.ts';
import { floatPasses } from '../../src/passes/pipelines.ts';
import { type ConvertFileOptions, convertGraph } from '../../src/stages/convert-file.ts';
import type { FloatArray } from '../../src/stages/dataset-reader.ts';
import { graphCost } from '../../src/stages/graph-cost.ts';
import { sqnr } from '../../src/stages/metrics.ts';
import { runReal } from '../../src/stages/model-runner.ts';
import { predictRaw } from '../../src/stages/predict.ts';
import { atLeast, atMost, below, median, type Row } from './row.ts';

const shared = (...parts: string[]): string => resolve('../shared', ...parts);
const bytesAt = (...parts: string[]): Uint8Array => readFileSync(shared(...parts));
const arrayAt = (...parts: string[]): FloatArray => readNpyFloat32(bytesAt(...parts));

const noShards = (path: string): never => {
  throw new Error(`no shard ${path}`);
};

function convert(graph: Graph, options: Partial<ConvertFileOptions> = {}): Uint8Array {
  const defaults = {
    io: 'int8',
    densePerChannel: true,
    library: 'tflm',
    tflmOnly: false,
    without: [],
  } as const;
  return convertGraph(graph, { ...defaults, ...options }, silentReporter);
}

function differingBytes(a: Uint8Array, b: Uint8Array): number {
  return a.reduce((count, byte, i) => count + (byte === b[i] ? 0 : 1), Math.abs(a.length - b.length));
}

function rewriting(): Row[] {
  const vww = bytesAt('models/mlperf-tiny/vww_96_int8.tflite');
  const ad01 = bytesAt('models/mlperf-tiny/ad01_int8.tflite');
  const graph = readTflite(vww).graph;
  const small = convert(graph);
  const golden = bytesAt('golden/models/vww_96_int8/output.bin');
  const outputs = predictRaw(small, bytesAt('golden/models/vww_96_int8/input.bin'));
  const { macs } = graphCost(readTflite(small).graph);
  const bytes = (name: string, value: number, reference: number, limit: number): Row => ({
    name,
    value,
    unit: 'B',
    reference,
    target: atMost(limit),
  });
  return [
    bytes('vww_96_int8 rewritten', small.length, vww.length, 61_000),
    bytes(
      'vww_96_int8 rewritten, --tflm-only',
      convert(graph, { tflmOnly: true }).length,
      vww.length,
      52_500,
    ),
    {
      name: 'vww_96_int8 rewritten, arithmetic',
      value: macs / 1e6,
      unit: 'M MACs',
      reference: graphCost(graph).macs / 1e6,
      target: atMost(3.9),
    },
    {
      name: 'vww_96_int8 rewritten, output bytes changed',
      value: differingBytes(outputs, golden),
      unit: '',
      target: atMost(0),
    },
    bytes('ad01_int8 rewritten', convert(readTflite(ad01).graph).length, ad01.length, 273_600),
  ];
}

interface PeerFile {
  readonly bytes: number;
  readonly ops: readonly string[];
  readonly sqnr_db_tflm: number;
}

interface Peer {
  readonly default: PeerFile;
  readonly batch1: PeerFile;
  readonly files: Readonly<Record<'x' | 'y' | 'x_calib' | 'h5' | 'keras', string>>;
}

/** The largest error against the largest value. */
function relativeError(actual: FloatArray, expected: FloatArray): number {
  const size = expected.data.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return expected.data.reduce((most, value, i) => Math.max(most, Math.abs(value - actual.data[i])), 0) / size;
}

function floatRow(label: string, graph: Graph, x: FloatArray, y: FloatArray): Row {
  const value = relativeError(runReal(runPasses(graph, floatPasses), x), y);
  return { name: `${label}, float error against Keras`, value, unit: '', target: atMost(1e-5) };
}

async function againstTensorFlow(): Promise<Row[]> {
  const { models } = JSON.parse(new TextDecoder().decode(bytesAt('peer/tensorflow-2.21.json'))) as {
    models: Readonly<Record<string, Peer>>;
  };
  const rows: Row[] = [];
  for (const [name, { files, ...theirs }] of Object.entries(models)) {
    const [x, y, calibration] = [arrayAt(files.x), arrayAt(files.y), arrayAt(files.x_calib)];
    const isKerasModel = files.keras !== undefined;
    for (const path of [files.h5, files.keras].filter((file) => file !== undefined)) {
      const graph = await readModelFile(bytesAt(path), path, noShards);
      const model = convert(graph, { calibration });
      const int8 = readTflite(model).graph;
      const label = path.split('/').at(-1) ?? name;
      const bytes = Math.min(theirs.default.bytes, theirs.batch1.bytes);
      const { ops, sqnr_db_tflm: noise } = theirs.batch1;
      rows.push(
        { name: `${label}, file`, value: model.length, unit: 'B', reference: bytes, target: below(bytes) },
        {
          name: `${label}, operators`,
          value: int8.nodes.length,
          unit: '',
          reference: ops.length,
          target: atMost(ops.length),
        },
        {
          name: `${label}, SQNR`,
          value: sqnr(runReal(int8, x).data, y.data),
          unit: 'dB',
          reference: noise,
          target: atLeast(noise - 0.3),
        },
        ...(isKerasModel ? [floatRow(label, graph, x, y)] : []),
      );
    }
  }
  return rows;
}

/** One Invoke after warm-up, in plain JavaScript. */
function invokeMilliseconds(model: string): number {
  const interpreter = createInterpreter(readTflite(bytesAt(model)).graph);
  const inputs = interpreter.inputs.map(({ dtype, shape }) =>
    dataFromBytes(
      dtype,
      new Uint8Array(shape.reduce((product, dimension) => product * dimension, 1)).fill(17),
    ),
  );
  const times = Array.from({ length: 25 }, () => {
    const started = performance.now();
    interpreter.invoke(inputs);
    return performance.now() - started;
  });
  return median(times.slice(5));
}

export async function sharedModels(): Promise<Row[]> {
  if (!existsSync(shared('peer'))) {
    process.stderr.write('Rows against the reference models need ../shared beside the checkout.\n');
    return [];
  }
  const invoke = invokeMilliseconds('models/mlperf-tiny/vww_96_int8.tflite');
  return [
    ...rewriting(),
    { name: 'vww_96_int8, one Invoke', value: invoke, unit: 'ms', target: atMost(100) },
    ...(await againstTensorFlow()),
  ];
}
