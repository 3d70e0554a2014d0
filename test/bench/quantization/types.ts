/** What other types than int8 give: int16 activations, and weights of 4 bits within a budget. */

import { TinymlError } from '../../../src/core/errors.ts';
import { readTflite } from '../../../src/formats/tflite/read.ts';
import type { Graph } from '../../../src/ir/graph.ts';
import { convertModel } from '../../../src/models/convert/convert-model.ts';
import {
  DEFAULT_FORM,
  finishInt8,
  prepareForInt8,
  simplifyFloat,
} from '../../../src/models/convert/lower.ts';
import { quantizeGraph } from '../../../src/models/quantize/quantize-graph.ts';
import { runReal } from '../../../src/models/run/real-runner.ts';
import { sqnr } from '../../../src/models/score/sqnr.ts';
import { writeTflmModel } from '../../../src/models/tflm-model.ts';
import { ONE_THREAD } from '../convert.ts';
import { atLeast, atMost, type Outcome, type Row } from '../row.ts';
import { loadNetwork, NETWORK_FORMS, type Network } from './networks.ts';

/** dB that int16 activations reach where the operators allow it. */
const INT16 = 60;
/** dB that weights of 4 bits may cost, and the part of the bytes of int8 that may be left. */
const INT4_LOSS = 3;
const INT4_BYTES = 0.65;
const INT4_NETWORKS = ['cnn_bn_relu6', 'mobilenet_v1_025_96'];

function noiseOf(model: Uint8Array, { official: { inputs, outputs } }: Network): number {
  return sqnr(runReal(readTflite(model).graph, inputs).data, outputs.data);
}

/** int16 activations with int8 weights, Dense per channel. */
export async function int16(): Promise<Row[]> {
  const rows: Row[] = [];
  for (const name of Object.keys(NETWORK_FORMS)) {
    const network = await loadNetwork(name);
    const { calibration } = network.official;
    const options = { type: 'int16x8', densePerChannel: true, calibration } as const;
    const { bytes } = await convertModel(network.graph, options, ONE_THREAD);
    rows.push({
      name: `${name}, int16x8`,
      value: noiseOf(bytes, network),
      unit: 'dB',
      target: atLeast(INT16),
      how: `against Keras; default recipe, ${bytes.length} B`,
    });
  }
  return rows;
}

const written = (graph: Graph): Uint8Array =>
  writeTflmModel(finishInt8(graph, { ...DEFAULT_FORM, without: [] }));

const int4Row = {
  bytes: (name: string) => ({
    name: `${name}, 4-bit weights, bytes against int8`,
    unit: '×',
    target: atMost(INT4_BYTES),
  }),
  loss: (name: string) => ({ name: `${name}, 4-bit weights, loss`, unit: 'dB', target: atMost(INT4_LOSS) }),
};

/** Both rows of a budget that cannot be kept; throws whatever else went wrong. */
function refusedRows(name: string, error: unknown): Outcome[] {
  const isRefusal = error instanceof TinymlError && error.code === 'budget-too-small';
  const [, least] = isRefusal ? (/lose ([\d.]+) dB$/.exec(error.message) ?? []) : [];
  if (!isRefusal || least === undefined) throw error;
  const refusal = { refused: `least loss ${least} dB`, how: error.message };
  return [
    { ...int4Row.bytes(name), ...refusal },
    { ...int4Row.loss(name), ...refusal },
  ];
}

async function measuredRows(name: string): Promise<Outcome[]> {
  const network = await loadNetwork(name);
  const form = { ...DEFAULT_FORM, without: [] };
  const prepared = prepareForInt8(simplifyFloat(network.graph), form);
  const int4 = { by: 'budget', budget: { kind: 'loss', decibels: INT4_LOSS } } as const;
  const quantization = { method: 'default', densePerChannel: false, int4 } as const;
  const made = await quantizeGraph(prepared, network.official.calibration, quantization, ONE_THREAD);
  if (made.int4 === undefined) throw new Error('no weights of 4 bits were looked for');
  const [small, whole] = [written(made.int4.graph), written(made.int4.int8)];
  const [less, more] = [noiseOf(small, network), noiseOf(whole, network)];
  return [
    {
      ...int4Row.bytes(name),
      value: small.length / whole.length,
      how: `budget of −${INT4_LOSS} dB: ${small.length} B against ${whole.length} B`,
    },
    {
      ...int4Row.loss(name),
      value: more - less,
      how: `${less.toFixed(2)} dB against ${more.toFixed(2)} dB of int8, on records that neither calibrated nor chose`,
    },
  ];
}

/** 4-bit weights at a budget. */
export async function int4(): Promise<Outcome[]> {
  const rows: Outcome[] = [];
  for (const name of INT4_NETWORKS) {
    rows.push(...(await measuredRows(name).catch((error: unknown) => refusedRows(name, error))));
  }
  return rows;
}
