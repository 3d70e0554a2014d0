/** One inference, and one record of calibration, against TensorFlow Lite in C++; each on one thread. */

import { resolve } from 'node:path';
import { dataFromBytes, elementCount, type Shape, tensorBytes } from '../../src/core/tensor.ts';
import { arrayRecords } from '../../src/data/records/records.ts';
import { readTflite } from '../../src/formats/tflite/read.ts';
import { createInterpreter } from '../../src/interpreter/interpreter.ts';
import { type Graph, getValue, inputTypes, outputTypes } from '../../src/ir/graph.ts';
import { calibrate } from '../../src/models/convert/calibrate.ts';
import { opOf } from '../../src/ops/index.ts';
import { loadRuntime, type OpenModel } from '../runtime/tflite-runtime.ts';
import { ONE_THREAD, toTflite, untrainedGraph } from './convert.ts';
import { NETWORKS, randomRecords } from './networks.ts';
import { layerRows } from './roofline/layers.ts';
import { multiplyAddPeak, peakShare } from './roofline/multiply-add-peak.ts';
import { relaxedRows } from './roofline/relaxed-dots.ts';
import { atLeast, atMost, formatSeconds, type Outcome, type Section } from './row.ts';
import { sharedBytes, withShared } from './shared.ts';
import { inTurns, leastSecondsOf, secondsOf } from './timing.ts';
import { type XnnpackTarget, xnnpackRows } from './xnnpack/xnnpack-row.ts';

const runtime = loadRuntime(resolve('test/runtime'));

/** TensorFlow Lite with the model, closed afterwards; says where there is none. */
async function withTflite(
  name: string,
  model: Uint8Array,
  measure: (tflite: OpenModel) => Promise<Outcome>,
): Promise<Outcome[]> {
  if (!runtime.ok) return [{ name, why: `TensorFlow Lite: ${runtime.why}` }];
  const tflite = runtime.open(model);
  try {
    return [await measure(tflite)];
  } finally {
    tflite.close();
  }
}

const BLOCK_SECONDS = 0.03;

/** Seconds of one call, in blocks long enough for the clock. */
function perCall(body: () => void): () => number {
  let calls = 1;
  const block = (): number => {
    const started = performance.now();
    for (let call = 0; call < calls; call++) body();
    return (performance.now() - started) / 1000;
  };
  // The code is compiled while the number of calls grows.
  for (let seconds = block(); seconds < BLOCK_SECONDS; seconds = block()) calls *= 2;
  return () => block() / calls;
}

/** Multiply-accumulates of all operators. */
function macsOf(graph: Graph): number {
  const shapes = (types: readonly ({ readonly shape: Shape } | undefined)[]) =>
    types.map((type) => type?.shape);
  return graph.nodes.reduce((total, node) => {
    const outputs = outputTypes(graph, node).map(({ shape }) => shape);
    return total + opOf(node.kind).macs(shapes(inputTypes(graph, node)), outputs);
  }, 0);
}

async function shareRow(label: string, graph: Graph, invoke: () => unknown): Promise<Outcome> {
  const [peak, seconds] = [await multiplyAddPeak(), await leastSecondsOf(invoke)];
  const { percent, how } = peakShare(macsOf(graph), seconds, peak);
  return {
    name: `${label}, one Invoke, share of the SIMD peak`,
    value: percent,
    unit: '%',
    how: `${formatSeconds(seconds)}: ${how}; minima`,
  };
}

async function invokeRows(label: string, model: Uint8Array, target: XnnpackTarget): Promise<Outcome[]> {
  const { graph } = readTflite(model);
  const interpreter = createInterpreter(graph);
  const inputs = interpreter.inputs.map((type) => new Uint8Array(tensorBytes(type)).map((_, i) => i * 37));
  const tensors = interpreter.inputs.map(({ dtype }, index) => dataFromBytes(dtype, inputs[index]));
  const invoke = (): unknown => interpreter.invoke(tensors);
  return [
    ...(await invokeRow(label, model, inputs, invoke)),
    ...(await xnnpackRows({ label, model, graph, invoke }, target)),
    await shareRow(label, graph, invoke),
  ];
}

async function invokeRow(
  label: string,
  model: Uint8Array,
  inputs: Uint8Array[],
  invoke: () => unknown,
): Promise<Outcome[]> {
  const name = `${label}, one Invoke, against TensorFlow Lite`;
  return withTflite(name, model, async (tflite) => {
    tflite.setInputs(inputs);
    const { medians, rounds } = await inTurns(
      { least: 15, most: 25, seconds: 5 },
      perCall(() => tflite.invoke()),
      perCall(invoke),
    );
    const [theirs, ours] = medians;
    return {
      name,
      value: ours / theirs,
      unit: '×',
      target: atMost(4),
      how: `one thread each: ${formatSeconds(ours)} against ${formatSeconds(theirs)} (TensorFlow Lite 2.9.0); medians of ${rounds} blocks`,
    };
  });
}

const sharedInvoke = (file: string, target: XnnpackTarget): (() => Promise<Outcome[]>) =>
  withShared(`${file}, one Invoke`, () =>
    invokeRows(file, sharedBytes('models/mlperf-tiny', `${file}.tflite`), target),
  );

async function keywordSpotting(): Promise<Outcome[]> {
  const calibration = arrayRecords(randomRecords(8, NETWORKS['ds-cnn'].input, 'calibration'));
  return invokeRows('int8 DS-CNN', await toTflite(untrainedGraph(NETWORKS['ds-cnn']), { calibration }), {
    most: 3,
  });
}

async function calibrationRow(label: string, model: Uint8Array, records: number): Promise<Outcome[]> {
  const name = `${label}, calibration, records per second against TensorFlow Lite`;
  return withTflite(name, model, async (tflite) => {
    const { graph } = readTflite(model);
    const { shape } = getValue(graph, graph.inputs[0]).type;
    const data = randomRecords(records, shape.slice(1), 'calibration');
    const length = elementCount(shape);
    const theirs = (): void => {
      for (let record = 0; record < records; record++) {
        const values = data.data.subarray(record * length, (record + 1) * length);
        tflite.setInputs([new Uint8Array(values.buffer, values.byteOffset, values.byteLength)]);
        tflite.invoke();
      }
    };
    const ours = (): Promise<unknown> => calibrate(graph, arrayRecords(data), ONE_THREAD);
    theirs();
    await ours();
    const { medians, rounds } = await inTurns(
      { least: 7, most: 15, seconds: 10 },
      () => secondsOf(theirs),
      () => secondsOf(ours),
    );
    const [their, our] = medians.map((seconds) => records / seconds);
    return {
      name,
      value: our / their,
      unit: '×',
      target: atLeast(0.5),
      how: `float, one thread each: ${Math.round(our)} with ranges and means of all tensors against ${Math.round(their)} of inference alone; medians of ${rounds} × ${records} records`,
    };
  });
}

export const inference: Section = {
  vww: sharedInvoke('vww_96_int8', { most: 3, quoted: { seconds: 164e-6, ours: 975e-6 } }),
  ad01: sharedInvoke('ad01_int8', { most: 2, quoted: { seconds: 3.6e-6, ours: 18.7e-6 } }),
  kws: keywordSpotting,
  layers: layerRows,
  relaxed: relaxedRows,
  calibration: withShared('vww_96_float, calibration', () =>
    calibrationRow('vww_96_float', sharedBytes('models/mlperf-tiny/vww_96_float.tflite'), 24),
  ),
  'calibration-kws': async () =>
    calibrationRow('DS-CNN', await toTflite(untrainedGraph(NETWORKS['ds-cnn']), { type: 'float' }), 48),
};
