import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { NO_SHARED, sharedPath } from '../shared.ts';
import { loadRuntime } from './tflite-runtime.ts';

const runtime = loadRuntime();
const modelPath = sharedPath('models', 'tflm', 'hello_world_int8.tflite');
const golden = sharedPath('golden', 'models', 'hello_world_int8');
const why = runtime.ok ? (modelPath === undefined || golden === undefined ? NO_SHARED : '') : runtime.why;

describe.skipIf(why !== '')(`TensorFlow Lite${why === '' ? '' : `: ${why}`}`, () => {
  const run = (model: Uint8Array, ...inputs: Uint8Array[]): Uint8Array[] => {
    if (!runtime.ok) throw new Error(runtime.why);
    return runtime.run(model, inputs);
  };

  it('computes hello_world_int8 for all 256 inputs, at most 1 beside TensorFlow Lite Micro', () => {
    const model = readFileSync(modelPath as string);
    const inputs = readFileSync(`${golden}/all_inputs.bin`);
    const expected = new Int8Array(readFileSync(`${golden}/all_outputs.bin`));
    const distances = Array.from(expected, (value, index) => {
      const [output] = run(model, inputs.subarray(index, index + 1));
      return Math.abs(new Int8Array(output.buffer)[0] - value);
    });
    expect(distances.length).toBe(256);
    // Which of its kernels runs depends on the processor; 2 outputs differ with AVX2.
    expect(distances.filter((distance) => distance > 0).length).toBeLessThanOrEqual(8);
    expect(Math.max(...distances)).toBeLessThanOrEqual(1);
  });

  it('refuses with an error what is no model, and inputs of another number or size', () => {
    const model = readFileSync(modelPath as string);
    expect(() => run(new Uint8Array(100), new Uint8Array(1))).toThrow('refuses to read the model');
    expect(() => run(model)).toThrow('the model has 1 inputs, not 0');
    expect(() => run(model, new Uint8Array(2))).toThrow('take 2 bytes instead of 1 for input 0');
  });
});
