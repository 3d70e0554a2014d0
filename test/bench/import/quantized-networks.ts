/** Networks that onnxruntime quantized, as int8 with the scales of their files, against what onnxruntime computes of these. */

import { readNpyFloat32 } from '../../../src/data/records/npy.ts';
import { readTflite } from '../../../src/formats/tflite/read.ts';
import { convertModel } from '../../../src/models/convert/convert-model.ts';
import { sqnr } from '../../../src/models/score/sqnr.ts';
import { declaredScales } from '../../../src/passes/simulated/declared-scales.ts';
import type { ScaleReport } from '../../../src/passes/simulated/scale-report.ts';
import { ONE_THREAD } from '../convert.ts';
import { atMost, type Outcome } from '../row.ts';
import { sharedBytes } from '../shared.ts';
import { filesIn, importShared, networkNames, recordsOf, runRecords } from './recorded.ts';

/** Of the scale that the file has for the output. */
const MOST_STEPS = 1;
/** Two float32 numbers that are the same integer. */
const SAME = 0.01;

export interface QuantizedNetwork {
  readonly file: string;
  readonly bytes: number;
  readonly operators: number;
  /** Outputs of all records. */
  readonly outputs: number;
  /** Of them, those that are the number that onnxruntime has. */
  readonly equal: number;
  /** The largest difference, in steps of the output's scale in the file, without the last bits of float32. */
  readonly farthest: number;
  /** dB against the float network: of tinyml's file, and of onnxruntime. */
  readonly noise: number;
  readonly theirNoise: number;
  readonly scales: ScaleReport;
}

export function quantizedNames(): readonly string[] {
  return networkNames('onnx').filter((name) => name.startsWith('q_'));
}

/** A network with one output. */
export async function quantizedNetwork(name: string): Promise<QuantizedNetwork> {
  const folder = `import/onnx/${name}`;
  const [file] = filesIn(folder, '.onnx');
  const { graph, inputOrders, outputOrders } = await importShared(folder, file);
  const declared = declaredScales(graph);
  const step = declared.scales.get(declared.graph.outputs[0])?.quant.scale ?? Number.NaN;
  const { bytes, scales } = await convertModel(graph, { io: 'float' }, ONE_THREAD);
  const int8 = readTflite(bytes).graph;
  const inputs = recordsOf(folder, 'x', 1, inputOrders);
  const expected = recordsOf(folder, 'y', 1, outputOrders);
  if (inputs === undefined || expected === undefined || scales === undefined) {
    throw new Error(`${folder} lacks records or scales`);
  }
  const [actual] = runRecords(int8, inputs, true);
  const [{ data }] = expected;
  const float = readNpyFloat32(sharedBytes(folder, 'y_float.npy')).data;
  const distances = Array.from(data, (value, at) => Math.abs(value - actual[at]) / step);
  return {
    file,
    bytes: bytes.length,
    operators: int8.nodes.length,
    outputs: data.length,
    equal: distances.filter((distance) => distance < SAME).length,
    farthest: Number(Math.max(...distances).toFixed(3)),
    noise: sqnr(actual, float),
    theirNoise: sqnr(data, float),
    scales,
  };
}

/** `12 of 13 scales kept` */
function keptText({ kept, changed, rounded }: ScaleReport): string {
  const channels = rounded.reduce((sum, one) => sum + one.channels, 0);
  const weights = channels === 0 ? '' : `, ${channels} channels of weights with more steps than int8 has`;
  return `${kept} of ${kept + changed.length} scales kept${weights}`;
}

export async function onnxQuantized(): Promise<Outcome[]> {
  const rows: Outcome[] = [];
  for (const name of quantizedNames()) {
    const network = await quantizedNetwork(name);
    const { file, bytes, operators, outputs, equal, farthest, noise, theirNoise, scales } = network;
    rows.push(
      {
        name: `${name}, farthest output`,
        value: farthest,
        unit: 'steps',
        target: atMost(MOST_STEPS),
        how: `int8 of ${file} without samples against onnxruntime, in steps of the scale that the file has; ${keptText(scales)}`,
      },
      {
        name: `${name}, equal outputs`,
        value: (100 * equal) / outputs,
        unit: '%',
        how: `${equal} of ${outputs} are the integer that onnxruntime has; ${bytes} bytes, ${operators} operators`,
      },
      {
        name: `${name}, SQNR`,
        value: noise,
        unit: 'dB',
        how: `against the float network; onnxruntime on the same file: ${theirNoise.toFixed(1)} dB`,
      },
    );
  }
  return rows;
}
