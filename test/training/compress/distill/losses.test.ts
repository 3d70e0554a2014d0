import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../../src/core/random.ts';
import { LOSSES } from '../../../../src/training/compiled/losses.ts';
import type { Head } from '../../../../src/training/compress/distill/head.ts';
import { labelLoss } from '../../../../src/training/compress/distill/label-loss.ts';
import {
  type SoftLoss,
  softLoss,
  squaredDifference,
} from '../../../../src/training/compress/distill/soft-loss.ts';
import type { LossName } from '../../../../src/training/recipe.ts';

const random = createRandom(4, 'distillation losses');
const ROWS = 3;
const CLASSES = 4;

function head(kind: Head['kind'], beta = 1): Head {
  return { kind, beta, value: 0, classes: CLASSES, outputs: CLASSES };
}

function drawn(): Float32Array {
  return Float32Array.from({ length: ROWS * CLASSES }, () => 3 * random.normal());
}

function probabilities(values: readonly number[], factor: number): number[] {
  const powers = values.map((value) => Math.exp(value * factor));
  return powers.map((power) => power / powers.reduce((sum, other) => sum + other, 0));
}

function rowsOf(values: Float32Array): number[][] {
  return Array.from({ length: ROWS }, (_, row) => [...values.slice(row * CLASSES, (row + 1) * CLASSES)]);
}

/** Of a loss that starts from no gradient: central differences against what it says. */
function expectGradient(loss: SoftLoss, z: Float32Array, other: Float32Array): void {
  const gradient = new Float32Array(z.length);
  loss(z, other, 0.5, gradient);
  const ignored = new Float32Array(z.length);
  for (let i = 0; i < z.length; i++) {
    const step = 1e-2;
    const at = (value: number): number => loss(z.with(i, value), other, 1, ignored);
    const [above, below] = [Math.fround(z[i] + step), Math.fround(z[i] - step)];
    const slope = (at(above) - at(below)) / (above - below);
    expect(gradient[i]).toBeCloseTo(0.5 * slope, 4);
  }
}

