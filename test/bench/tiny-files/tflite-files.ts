/** Models of a few hundred bytes: recorded ones on inputs of many megabytes, damaged ones, and some made to be costly. */

import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { TinymlError } from '../../../src/core/errors.ts';
import type { Random } from '../../../src/core/random.ts';
import { elementBytes, elementCount, type TensorType } from '../../../src/core/tensor.ts';
import { writeNpy } from '../../../src/data/records/npy.ts';
import { readTflite } from '../../../src/formats/tflite/read.ts';
import { writeTflite } from '../../../src/formats/tflite/write.ts';
import { type Graph, getValue } from '../../../src/ir/graph.ts';
import { float32, int8, TestGraph } from '../../formats/tflite/models.ts';
import { mutated } from '../mutation-targets.ts';
import { enlarged } from './enlarge.ts';
import { type HostileFile, TINY_BYTES } from './hostile-file.ts';

const MODEL = 'm.tflite';
const RECORDED = resolve('fixtures/tflm');
/** What its tensors take together: nearly the most that is computed, and far above that. */
const SIZES = [2 ** 21, 2 ** 33];
const MOST_SAMPLES_BYTES = 2 ** 26;

const COMMANDS: readonly (readonly string[])[] = [
  ['inspect', MODEL, '--plan'],
  ['check', MODEL, '--arena', '10k', '--flash', '1M', '--ops-for', 'chirale'],
  ['convert', MODEL, '-o', 'out.tflite'],
  ['convert', MODEL, '--tflm-only', '--plan', 'offline', '--library', 'chirale', '-o', 'out.tflite'],
  ['convert', MODEL, '--float', '-o', 'out.tflite'],
  ['predict', MODEL, '--value', '0.5'],
  ['export-c', MODEL, '-o', 'array'],
  ['export-c', MODEL, '--tflm', 'firmware'],
  ['export-c', MODEL, '--arduino', 'sketch'],
  ['diff', MODEL, MODEL],
  ['explain', "Didn't find op for builtin opcode 'CONV_2D' version '3'", '--model', MODEL],
];

/** One record for every way of giving samples, where there is one input. */
function withSamples(bytes: Uint8Array): Pick<HostileFile, 'files' | 'commands'> {
  const types = inputTypes(bytes);
  const length = types.reduce((sum, type) => sum + elementCount(type.shape) * elementBytes(type.dtype), 0);
  const [first] = types;
  if (first === undefined || length > MOST_SAMPLES_BYTES) return { files: {}, commands: [] };
  const raw = { 'raw.bin': new Uint8Array(length) };
  const commands = [['predict', MODEL, '--raw-input', 'raw.bin', '--raw-output', 'raw.out']];
  if (types.length > 1 || first.dtype === 'int32') return { files: raw, commands };
  const shape = [1, ...first.shape.slice(1)];
  return {
    files: { ...raw, 'x.npy': writeNpy('float32', shape, new Float32Array(elementCount(shape)).fill(0.5)) },
    commands: [
      ...commands,
      ['predict', MODEL, '--input', 'x.npy', '-o', 'y.npy'],
      ['convert', MODEL, '--int8', '--calibration', 'x.npy', '-o', 'out.tflite'],
      ['diff', MODEL, MODEL, '--input', 'x.npy'],
    ],
  };
}

function inputTypes(bytes: Uint8Array): readonly TensorType[] {
  try {
    const { graph } = readTflite(bytes);
    return graph.inputs.map((id) => getValue(graph, id).type);
  } catch (error) {
    if (error instanceof TinymlError) return [];
    throw error;
  }
}

function hostile(name: string, bytes: Uint8Array): HostileFile {
  const samples = withSamples(bytes);
  return { name, files: { [MODEL]: bytes, ...samples.files }, commands: [...COMMANDS, ...samples.commands] };
}

/** A constant of one element, spread over the whole input. */
function spreadConstant(length: number): Graph {
  const graph = new TestGraph();
  const shape = [1, length];
  const input = graph.input(float32(...shape));
  const one = graph.constant(float32(1, 1));
  const spread = graph.node('broadcast_to', { shape }, [one], graph.value(float32(...shape)));
  return graph.build(
    graph.node('add', { activation: 'none' }, [input, spread], graph.value(float32(...shape))),
  );
}

/** As many operators as fit on one large tensor. */
function chain(type: TensorType, operators: number): Graph {
  const graph = new TestGraph();
  let value = graph.input(type);
  for (let made = 0; made < operators; made++) value = graph.node('abs', {}, [value], graph.value(type));
  return graph.build(value);
}

/** What one weight and many pixels, or many channels without weights, make of the passes and of the interpreter. */
const MADE: Readonly<Record<string, () => Graph>> = {
  'broadcast constant': () => spreadConstant(2 ** 17),
  'two int8 tensors': () => chain(int8([1, 1.2e6], 0.05, 3), 1),
  'two int8 tensors of pixels': () => chain(int8([1, 1200, 1000, 1], 0.05, 3), 1),
  'two int8 tensors of channels': () => chain(int8([1, 1, 1, 1.2e6], 0.05, 3), 1),
  'eight int8 tensors of channels': () => chain(int8([1, 1, 1, 2 ** 18], 0.05, 3), 7),
  'two float tensors': () => chain(float32(1, 280_000), 1),
  'two float tensors of pixels': () => chain(float32(1, 500, 560, 1), 1),
  'eight float tensors of channels': () => chain(float32(1, 1, 1, 70_000), 7),
  'more than is computed': () => chain(int8([1, 2 ** 24], 0.05, 3), 1),
};

function recordedNames(): readonly string[] {
  return readdirSync(RECORDED).filter((name) => name.endsWith('.tflite'));
}

const recorded = (name: string): Uint8Array => readFileSync(resolve(RECORDED, name));

/** Those that were thought of. */
export function madeTflite(): readonly HostileFile[] {
  return Object.entries(MADE).map(([name, make]) => hostile(name, writeTflite(make())));
}

/** A recorded model that is under 1 KB with one axis of its inputs as long as it can be. */
export function enlargedTflite(random: Random): HostileFile {
  const names = recordedNames();
  for (;;) {
    const name = names[random.below(names.length)];
    const axis = random.below(4);
    const size = SIZES[random.below(SIZES.length)];
    const larger = enlarged(recorded(name), axis, size);
    if (larger === undefined || larger.length > TINY_BYTES) continue;
    return hostile(`${name}, axis ${axis} to 2^${Math.log2(size)} bytes`, larger);
  }
}

/** A recorded model with a few bytes that are others. */
export function mutantTflite(random: Random): HostileFile {
  const names = recordedNames();
  const name = names[random.below(names.length)];
  const bytes = mutated(recorded(name), false, random).slice(0, TINY_BYTES);
  return hostile(`damaged ${name}`, bytes);
}
