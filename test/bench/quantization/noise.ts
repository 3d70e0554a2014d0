/** Noise of int8 files against the float model, by recipe and by split of the records. */

import { readTflite } from '../../../src/formats/tflite/read.ts';
import { convertModel } from '../../../src/models/convert/convert-model.ts';
import type { RecipeName } from '../../../src/models/quantize/method-names.ts';
import { runReal } from '../../../src/models/run/real-runner.ts';
import { sqnr } from '../../../src/models/score/sqnr.ts';
import { ONE_THREAD } from '../convert.ts';
import { atLeast, type Row } from '../row.ts';
import {
  labelOf,
  loadNetwork,
  NETWORK_FORMS,
  type Network,
  type NetworkForm,
  type Split,
} from './networks.ts';

/** Other splits may be so much below what is to be reached, in dB. */
const OTHER_SPLITS = 1;
/** dB above TensorFlow, in the mean. */
const MEAN_GAIN = 4.5;

async function noiseOf(
  { graph }: Network,
  { calibration, inputs, outputs }: Split,
  { densePerChannel }: NetworkForm,
  method: RecipeName,
): Promise<number> {
  const { bytes } = await convertModel(graph, { calibration, densePerChannel, method }, ONE_THREAD);
  return sqnr(runReal(readTflite(bytes).graph, inputs).data, outputs.data);
}

interface Measured {
  readonly label: string;
  readonly form: NetworkForm;
  /** dB of the official split. */
  readonly noise: Readonly<Record<RecipeName, number>>;
}

async function officialNoise(label: string, network: Network, form: NetworkForm): Promise<Measured> {
  const by = (method: RecipeName): Promise<number> => noiseOf(network, network.official, form, method);
  return {
    label,
    form,
    noise: { default: await by('default'), fast: await by('fast'), tensorflow: await by('tensorflow') },
  };
}

function officialRows({ label, form: { theirs, reach }, noise }: Measured): Row[] {
  const peer =
    theirs === undefined ? '' : `; TensorFlow 2.21's file in TensorFlow Lite Micro reaches ${theirs} dB`;
  return [
    {
      name: `${label}, default`,
      value: noise.default,
      unit: 'dB',
      target: atLeast(reach),
      how: `int8 against Keras${peer}`,
    },
    {
      name: `${label}, fast`,
      value: noise.fast,
      unit: 'dB',
      how: 'the same',
    },
    {
      name: `${label}, tensorflow`,
      value: noise.tensorflow,
      unit: 'dB',
      how: 'the same',
    },
  ];
}

/** Of the forms that TensorFlow has figures of. */
function gainRows(all: readonly Measured[]): Row[] {
  const gains = all.flatMap(({ label, form: { theirs }, noise }) =>
    theirs === undefined ? [] : [{ label, gain: noise.default - theirs }],
  );
  const least = gains.reduce((a, b) => (b.gain < a.gain ? b : a));
  return [
    {
      name: 'default against TensorFlow, mean',
      value: gains.reduce((sum, { gain }) => sum + gain, 0) / gains.length,
      unit: 'dB',
      target: atLeast(MEAN_GAIN),
      how: `of ${gains.length} files`,
    },
    {
      name: 'default against TensorFlow, least',
      value: least.gain,
      unit: 'dB',
      target: atLeast(0),
      how: least.label,
    },
    leastRow('default against the recipe tensorflow, least', all, 'default'),
    leastRow('fast against the recipe tensorflow, least', all, 'fast'),
  ];
}

function leastRow(name: string, all: readonly Measured[], recipe: RecipeName): Row {
  const gainOf = ({ noise }: Measured): number => noise[recipe] - noise.tensorflow;
  const least = all.reduce((a, b) => (gainOf(b) < gainOf(a) ? b : a));
  return { name, value: gainOf(least), unit: 'dB', target: atLeast(0), how: least.label };
}

/** The official split of every network, by every recipe. */
export async function official(): Promise<Row[]> {
  const all: Measured[] = [];
  for (const [name, forms] of Object.entries(NETWORK_FORMS)) {
    const network = await loadNetwork(name);
    for (const form of forms) all.push(await officialNoise(labelOf(name, form), network, form));
  }
  return [...all.flatMap(officialRows), ...gainRows(all)];
}

async function otherRow(label: string, network: Network, form: NetworkForm, index: number): Promise<Row> {
  const split = network.others[index];
  const plain = await noiseOf(network, split, form, 'tensorflow');
  return {
    name: `${label}, split ${index + 1}`,
    value: await noiseOf(network, split, form, 'default'),
    unit: 'dB',
    target: atLeast(Math.min(form.reach - OTHER_SPLITS, plain)),
    how: `int8 against float, default recipe; ${form.reach - OTHER_SPLITS} dB, or better than ${plain.toFixed(2)} dB of the recipe tensorflow`,
  };
}

/** Two random splits of the same records. */
export async function otherSplits(): Promise<Row[]> {
  const rows: Row[] = [];
  for (const [name, forms] of Object.entries(NETWORK_FORMS)) {
    const network = await loadNetwork(name);
    for (const form of forms) {
      for (const index of network.others.keys())
        rows.push(await otherRow(labelOf(name, form), network, form, index));
    }
  }
  return rows;
}
