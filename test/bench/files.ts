/** Bytes, arithmetic and noise of written files against the reference models. */

import { dataFromBytes, tensorBytes } from '../../src/core/tensor.ts';
import type { FloatArray } from '../../src/data/records/float-array.ts';
import { readNpyFloat32 } from '../../src/data/records/npy.ts';
import { arrayRecords } from '../../src/data/records/records.ts';
import { readModel } from '../../src/formats/model-file.ts';
import { readTflite } from '../../src/formats/tflite/read.ts';
import { createInterpreter } from '../../src/interpreter/interpreter.ts';
import type { Graph } from '../../src/ir/graph.ts';
import { graphCost } from '../../src/ir/graph-cost.ts';
import { runReal } from '../../src/models/run/real-runner.ts';
import { sqnr } from '../../src/models/score/sqnr.ts';
import { runPasses } from '../../src/passes/pass.ts';
import { floatPasses } from '../../src/passes/pipelines.ts';
import { toTflite } from './convert.ts';
import { atLeast, atMost, below, type Row, type Section } from './row.ts';
import { sharedBytes, withShared } from './shared.ts';

const arrayAt = (path: string): FloatArray => readNpyFloat32(sharedBytes(path));

const noShards = (path: string): never => {
  throw new Error(`no shard ${path}`);
};

function differingBytes(a: Uint8Array, b: Uint8Array): number {
  return a.reduce((count, byte, i) => count + (byte === b[i] ? 0 : 1), Math.abs(a.length - b.length));
}

/** Raw records through a model with one int8 input and one int8 output. */
function runRaw(model: Uint8Array, records: Uint8Array): Uint8Array {
  const interpreter = createInterpreter(readTflite(model).graph);
  const [input] = interpreter.inputs;
  const size = tensorBytes(input);
  const outputs: number[] = [];
  for (let start = 0; start < records.length; start += size) {
    const [output] = interpreter.invoke([dataFromBytes(input.dtype, records.slice(start, start + size))]);
    outputs.push(...(output as Int8Array));
  }
  return Uint8Array.from(outputs);
}

async function rewriting(): Promise<Row[]> {
  const vww = sharedBytes('models/mlperf-tiny/vww_96_int8.tflite');
  const ad01 = sharedBytes('models/mlperf-tiny/ad01_int8.tflite');
  const { graph } = readTflite(vww);
  const small = await toTflite(graph);
  const golden = sharedBytes('golden/models/vww_96_int8/output.bin');
  const outputs = runRaw(small, sharedBytes('golden/models/vww_96_int8/input.bin'));
  const { macs } = graphCost(readTflite(small).graph);
  const bytes = (name: string, value: number, before: number, limit: number): Row => ({
    name,
    value,
    unit: 'B',
    target: atMost(limit),
    how: `length of the file written from one of ${before} B`,
  });
  return [
    bytes('vww_96_int8 rewritten', small.length, vww.length, 61_000),
    bytes(
      'vww_96_int8 rewritten, --tflm-only',
      (await toTflite(graph, { tflmOnly: true })).length,
      vww.length,
      52_500,
    ),
    {
      name: 'vww_96_int8 rewritten, arithmetic',
      value: macs / 1e6,
      unit: 'M MACs',
      target: atMost(3.9),
      how: `counted; ${Number((graphCost(graph).macs / 1e6).toPrecision(4))} M before`,
    },
    {
      name: 'vww_96_int8 rewritten, output bytes changed',
      value: differingBytes(outputs, golden),
      unit: '',
      target: atMost(0),
      how: `of ${golden.length} recorded from TensorFlow Lite Micro with the file as it was`,
    },
    bytes('ad01_int8 rewritten', (await toTflite(readTflite(ad01).graph)).length, ad01.length, 273_600),
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
  return {
    name: `${label}, float error against Keras`,
    value: relativeError(runReal(runPasses(graph, floatPasses), x), y),
    unit: '',
    target: atMost(1e-5),
    how: `largest error over largest value, outputs of ${x.shape[0]} recorded inputs`,
  };
}

async function againstTensorFlow(): Promise<Row[]> {
  const { models } = JSON.parse(new TextDecoder().decode(sharedBytes('peer/tensorflow-2.21.json'))) as {
    models: Readonly<Record<string, Peer>>;
  };
  const rows: Row[] = [];
  for (const [name, { files, ...theirs }] of Object.entries(models)) {
    const [x, y] = [arrayAt(files.x), arrayAt(files.y)];
    const calibration = arrayRecords(arrayAt(files.x_calib));
    const isKerasModel = files.keras !== undefined;
    for (const path of [files.h5, files.keras].filter((file) => file !== undefined)) {
      const graph = await readModel(sharedBytes(path), { name: path, loadShard: noShards });
      const model = await toTflite(graph, { calibration });
      const int8 = readTflite(model).graph;
      const label = path.split('/').at(-1) ?? name;
      const bytes = Math.min(theirs.default.bytes, theirs.batch1.bytes);
      const { ops, sqnr_db_tflm: noise } = theirs.batch1;
      rows.push(
        {
          name: `${label}, file`,
          value: model.length,
          unit: 'B',
          target: below(bytes),
          how: "the target is the smaller of two files of TensorFlow 2.21's converter",
        },
        {
          name: `${label}, operators`,
          value: int8.nodes.length,
          unit: '',
          target: atMost(ops.length),
          how: "the target is the count of TensorFlow 2.21's converter",
        },
        {
          name: `${label}, SQNR`,
          value: sqnr(runReal(int8, x).data, y.data),
          unit: 'dB',
          target: atLeast(noise - 0.3),
          how: `int8 against Keras; TensorFlow 2.21's file in TensorFlow Lite Micro reaches ${Number(noise.toPrecision(4))} dB`,
        },
        ...(isKerasModel ? [floatRow(label, graph, x, y)] : []),
      );
    }
  }
  return rows;
}

export const files: Section = {
  rewritten: withShared('files rewritten', rewriting),
  converted: withShared('files converted', againstTensorFlow),
};
