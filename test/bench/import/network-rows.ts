/** Rows that every recorded network has, whatever it was read from. */

import { TinymlError } from '../../../src/core/errors.ts';
import type { FloatArray } from '../../../src/data/records/float-array.ts';
import { recordLength } from '../../../src/data/records/float-array.ts';
import { arrayRecords } from '../../../src/data/records/records.ts';
import type { Imported } from '../../../src/formats/importer.ts';
import { readTflite } from '../../../src/formats/tflite/read.ts';
import { convertModel } from '../../../src/models/convert/convert-model.ts';
import { ONE_THREAD } from '../convert.ts';
import { atLeast, atMost, type Outcome, type Row, type Target } from '../row.ts';
import {
  importShared,
  noiseOf,
  recordsOf,
  relativeErrorOf,
  runRecords,
  type SharedFolder,
} from './recorded.ts';

/** Of the largest recorded value. */
const MOST_ERROR = 1e-5;

export interface RecordedNetwork {
  readonly label: string;
  /** Where the model is. */
  readonly folder: SharedFolder;
  /** Where its inputs and outputs are, if not there. */
  readonly records?: SharedFolder;
  /** Every record finds the states as a reset leaves them. */
  readonly resets: boolean;
}

const words = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** What a measurement gives, or that tinyml refuses it and how. */
async function orRefused(
  name: string,
  unit: string,
  target: Target,
  measure: () => Promise<Row>,
): Promise<Outcome> {
  try {
    return await measure();
  } catch (error) {
    if (!(error instanceof TinymlError)) throw error;
    return { name, refused: 'refused', unit, target, how: words(error) };
  }
}

interface Ends {
  readonly inputs: readonly FloatArray[];
  readonly outputs: readonly FloatArray[];
}

function endsOf({ folder, records = folder }: RecordedNetwork, imported: Imported): Ends {
  const { graph, inputOrders, outputOrders } = imported;
  const inputs = recordsOf(records, 'x', graph.inputs.length, inputOrders);
  const outputs = recordsOf(records, 'y', graph.outputs.length, outputOrders);
  if (inputs === undefined || outputs === undefined) throw new Error(`${records} lacks records`);
  return { inputs, outputs };
}

/** The largest error of all files of a network. */
export function floatRow(network: RecordedNetwork, files: readonly string[]): Promise<Outcome> {
  const name = `${network.label}, float error`;
  return orRefused(name, '', atMost(MOST_ERROR), async () => {
    const errors: number[] = [];
    let count = 0;
    for (const file of files) {
      const imported = await importShared(network.folder, file);
      const { inputs, outputs } = endsOf(network, imported);
      count = inputs[0].shape[0];
      errors.push(relativeErrorOf(runRecords(imported.graph, inputs, network.resets), outputs));
    }
    return {
      name,
      value: Math.max(...errors),
      unit: '',
      target: atMost(MOST_ERROR),
      how: `largest error over largest value, ${files.length === 1 ? files[0] : `${files.length} files`}, ${count} records`,
    };
  });
}

/** The records of several inputs lie side by side. */
function sideBySide(arrays: readonly FloatArray[]): FloatArray {
  if (arrays.length === 1) return arrays[0];
  const [count] = arrays[0].shape;
  const lengths = arrays.map(recordLength);
  const width = lengths.reduce((sum, length) => sum + length, 0);
  const data = new Float32Array(count * width);
  for (let row = 0; row < count; row++) {
    let at = row * width;
    for (const [index, length] of lengths.entries()) {
      data.set(arrays[index].data.subarray(row * length, (row + 1) * length), at);
      at += length;
    }
  }
  return { shape: [count, width], data };
}

/** What a peer reaches, by its name. */
export interface Int8Peer {
  /** `onnxruntime, per channel` */
  readonly name: string;
  /** dB, for each output. */
  readonly noise: readonly number[];
  /** So many dB below it are no fault. */
  readonly allowance: number;
  /** Of its file. */
  readonly bytes?: number;
}

