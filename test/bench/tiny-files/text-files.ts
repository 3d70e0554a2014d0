/** Samples, C arrays, project files, manifests and logs of a few hundred bytes that ask for much. */

import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { NPY_MARK } from '../../../src/data/records/npy-layout.ts';
import { writeTflite } from '../../../src/formats/tflite/write.ts';
import { int8, TestGraph } from '../../formats/tflite/models.ts';
import { type HostileFile, TINY_BYTES } from './hostile-file.ts';

const MODEL = 'm.tflite';
const ROOM = TINY_BYTES - 40;

/** Takes and gives one number. */
function smallModel(): Uint8Array {
  const graph = new TestGraph();
  const type = int8([1, 1], 0.05, 3);
  return writeTflite(graph.build(graph.node('abs', {}, [graph.input(type)], graph.value(type))));
}

function npy(shape: string, dtype = '<f4', fortran = 'False'): Uint8Array {
  const header = `{'descr': '${dtype}', 'fortran_order': ${fortran}, 'shape': (${shape}), }`.padEnd(117);
  const bytes = new Uint8Array(128);
  bytes.set([...NPY_MARK, 1, 0, 118, 0]);
  bytes.set(new TextEncoder().encode(`${header}\n`), 10);
  return bytes;
}

const nested = (depth: number, inside = ''): string => '['.repeat(depth) + inside + ']'.repeat(depth);

const SAMPLES: Readonly<Record<string, Uint8Array | string>> = {
  'huge.npy': npy('1000000000, 1'),
  'wide.npy': npy('1, 1000000000000'),
  'none.npy': npy('0, 9007199254740991'),
  'hollow.npy': npy('9007199254740991, 0'),
  'fortran.npy': npy('0, 4294967296', '<f8', 'True'),
  'axes.npy': npy('1, '.repeat(20)),
  'commas.csv': ','.repeat(ROOM),
  'lines.csv': '\n'.repeat(ROOM),
  'digits.csv': '9'.repeat(ROOM),
  'quotes.csv': '"'.repeat(ROOM),
  'powers.csv': '1e999999999\n'.repeat(ROOM / 12),
  'nested.json': nested(ROOM / 2),
  'numbers.json': nested(200, '1e308'),
  'empty.json': `[${'[],'.repeat(ROOM / 3 - 2)}[]]`,
};

/** Files of inputs, wherever such files are asked for. */
export function sampleFiles(): readonly HostileFile[] {
  const model = smallModel();
  const float = readFileSync(resolve('fixtures/keras/tiny.h5'));
  return Object.entries(SAMPLES).map(([name, content]) => ({
    name,
    files: { [name]: content, [MODEL]: model, 'float.h5': float },
    commands: [
      ['predict', MODEL, '--input', name],
      ['predict', MODEL, '--input', name, '-o', 'y.npy'],
      ['predict', MODEL, '--raw-input', name, '--raw-output', 'y.bin'],
      ['diff', MODEL, MODEL, '--input', name],
      ['convert', 'float.h5', '--calibration', name, '-o', 'out.tflite'],
      ['inspect', name],
    ],
  }));
}

const HEX = '0x1c,';
const ARRAYS: Readonly<Record<string, string>> = {
  'huge.cc': `const unsigned char a[4294967295] = {${HEX.repeat(150)}};`,
  'open.cc': `const unsigned char a[] = {${HEX.repeat(190)}`,
  'braces.cc': `const unsigned char a[] = ${'{'.repeat(ROOM - 30)}`,
  'comments.cc': '/*'.repeat(ROOM / 2),
  'strings.cc': '"\\'.repeat(ROOM / 2),
  'macros.h': '#define a a \\\n'.repeat(ROOM / 14),
  'names.cc': 'const unsigned char a'.repeat(ROOM / 21),
};

