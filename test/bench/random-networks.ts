/** Random networks as int8: loaded by TensorFlow Lite, and compared with it, with float, and with plain quantization. */

import { resolve } from 'node:path';
import { TinymlError } from '../../src/core/errors.ts';
import { measureNetwork, type NetworkMeasure } from '../random-networks/measure.ts';
import { randomNetwork } from '../random-networks/random-network.ts';
import { loadRuntime } from '../runtime/tflite-runtime.ts';
import { atLeast, atMost, type Outcome, type Row, type Section } from './row.ts';

const NETWORKS = 300;
/** Where plain quantization is above the first, ours must not be below the second, in dB. */
const GOOD = 25;
const LEAST = 15;
/** Between TensorFlow Lite, which rounds once, and TFLM, which rounds twice, in dB. */
const ROUNDING = 1;
/** So many networks of few outputs are further apart: their TANH and MEAN differ by one step. */
const FURTHER_APART = 3;

interface Measured extends NetworkMeasure {
  readonly seed: number;
  readonly layers: string;
}

interface Failed {
  readonly seed: number;
  readonly reason: string;
  /** A sentence of tinyml's own. */
  readonly refused: boolean;
}

async function measured(seed: number, runtime: ReturnType<typeof loadRuntime>): Promise<Measured | Failed> {
  const network = randomNetwork(seed);
  try {
    return { ...(await measureNetwork(network, runtime)), seed, layers: network.layers.join(' ') };
  } catch (error) {
    const refused = error instanceof TinymlError && error.kind === 'unsupported';
    return { seed, reason: error instanceof Error ? error.message : String(error), refused };
  }
}

function decibel(value: number): string {
  return `${value.toFixed(1)} dB`;
}

/** Networks of constant zeros have no signal. */
function isComparable({ largest, ours, plain }: Measured): boolean {
  return largest > 0 && !Number.isNaN(ours) && !Number.isNaN(plain);
}

function isPoor({ ours, plain }: Measured): boolean {
  return plain > GOOD && ours < LEAST;
}

function countRow(name: string, seeds: readonly number[], how: string, target?: Row['target']): Row {
  const which = seeds.length === 0 ? '' : `; seeds ${seeds.join(', ')}`;
  return {
    name,
    value: seeds.length,
    unit: '',
    how: `${how}${which}`,
    ...(target === undefined ? {} : { target }),
  };
}

function seedsOf(list: readonly { readonly seed: number }[]): number[] {
  return list.map(({ seed }) => seed);
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}

function summary(networks: readonly Measured[], failed: readonly Failed[]): Row[] {
  const compared = networks.filter(isComparable);
  const loaded = networks.filter(({ theirs }) => theirs !== undefined);
  const apart = loaded.filter(
    (network) => isComparable(network) && Math.abs((network.theirs as number) - network.ours) > ROUNDING,
  );
  return [
    countRow(
      `of ${NETWORKS} networks, failed`,
      seedsOf(failed.filter(({ refused }) => !refused)),
      'not converted, or not loaded by TensorFlow Lite',
      atMost(0),
    ),
    countRow(
      `of ${NETWORKS} networks, refused with a sentence`,
      seedsOf(failed.filter(({ refused }) => refused)),
      'by tinyml, before anything was written',
    ),
    countRow(
      `of ${loaded.length} files in TensorFlow Lite, other noise than ours`,
      seedsOf(apart),
      `more than ${ROUNDING} dB between the two: one step that TANH or MEAN rounds otherwise than TFLM`,
      atMost(FURTHER_APART),
    ),
    countRow(
      `below ${LEAST} dB, where plain quantization is above ${GOOD} dB`,
      seedsOf(compared.filter(isPoor)),
      "SQNR against float; plain quantization is TensorFlow's rules alone",
      atMost(0),
    ),
    {
      name: 'median SQNR',
      value: median(compared.map(({ ours }) => ours)),
      unit: 'dB',
      how: `of ${compared.length} networks; plain quantization ${decibel(median(compared.map(({ plain }) => plain)))}`,
    },
  ];
}

function networkRow(network: Measured): Row {
  const { seed, layers, ours, plain, theirs } = network;
  const other = theirs === undefined ? '' : `, TensorFlow Lite ${decibel(theirs)}`;
  return {
    name: `network ${seed}`,
    value: ours,
    unit: 'dB',
    how: `plain quantization ${decibel(plain)}${other}; ${layers}`,
    ...(plain > GOOD ? { target: atLeast(LEAST) } : {}),
  };
}

async function quantized(): Promise<Outcome[]> {
  const runtime = loadRuntime(resolve('test/runtime'));
  const results: (Measured | Failed)[] = [];
  for (let seed = 1; seed <= NETWORKS; seed++) results.push(await measured(seed, runtime));
  const networks = results.filter((result) => 'ours' in result);
  const failed = results.filter((result) => 'reason' in result);
  return [
    ...summary(networks, failed),
    ...(runtime.ok ? [] : [{ name: 'TensorFlow Lite', why: runtime.why }]),
    ...failed.map(({ seed, reason }) => ({ name: `network ${seed}`, why: reason })),
    ...networks.filter(isComparable).map(networkRow),
  ];
}

export const randomNetworks: Section = { quantized };
