/** Plans of memory of models that were recorded, with what their emitters really say. */

import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { attempt } from '../../../../src/core/errors.ts';
import { standaloneProgram } from '../../../../src/models/standalone/standalone-memory.ts';
import { fixture, fixturePath } from '../../../fixtures.ts';
import { NO_SHARED, sharedPath } from '../../../shared.ts';
import { watchMemory } from './watch-memory.ts';

/** `sound`, what is wrong, or undefined where there is no C. */
function watched(model: Uint8Array): string | undefined {
  const made = attempt(() => standaloneProgram(model));
  if ('refusal' in made) return undefined;
  const { graph, steps } = made.value;
  return watchMemory(graph, steps, made.value);
}

it('overwrites nothing in any recorded operator', () => {
  const names = readdirSync(fixturePath('tflm')).filter((name) => name.endsWith('.tflite'));
  const verdicts = names.flatMap((name) => watched(fixture('tflm', name)) ?? []);
  expect(new Set(verdicts)).toEqual(new Set(['sound']));
  expect(verdicts.length).toBeGreaterThan(100);
});

it.each([
  'tflm/hello_world_int8',
  'tflm/hello_world_float',
  'tflm/micro_speech_quantized',
  'tflm/keyword_scrambled_8bit',
  'tflm/trained_lstm_int8',
  'mlperf-tiny/ad01_int8',
  'mlperf-tiny/vww_96_int8',
])(`overwrites nothing in %s (${NO_SHARED})`, (name) => {
  const path = sharedPath('models', `${name}.tflite`);
  if (path !== undefined) expect(watched(readFileSync(path))).toBe('sound');
});
