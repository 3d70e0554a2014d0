/** What is damaged, and the commands that meet it: every format that tinyml reads, through the command line in this process. */

import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { main } from '../../src/cli/main.ts';
import { createRandom, type Random } from '../../src/core/random.ts';
import { writeNpy } from '../../src/data/records/npy.ts';
import { EVERYTHING } from '../formats/tensorflow/everything.ts';
import { graphBytes } from '../formats/tensorflow/graph-file.ts';
import { graphModelFiles } from '../formats/tensorflow/graph-model-file.ts';
import { savedModelFiles } from '../formats/tensorflow/saved-model-file.ts';
import { FROZEN_NODES, SAVED_MODEL } from '../formats/tensorflow/test-network.ts';

/** One kind of input. `argv` of a random command that reads `file` in a folder that holds it and its neighbours. */
interface MutationTarget {
  readonly name: string;
  /** How often it is chosen, beside the others. */
  readonly weight: number;
  /** Files that may be damaged, relative to the folder. */
  readonly files: readonly string[];
  argv(file: string, random: Random): readonly string[];
}

const pick = <T>(list: readonly T[], random: Random): T => list[random.below(list.length)];

function tfliteCommands(file: string, random: Random): readonly string[] {
  const original = file;
  return pick(
    [
      ['inspect', file, '--plan', '--json'],
      ['check', file, '--arena', '10k', '--flash', '1M', '--ops-for', 'chirale'],
      ['convert', file, '-o', 'out.tflite'],
      ['convert', file, '--tflm-only', '--plan', 'offline', '-o', 'out.tflite'],
      ['predict', file, '--value', '0.5'],
      ['predict', file, '--raw-input', 'raw.bin', '--raw-output', 'raw.out'],
      ['export-c', file, '--tflm', 'firmware', '--force'],
      ['export-c', file, '--arduino', 'sketch', '--force'],
      ['diff', file, join('originals', original)],
      ['explain', "Didn't find op for builtin opcode 'CONV_2D' version '3'", '--model', file],
    ],
    random,
  );
}

function floatCommands(file: string, random: Random): readonly string[] {
  return pick(
    [
      ['inspect', file],
      ['convert', file, '--float', '-o', 'out.tflite'],
      ['diff', file, file],
    ],
    random,
  );
}

export interface MutationFolder {
  /** Runs the command of one mutant and resolves to its exit code. */
  run(seed: number, index: number): Promise<{ readonly code: number; readonly what: string }>;
}

const INTERESTING = [0, 1, 2, 127, 128, 255, 256, 32767, 65535, 2 ** 24, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1];

function damage(bytes: Uint8Array, random: Random): void {
  const at = random.below(random.below(2) === 0 ? bytes.length : Math.min(bytes.length, 600));
  const way = random.below(4);
  if (way === 0) bytes[at] ^= 1 << random.below(8);
  else if (way === 1) bytes[at] = pick(INTERESTING, random) & 255;
  else if (way === 2 && at + 4 <= bytes.length) {
    new DataView(bytes.buffer, bytes.byteOffset).setUint32(at, pick(INTERESTING, random), true);
  } else bytes.copyWithin(at, random.below(bytes.length), random.below(bytes.length));
}

