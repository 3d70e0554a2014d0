/** Firmware of models with resource variables, whose application makes room for them. */

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { writeTflite } from '../../src/formats/tflite/write.ts';
import { int8, TestGraph } from '../formats/tflite/models.ts';
import { resourceOperators } from '../formats/tflite/recurrent-models.ts';
import { makeFolder, removeFolders, runMain } from './run-main.ts';

afterAll(removeFolders);

/** A sum of all inputs so far, which begins with 0: byte 4. */
function sum(): Uint8Array {
  const graph = new TestGraph();
  const type = int8([1, 3], 0.1, 4);
  const input = graph.input(type);
  const kept = graph.resource('kept', type);
  const before = graph.node('read_variable', {}, [kept], graph.value(type));
  const after = graph.node('add', { activation: 'none' }, [before, input], graph.value(type, 'output'));
  graph.node('assign_variable', {}, [kept, after], graph.value(type, ''));
  return writeTflite(graph.build(after));
}

function folderWith(model: Uint8Array): string {
  const folder = makeFolder();
  writeFileSync(join(folder, 'm.tflite'), model);
  return folder;
}

it.each([
  ['--tflm', 'tflm', 'open_model.cc'],
  ['--arduino', 'arduino-tflm', 'out.ino'],
])(
  '%s: room for the variables, an interpreter that knows them, and a reset',
  async (layout, library, source) => {
    const folder = folderWith(sum());
    const flags = layout === '--tflm' ? [] : ['--library', library];
    const { code } = await runMain(folder, ['export-c', 'm.tflite', layout, 'out', ...flags]);
    expect(code).toBe(0);
    const read = (name: string): string => readFileSync(join(folder, 'out', name), 'utf8');
    expect(read('model_settings.h')).toContain('kResourceVariableCount = 1;');
    expect(read(source)).toContain(
      'static tflite::MicroInterpreter interpreter(model, resolver, allocator, variables);',
    );
    for (const method of ['AddVarHandle', 'AddReadVariable', 'AddAssignVariable'])
      expect(read('op_resolver.h')).toContain(`resolver.${method}()`);
    const test = read(layout === '--tflm' ? 'self_test.cc' : 'self_test.cpp');
    expect(test.split('interpreter.Reset()')).toHaveLength(3);
    expect(test).toContain('"PASS"');
  },
);

it('opens a model anew whose variables CALL_ONCE gives what they begin with', async () => {
  const folder = folderWith(writeTflite(resourceOperators()));
  expect((await runMain(folder, ['export-c', 'm.tflite', '--tflm', 'out'])).code).toBe(0);
  const read = (name: string): string => readFileSync(join(folder, 'out', name), 'utf8');
  expect(read('model_settings.h')).toContain('kResourceVariableCount = 2;');
  expect(read('open_model.cc')).toContain('last = new (place) tflite::MicroInterpreter');
  expect(read('main.cc').split('open_model()')).toHaveLength(3);
  expect(read('op_resolver.h')).toContain('resolver.AddCallOnce()');
  expect(read('self_test.cc').split('interpreter.Reset()')).toHaveLength(2);
});

it("is refused for Chirale's library where variables begin with a zero point, unless they are assigned it", async () => {
  const folder = folderWith(sum());
  const argv = ['--arduino', 'sketch', '--library', 'chirale'];
  const { code, stderr } = await runMain(folder, ['export-c', 'm.tflite', ...argv]);
  expect(code).toBe(4);
  expect(stderr).toContain(
    'The variable "kept" begins with zero point 4, and the library gives it bytes of 0.',
  );
  expect(stderr).toContain('"tinyml convert MODEL --library chirale -o new.tflite"');
  expect(existsSync(join(folder, 'sketch'))).toBe(false);
  const convert = ['convert', 'm.tflite', '--library', 'chirale', '-o', 'new.tflite'];
  expect((await runMain(folder, convert)).code).toBe(0);
  expect((await runMain(folder, ['export-c', 'new.tflite', ...argv])).code).toBe(0);
  const sketch = readFileSync(join(folder, 'sketch', 'sketch.ino'), 'utf8');
  expect(sketch.split('open_model()')).toHaveLength(4);
});
