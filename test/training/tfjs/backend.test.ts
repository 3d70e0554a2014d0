import { createRequire } from 'node:module';
import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { chooseBackend } from '../../../src/training/tfjs/backend.ts';

function isInstalled(name: string): boolean {
  try {
    createRequire(import.meta.url).resolve(name);
    return true;
  } catch {
    return false;
  }
}

const noNode = !isInstalled('@tensorflow/tfjs-node');

// First in this file: Emscripten adds its handlers when WebAssembly is initialized, once per process.
test('loading WebAssembly leaves the handlers of the process alone', async () => {
  const handlers = () =>
    ['uncaughtException', 'unhandledRejection'].map((event) => process.rawListeners(event));
  const before = handlers();
  await chooseBackend('wasm');
  expect(handlers()).toEqual(before);
});

test('a requested backend runs', async () => {
  expect(await chooseBackend('cpu')).toEqual({ name: 'cpu', why: 'plain JavaScript runs, as requested.' });
  expect(tf.getBackend()).toBe('cpu');
  expect((await chooseBackend('wasm')).name).toBe('wasm');
  expect(tf.getBackend()).toBe('wasm');
});

test.runIf(noNode)('without tfjs-node WebAssembly is chosen, and the sentence says why', async () => {
  const { name, why } = await chooseBackend();
  expect(name).toBe('wasm');
  expect(why).toBe('tfjs-node is not installed; WebAssembly with SIMD runs.');
});

test.runIf(noNode)('tfjs-node is refused where it is not installed', async () => {
  await expect(chooseBackend('node')).rejects.toMatchObject({
    kind: 'environment',
    code: 'backend-not-available',
    message: 'The training backend "node" is not available: tfjs-node is not installed.',
    hint: expect.stringMatching(/^Run "npm install @tensorflow\/tfjs-node@4\.22", with -g where/),
  });
});