const CHECK = ['check', MODEL, '--flash', '1M'];
const PROJECT_COMMANDS = [
  CHECK,
  ['inspect', 'float.h5'],
  ['convert', 'float.h5', '--float', '-o', 'out.tflite'],
  ['dataset'],
];
const layers = (...list: readonly object[]): string => JSON.stringify({ model: { layers: list } });
const dense = (units: number): object => ({ type: 'Dense', units });
const CONFIGS: Readonly<Record<string, string>> = {
  nested: nested(ROOM / 2),
  'nested dataset': `{"dataset":${nested(ROOM / 2 - 12)}}`,
  'nested layers': `{"model":{"layers":${nested(ROOM / 2 - 30)}}}`,
  'one long name': JSON.stringify({ export: { name: 'a'.repeat(ROOM - 50) } }),
  'wrong everywhere': `{${Array.from({ length: 90 }, (_, index) => `"x${index}":[]`).join(',')}}`,
  'sizes of digits': JSON.stringify({ check: { flash: '9'.repeat(ROOM - 50) } }),
};
/** Networks that nobody has memory for; they are refused before they are made. */
const NETWORKS: Readonly<Record<string, string>> = {
  'a billion units': layers(dense(1e9), dense(1)),
  'many weights': layers(dense(1e5), dense(1e5), dense(1)),
  'twenty wide layers': layers(...Array.from({ length: 20 }, () => dense(1e6)), dense(1)),
  'long repeats': layers({ type: 'Reshape', targetShape: [1, 1e9] }, dense(1)),
};

const DIGEST = '0'.repeat(64);
const manifest = (more: object): string =>
  JSON.stringify({
    format: 'tinyml/dataset@1',
    stage: 'dataset',
    digest: DIGEST,
    options: {},
    seed: 1,
    tool: 'tinyml@0.1.0',
    inputs: [],
    files: [],
    metrics: {},
    interrupted: false,
    provenance: { createdAt: '', seconds: 0, overrides: {} },
    ...more,
  });
const MANIFESTS: Readonly<Record<string, string>> = {
  'nested manifest': nested(ROOM / 2),
  'nested options': manifest({ options: JSON.parse(nested(200)) }),
  'a file of petabytes': manifest({ files: [{ path: 'x_train.npy', bytes: 2 ** 50, sha256: DIGEST }] }),
  'not even text': '\u0000'.repeat(ROOM),
};
/** Ten samples and one epoch, so that only the manifest is to blame. */
const QUICK = JSON.stringify({ dataset: { source: 'sine', samples: 20 }, training: { epochs: 1 } });

const LOGS: Readonly<Record<string, string>> = {
  'self-tests': 'tinyml self-test '.repeat(ROOM / 17),
  letters: 'a'.repeat(ROOM),
  spaces: ' '.repeat(ROOM),
  hashes: '##['.repeat(ROOM / 3),
  messages: "Didn't find op for builtin opcode '".repeat(ROOM / 35),
  paths: 'a/b\\c.cpp:'.repeat(ROOM / 10),
  digits: '1234567890'.repeat(ROOM / 10),
};

/** All the other texts. */
export function projectFiles(): readonly HostileFile[] {
  const model = smallModel();
  const float = readFileSync(resolve('fixtures/keras/tiny.h5'));
  const project = (name: string, config: string, commands: HostileFile['commands']): HostileFile => ({
    name,
    files: { 'tinyml.config.json': config, [MODEL]: model, 'float.h5': float },
    commands,
  });
  return [
    ...Object.entries(ARRAYS).map(([name, text]) => ({
      name,
      files: { [name]: text },
      commands: [
        ['inspect', name],
        ['export-c', name, '-o', 'array'],
        ['convert', name, '-o', 'out.tflite'],
      ],
    })),
    ...Object.entries(CONFIGS).map(([name, config]) => project(name, config, PROJECT_COMMANDS)),
    ...Object.entries(NETWORKS).map(([name, config]) => project(name, config, [CHECK, ['train']])),
    ...Object.entries(MANIFESTS).map(([name, text]) => ({
      name,
      files: {
        'tinyml.config.json': QUICK,
        'artifacts/dataset/latest': 'v\n',
        'artifacts/dataset/v/manifest.json': text,
      },
      commands: [['dataset'], ['train'], ['clean']],
    })),
    ...Object.entries(LOGS).map(([name, text]) => ({
      name: `log of ${name}`,
      files: { 'board.log': text, [MODEL]: model },
      commands: [
        ['verify', 'board.log'],
        ['verify', 'board.log', '--model', MODEL],
        ['explain', text],
      ],
    })),
  ];
}
