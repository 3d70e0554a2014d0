import { expect, test } from 'vitest';
import { MOTION_CLASSES, motionSamples } from '../../../src/data/generators/motion.ts';

const SIZE = 64 * 3;
const quiet = motionSamples({ samples: 80, noise: 0 }, 1);

function labelOf(sample: number): string {
  const row = quiet.y.subarray(sample * 4, sample * 4 + 4);
  expect(Array.from(row).sort()).toEqual([0, 0, 0, 1]);
  return MOTION_CLASSES[row.indexOf(1)];
}

/** What moves along x and y: the window without its mean, which is gravity. */
function movement(sample: number): [Float64Array, Float64Array] {
  const axes = [0, 1].map((axis) => {
    const values = Float64Array.from({ length: 64 }, (_, step) => quiet.x[sample * SIZE + step * 3 + axis]);
    const mean = values.reduce((sum, value) => sum + value, 0) / 64;
    return values.map((value) => value - mean);
  });
  return [axes[0], axes[1]];
}

/** Twice the area around which the movement turns: positive against the clock, 0 for to and fro. */
function turning([x, y]: [Float64Array, Float64Array]): number {
  return x.reduce((sum, value, i) => (i === 0 ? 0 : sum + x[i - 1] * y[i] - value * y[i - 1]), 0);
}

test('windows and one-hot labels, every class in equal shares', () => {
  expect([quiet.x.length, quiet.y.length]).toEqual([80 * SIZE, 80 * 4]);
  const labels = Array.from({ length: 80 }, (_, sample) => labelOf(sample));
  for (const name of MOTION_CLASSES) expect(labels.filter((label) => label === name)).toHaveLength(20);
});

test('the gestures are what they are called', () => {
  for (let sample = 0; sample < 80; sample++) {
    const moved = movement(sample);
    const energy = moved[0].reduce((sum, value, i) => sum + value ** 2 + moved[1][i] ** 2, 0);
    const turn = turning(moved) / energy;
    switch (labelOf(sample)) {
      case 'idle':
        expect(energy).toBeLessThan(3);
        break;
      case 'shake':
        expect(energy).toBeGreaterThan(1);
        expect(Math.abs(turn)).toBeLessThan(0.02);
        break;
      case 'clockwise':
        expect(turn).toBeLessThan(-0.05);
        break;
      default:
        expect(turn).toBeGreaterThan(0.05);
    }
  }
});

test('gravity is 1 g in every idle window, and noise comes on top', () => {
  const noisy = motionSamples({ samples: 4, noise: 0.5 }, 1);
  const length = (data: Float32Array): number =>
    Math.hypot(
      ...[0, 1, 2].map(
        (axis) => data.filter((_, i) => i < SIZE && i % 3 === axis).reduce((a, b) => a + b) / 64,
      ),
    );
  expect(length(quiet.x)).toBeGreaterThan(0.8);
  expect(length(quiet.x)).toBeLessThan(1.2);
  const steps = (data: Float32Array): number =>
    Math.max(...data.subarray(0, SIZE - 3).map((value, i) => Math.abs(data[i + 3] - value)));
  expect(steps(quiet.x)).toBeLessThan(0.1);
  expect(steps(noisy.x)).toBeGreaterThan(1);
});

test('the seed alone decides', () => {
  const options = { samples: 8, noise: 0.2 };
  expect(motionSamples(options, 5)).toEqual(motionSamples(options, 5));
  expect(motionSamples(options, 5)).not.toEqual(motionSamples(options, 6));
});