export interface Int8Limits {
  readonly peer?: Int8Peer | undefined;
  /** dB that every output reaches where there is no peer. */
  readonly reach: number;
  /** Of the equivalent network. */
  readonly operators?: number | undefined;
}

export interface Int8Outcome {
  readonly rows: readonly Outcome[];
  /** dB above the peer, of the output where that is least. */
  readonly gain?: number;
}

interface Measured {
  readonly bytes: number;
  readonly operators: number;
  readonly transposes: number;
  readonly noise: readonly number[];
}

async function measureInt8(
  network: RecordedNetwork,
  file: string,
  densePerChannel: boolean,
): Promise<Measured> {
  const imported = await importShared(network.folder, file);
  const { inputs, outputs } = endsOf(network, imported);
  const { records = network.folder } = network;
  const calibrating = recordsOf(records, 'x_calib', imported.graph.inputs.length, imported.inputOrders);
  const calibration = calibrating && { calibration: arrayRecords(sideBySide(calibrating)) };
  const { bytes } = await convertModel(imported.graph, { ...calibration, densePerChannel }, ONE_THREAD);
  const { graph } = readTflite(bytes);
  return {
    bytes: bytes.length,
    operators: graph.nodes.length,
    transposes: graph.nodes.filter(({ kind }) => kind === 'transpose').length,
    noise: noiseOf(runRecords(graph, inputs, network.resets), outputs),
  };
}

const decibels = (noise: readonly number[]): string => noise.map((value) => value.toFixed(1)).join(' and ');

/** Noise, bytes, operators and transposes of a file as `tinyml convert --int8` writes it, Dense layers as said. */
export async function int8Rows(
  network: RecordedNetwork,
  file: string,
  densePerChannel: boolean,
  { peer, reach, operators }: Int8Limits,
): Promise<Int8Outcome> {
  const label = `${network.label}${densePerChannel ? '' : ', Dense per tensor'}`;
  const least = peer === undefined ? reach : Math.min(...peer.noise) - peer.allowance;
  let measured: Measured;
  try {
    measured = await measureInt8(network, file, densePerChannel);
  } catch (error) {
    if (!(error instanceof TinymlError)) throw error;
    const refused = { name: `${label}, SQNR`, refused: 'refused', unit: 'dB', target: atLeast(least) };
    return { rows: [{ ...refused, how: words(error) }] };
  }
  const { noise, bytes, transposes } = measured;
  const gains = noise.map((value, output) => value - (peer?.noise[output] ?? reach));
  const worst = gains.indexOf(Math.min(...gains));
  const theirs = peer === undefined ? '' : `; ${peer.name}: ${decibels(peer.noise)} dB`;
  const rows: Outcome[] = [
    {
      name: `${label}, SQNR`,
      value: noise[worst],
      unit: 'dB',
      target: atLeast((peer?.noise[worst] ?? reach) - (peer?.allowance ?? 0)),
      how: `int8 of ${file} against its recorded outputs: ${decibels(noise)} dB${theirs}`,
    },
    {
      name: `${label}, file`,
      value: bytes,
      unit: 'B',
      ...(peer?.bytes !== undefined && { target: atMost(peer.bytes) }),
      how: peer?.bytes === undefined ? 'int8' : `the target are the bytes of ${peer.name}`,
    },
  ];
  if (densePerChannel) {
    rows.push({
      name: `${label}, operators`,
      value: measured.operators,
      unit: '',
      ...(operators !== undefined && { target: atMost(operators) }),
      how: 'of the int8 file; the target are those of the network written in Keras',
    });
    rows.push({
      name: `${label}, transposes`,
      value: transposes,
      unit: '',
      target: atMost(0),
      how: 'TRANSPOSE in it',
    });
  }
  return { rows, ...(peer !== undefined && { gain: gains[worst] }) };
}
