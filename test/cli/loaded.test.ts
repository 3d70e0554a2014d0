/** What commands load before they do anything: every file costs time, whoever waits. */

import { expect, it } from 'vitest';
import { loadedBy } from '../loaded-by.ts';

it('--version loads no package, and one file', () => {
  expect(loadedBy('bin.ts')).toEqual({ files: ['bin.ts', 'core/version.ts'], packages: [] });
});

it('the list of commands loads commander, and none of their options', () => {
  const { files, packages } = loadedBy('cli/entry.ts');
  expect(packages).toEqual(['commander', 'node:fs']);
  expect(files.filter((file) => !/^(?:artifacts|core)\//.test(file))).toEqual([
    'cli/command-list.ts',
    'cli/commands/command-line-error.ts',
    'cli/declarations.ts',
    'cli/entry.ts',
    'cli/main.ts',
    'cli/program.ts',
    'cli/render/printable.ts',
  ]);
});

it('converting a file loads no method of quantization, no interpreter and no planner', () => {
  const { files } = loadedBy('cli/actions/convert/convert-action.ts', 'cli/terminal/session.ts');
  const needless =
    /^(?:passes\/quantize\/rounding|passes\/streaming|interpreter|kernels\/simd\/generated|planner\/plan-)/;
  expect(files.filter((file) => needless.test(file))).toEqual([]);
});

it('converting a file loads the reader of no format, and of a project what says how files are converted', () => {
  const { files, packages } = loadedBy('cli/actions/convert/convert-action.ts', 'cli/terminal/session.ts');
  expect(files.filter((file) => /^(?:stages|training|data\/(?!records|samples).*)\//.test(file))).toEqual([
    'data/sources/source-names.ts',
    'stages/config/config-file.ts',
    'stages/config/conversion-config.ts',
    'stages/declared-data.ts',
  ]);
  const ofFormats = files.filter((file) => /^formats\/(?:hdf5|keras|onnx|tensorflow|tfjs)/.test(file));
  expect(ofFormats).toEqual(['formats/onnx/recognize.ts', 'formats/tensorflow/recognize.ts']);
  expect(packages.filter((name) => /^(?:@bufbuild|h5wasm)/.test(name))).toEqual([]);
});

it.each(['inspect', 'predict'])(
  '%s of a file loads no stage of a project, and nothing that trains',
  (command) => {
    const { files, packages } = loadedBy(`cli/actions/${command}-action.ts`);
    expect(files.filter((file) => /^training\/|^stages\/(?!config\/|declared-data)/.test(file))).toEqual([]);
    expect(packages.filter((name) => name.startsWith('d3-'))).toEqual([]);
  },
);