/** Digits and marks of text, so that what is damaged still parses. */
function damageText(bytes: Uint8Array, random: Random): void {
  const places = [...bytes.keys()].filter((at) => /[\d.,{}[\]":a-z-]/.test(String.fromCharCode(bytes[at])));
  const at = pick(places, random);
  bytes[at] = '0123456789-.eE[]{},:"nt'.charCodeAt(random.below(23));
}

/** A damaged copy: cut off, or with some bytes that are others; of text, most of them text. */
export function mutated(original: Uint8Array, isText: boolean, random: Random): Uint8Array {
  if (original.length === 0 || random.below(10) === 0)
    return original.slice(0, random.below(original.length + 1));
  const copy = Uint8Array.from(original);
  for (let change = 1 + random.below(5); change > 0; change--) {
    (isText && random.below(4) > 0 ? damageText : damage)(copy, random);
  }
  return copy;
}

function filesUnder(folder: string, inside: string): string[] {
  return readdirSync(join(folder, inside), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
}

async function command(cwd: string, argv: readonly string[]): Promise<{ code: number; stderr: string }> {
  let stderr = '';
  const code = await main(argv, {
    stdout: { write: () => true },
    stderr: { write: (text) => (stderr += String(text)) },
    cwd,
    env: {},
    signal: new AbortController().signal,
  });
  return { code, stderr };
}

/** Small models of TensorFlow; the names of their files. */
function writeTensorFlowModels(folder: string): Readonly<Record<'saved' | 'graph' | 'frozen', string[]>> {
  const write = (name: string, files: ReadonlyMap<string, Uint8Array>): string[] =>
    [...files].map(([path, bytes]) => {
      const file = join(name, path);
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), bytes);
      return file;
    });
  return {
    saved: write('saved', savedModelFiles(SAVED_MODEL, 'objects')),
    graph: write('graph', graphModelFiles(FROZEN_NODES)),
    frozen: write('.', new Map([['frozen.pb', graphBytes(EVERYTHING.nodes, EVERYTHING.functions)]])),
  };
}

const PROJECT = {
  seed: 3,
  dataset: { source: 'sine', samples: 40 },
  training: { epochs: 2 },
  quantization: { samples: 10 },
};

/** The undamaged inputs in an empty folder, from the fixtures of the tests. */
export async function makeMutationFolder(folder: string): Promise<MutationFolder> {
  const fixtures = (name: string): string => resolve('fixtures', name);
  const tflite = readdirSync(fixtures('tflm')).filter((name) => name.endsWith('.tflite'));
  mkdirSync(join(folder, 'originals'));
  for (const name of tflite) {
    cpSync(join(fixtures('tflm'), name), join(folder, name));
    cpSync(join(fixtures('tflm'), name), join(folder, 'originals', name));
  }
  for (const name of ['tiny.h5', 'tiny.keras', 'model.json', 'weights.bin']) {
    cpSync(join(fixtures('keras'), name), join(folder, name));
  }
  writeFileSync(join(folder, 'raw.bin'), new Uint8Array(1024));
  writeFileSync(join(folder, 'tinyml.config.json'), JSON.stringify(PROJECT));
  for (const [name, argv] of [
    ['project', ['convert', '-o', 'sine.tflite']],
    ['array', ['export-c', 'sine.tflite', '-o', 'array']],
  ] as const) {
    const { code, stderr } = await command(folder, argv);
    if (code !== 0) throw new Error(`${name}: ${stderr}`);
  }
  const values = Float32Array.from({ length: 8 }, (_, index) => index);
  writeFileSync(join(folder, 'x.npy'), writeNpy('float32', [8, 1], values));
  cpSync(join(folder, 'artifacts'), join(folder, 'originals/artifacts'), { recursive: true });
  const tensorflow = writeTensorFlowModels(folder);
  const targets: readonly MutationTarget[] = [
    { name: 'tflite', weight: 40, files: [...tflite, 'sine.tflite'], argv: tfliteCommands },
    { name: 'h5', weight: 8, files: ['tiny.h5'], argv: floatCommands },
    { name: 'keras', weight: 8, files: ['tiny.keras'], argv: floatCommands },
    {
      name: 'tfjs',
      weight: 10,
      files: ['model.json', 'weights.bin'],
      argv: (_, random) => floatCommands('model.json', random),
    },
    {
      name: 'saved-model',
      weight: 8,
      files: tensorflow.saved,
      argv: (_, random) => floatCommands('saved', random),
    },
    {
      name: 'graph-model',
      weight: 4,
      files: tensorflow.graph,
      argv: (_, random) => floatCommands('graph', random),
    },
    { name: 'frozen', weight: 8, files: tensorflow.frozen, argv: floatCommands },
    {
      name: 'npy',
      weight: 12,
      files: ['x.npy'],
      argv: (file, random) =>
        pick(
          [
            ['predict', 'sine.tflite', '--input', file],
            ['predict', 'sine.tflite', '--input', file, '-o', 'y.npy'],
            ['convert', 'sine.tflite', '--calibration', file, '-o', 'out.tflite'],
            ['diff', 'sine.tflite', 'sine.tflite', '--input', file],
          ],
          random,
        ),
    },
    {
      name: 'c',
      weight: 10,
      files: filesUnder(folder, 'array').filter((name) => !name.endsWith('.h')),
      argv: (file, random) =>
        pick(
          [
            ['inspect', file],
            ['export-c', file, '-o', 'array2'],
          ],
          random,
        ),
    },
    {
      name: 'config',
      weight: 8,
      files: ['tinyml.config.json'],
      argv: (_, random) =>
        pick(
          [
            ['check', 'sine.tflite', '--flash', '1M'],
            ['inspect', 'tiny.h5'],
          ],
          random,
        ),
    },
    {
      name: 'artifacts',
      weight: 2,
      files: filesUnder(folder, 'artifacts'),
      argv: (_, random) => pick([['dataset'], ['convert'], ['evaluate'], ['check', '--flash', '1M']], random),
    },
  ];
  const lots = targets.flatMap((target) => Array<MutationTarget>(target.weight).fill(target));
  return {
    async run(seed, index) {
      const random = createRandom(seed, `mutant ${index}`);
      const target = pick(lots, random);
      const file = pick(target.files, random);
      const path = join(folder, file);
      const original = readFileSync(path);
      const isText = /\.(json|cc|cpp|txt)$|latest$/.test(file);
      const argv = target.argv(file, random);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, mutated(original, isText, random));
      try {
        const { code, stderr } = await command(folder, argv);
        const end = code === 70 ? `\n${stderr}` : '';
        return { code, what: `${file}: tinyml ${argv.join(' ')}${end}` };
      } finally {
        if (target.name === 'artifacts') {
          rmSync(join(folder, 'artifacts'), { recursive: true, force: true });
          cpSync(join(folder, 'originals/artifacts'), join(folder, 'artifacts'), { recursive: true });
        } else writeFileSync(path, original);
      }
    },
  };
}