describe('softLoss', () => {
  it('of classes is t² times the divergence of softened probabilities', () => {
    for (const temperature of [1, 2.5, 8]) {
      const [z, v] = [drawn(), drawn()];
      const [own, theirs] = [rowsOf(z), rowsOf(v)].map((rows) =>
        rows.map((row) => probabilities(row, 1 / temperature)),
      );
      const divergence = theirs.flatMap((row, i) => row.map((q, j) => q * Math.log(q / own[i][j])));
      const expected = (temperature ** 2 * divergence.reduce((sum, d) => sum + d, 0)) / ROWS;
      const loss = softLoss(head('softmax'), head('softmax'), temperature);
      const gradient = new Float32Array(z.length);
      expect(loss(z, v, 1, gradient)).toBeCloseTo(expected, 10);
      // d/dz = t (p − q)
      for (const [i, row] of own.entries()) {
        for (const [j, p] of row.entries()) {
          expect(gradient[i * CLASSES + j]).toBeCloseTo((temperature * (p - theirs[i][j])) / ROWS, 6);
        }
      }
      expectGradient(loss, z, v);
    }
  });

  it('has the gradient of squared differences of centred logits at high temperatures (Hinton, §2.1)', () => {
    const [z, v] = [drawn(), drawn()];
    const gradient = new Float32Array(z.length);
    softLoss(head('softmax'), head('softmax'), 1000)(z, v, 1, gradient);
    const [own, theirs] = [rowsOf(z), rowsOf(v)].map((rows) =>
      rows.map((row) => row.map((value) => value - row.reduce((sum, other) => sum + other, 0) / CLASSES)),
    );
    for (let i = 0; i < z.length; i++) {
      const [row, column] = [Math.floor(i / CLASSES), i % CLASSES];
      expect(gradient[i]).toBeCloseTo((own[row][column] - theirs[row][column]) / CLASSES / ROWS, 2);
    }
  });

  it('of a softmax with a factor is that of logits times the factor', () => {
    const [z, v] = [drawn(), drawn()];
    const scaled = softLoss(head('softmax', 2), head('softmax', 0.5), 3);
    const plain = softLoss(head('softmax'), head('softmax'), 3);
    const ignored = new Float32Array(z.length);
    const expected = plain(
      z.map((x) => 2 * x),
      v.map((x) => 0.5 * x),
      1,
      ignored,
    );
    expect(scaled(z, v, 1, ignored)).toBeCloseTo(expected, 6);
    expectGradient(scaled, z, v);
  });

  it('of yes or no is t² times the divergence of softened probabilities', () => {
    const [z, v] = [drawn(), drawn()];
    const temperature = 3;
    const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x / temperature));
    let sum = 0;
    for (let i = 0; i < z.length; i++) {
      const [p, q] = [sigmoid(z[i]), sigmoid(v[i])];
      sum += q * Math.log(q / p) + (1 - q) * Math.log((1 - q) / (1 - p));
    }
    const loss = softLoss(head('logistic'), head('logistic'), temperature);
    expect(loss(z, v, 1, new Float32Array(z.length))).toBeCloseTo((temperature ** 2 * sum) / z.length, 10);
    expectGradient(loss, z, v);
  });

  it('of numbers is the mean squared difference', () => {
    const [z, v] = [drawn(), drawn()];
    const loss = softLoss(head('numbers'), head('numbers'), 4);
    const ignored = new Float32Array(z.length);
    expect(loss(z, v, 1, ignored)).toBeCloseTo(LOSSES.mse.value(z, v, z.length, CLASSES), 5);
    expect(squaredDifference(10)(z, v, 1, ignored)).toBeCloseTo(loss(z, v, 1, ignored) / 10, 5);
    expectGradient(loss, z, v);
    expectGradient(squaredDifference(10), z, v);
  });

  it('is nothing between equals, and finite between extremes', () => {
    for (const kind of ['softmax', 'logistic', 'numbers'] as const) {
      const loss = softLoss(head(kind), head(kind), 2);
      const z = drawn();
      const gradient = new Float32Array(z.length);
      expect(loss(z, z, 1, gradient)).toBeCloseTo(0, 12);
      expect(Math.max(...gradient.map(Math.abs))).toBeLessThan(1e-7);
      const extreme = z.map((value, index) => (index % 2 === 0 ? 1e4 : -1e4) * Math.sign(value));
      expect(Number.isFinite(loss(extreme, z, 1, gradient))).toBe(true);
      expect(Number.isFinite(loss(z, extreme, 1, gradient))).toBe(true);
      expect(gradient.every(Number.isFinite)).toBe(true);
    }
  });

  it('adds to the gradients of others', () => {
    const [z, v] = [drawn(), drawn()];
    const loss = softLoss(head('softmax'), head('softmax'), 2);
    const [alone, added] = [new Float32Array(z.length), new Float32Array(z.length).fill(5)];
    loss(z, v, 1, alone);
    loss(z, v, 1, added);
    for (let i = 0; i < z.length; i++) expect(added[i]).toBeCloseTo(5 + alone[i], 5);
  });
});

const LABELS = Float32Array.from({ length: ROWS * CLASSES }, (_, index) => (index % 5 === 0 ? 1 : 0));

describe('labelLoss', () => {
  const cases: readonly (readonly [Head['kind'], LossName])[] = [
    ['softmax', 'categoricalCrossentropy'],
    ['softmax', 'mse'],
    ['logistic', 'binaryCrossentropy'],
    ['logistic', 'huber'],
    ['numbers', 'mse'],
    ['numbers', 'huber'],
  ];
  it.each(cases)('is the loss of what the end makes of logits: %s, %s', (kind, name) => {
    const z = drawn();
    const loss = labelLoss(head(kind, 1.5), name, CLASSES);
    const made = Float32Array.from(
      rowsOf(z).flatMap((row) =>
        kind === 'softmax'
          ? probabilities(row, 1.5)
          : row.map((value) => (kind === 'logistic' ? 1 / (1 + Math.exp(-value)) : value)),
      ),
    );
    expect(loss(z, LABELS, 1, new Float32Array(z.length))).toBeCloseTo(
      LOSSES[name].value(made, LABELS, made.length, CLASSES),
      5,
    );
    expectGradient(loss, z, LABELS);
  });
});
