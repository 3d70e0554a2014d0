/** The networks whose C is measured, and what is expected of it on a Cortex-M4. */

import { arrayRecords, type RecordSource } from '../../../src/data/records/records.ts';
import { importKeras } from '../../../src/formats/keras/import.ts';
import { importTflite } from '../../../src/formats/tflite/read.ts';
import type { Graph } from '../../../src/ir/graph.ts';
import { isLinear } from '../../../src/passes/linear.ts';
import { toTflite, untrainedGraph } from '../convert.ts';
import { NETWORKS, randomRecords } from '../networks.ts';
import { sharedBytes } from '../shared.ts';
import { BOTTLENECK_INPUT, bottlenecks } from './residual-networks.ts';

/** Instructions of one inference, and bytes. */
export interface StandaloneTargets {
  readonly instructions: number;
  readonly ram: number;
  readonly code?: number;
}

export interface MeasuredNetwork {
  readonly label: string;
  readonly targets: StandaloneTargets;
  /** Recorded in the same way: instructions of TFLM's reference kernels and of CMSIS-NN. */
  readonly peers: string;
  model(): Promise<Uint8Array>;
}

/** As `tinyml convert` writes the file anew. */
function rewritten(bytes: Uint8Array): Promise<Uint8Array> {
  return toTflite(importTflite(bytes));
}

const dsCnnCalibration = arrayRecords(randomRecords(8, NETWORKS['ds-cnn'].input, 'calibration'));

/** With weights of 4 bits wherever they may be. */
function inInt4(graph: Graph, calibration: RecordSource): Promise<Uint8Array> {
  const names = graph.nodes.filter(isLinear).map(({ name }) => name);
  return toTflite(graph, { calibration, int4: { by: 'names', names } });
}

export const STANDALONE_NETWORKS = {
  hello_world: {
    label: 'hello_world_int8',
    targets: { instructions: 1_400, ram: 32, code: 1_536 },
    peers: 'TFLM 8,032, with CMSIS-NN 3,761',
    model: async () => sharedBytes('models/tflm/hello_world_int8.tflite'),
  },
  ad01: {
    label: 'ad01_int8',
    targets: { instructions: 430_000, ram: 256, code: 2_048 },
    peers: 'TFLM 4.07 M, with CMSIS-NN 584 k',
    model: async () => sharedBytes('models/mlperf-tiny/ad01_int8.tflite'),
  },
  'ds-cnn': {
    label: 'DS-CNN of 64 on 49×10',
    targets: { instructions: 4_900_000, ram: 9_500, code: 6_144 },
    peers: 'TFLM 259 M, with CMSIS-NN 7.70 M',
    model: () => toTflite(untrainedGraph(NETWORKS['ds-cnn']), { calibration: dsCnnCalibration }),
  },
  'ds-cnn-int4': {
    label: 'DS-CNN of 64 on 49×10, weights of 4 bits',
    targets: { instructions: 4_300_000, ram: 9_500, code: 6_144 },
    peers: 'with weights of 8 bits 3,709,559',
    model: () => inInt4(untrainedGraph(NETWORKS['ds-cnn']), dsCnnCalibration),
  },
  'autoencoder-int4': {
    label: 'autoencoder of 640, weights of 4 bits',
    targets: { instructions: 420_000, ram: 256, code: 2_048 },
    peers: 'with weights of 8 bits 377,371',
    model: () =>
      inInt4(
        untrainedGraph(NETWORKS.autoencoder),
        arrayRecords(randomRecords(8, NETWORKS.autoencoder.input, 'calibration')),
      ),
  },
  vww: {
    label: 'vww_96_int8, rewritten',
    targets: { instructions: 7_500_000, ram: 46_000, code: 8_192 },
    peers: 'TFLM 731 M, with CMSIS-NN 24.1 M (both of the file as it is)',
    model: async () => rewritten(sharedBytes('models/mlperf-tiny/vww_96_int8.tflite')),
  },
  micro_speech: {
    label: 'micro_speech',
    targets: { instructions: 750_000, ram: 4_400 },
    peers: 'TFLM 22.7 M, with CMSIS-NN 1.50 M',
    model: async () => sharedBytes('models/tflm/micro_speech_quantized.tflite'),
  },
  bottlenecks: {
    label: 'two bottleneck blocks of 64 on 16×16',
    targets: { instructions: 4_500_000, ram: 21_500, code: 6_144 },
    peers: 'without sums behind convolutions of one pixel 32,896 B',
    model: () =>
      toTflite(importKeras(bottlenecks()), {
        calibration: arrayRecords(randomRecords(8, BOTTLENECK_INPUT, 'calibration')),
      }),
  },
} as const satisfies Readonly<Record<string, MeasuredNetwork>>;
