import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../src/core/random.ts';
import { elementCount, type Shape } from '../../../src/core/tensor.ts';
import type { Partners, SampleFormat } from '../../../src/data/augmenting/augmentation.ts';
import {
  AUGMENTATION_NAMES,
  AUGMENTATIONS,
  type AugmentationInput,
  augmentationSchema,
  createAugment,
} from '../../../src/data/augmenting/index.ts';
import type { Augment } from '../../../src/training/trainer.ts';

const COUNT = 10;

/** Sample s of shape n holds s·n, s·n + 1, …; its target is one-hot at s. */
function training(shape: Shape): SampleFormat & Partners {
  const length = elementCount(shape);
  return {
    count: COUNT,
    shape,
    targetLength: COUNT,
    read(sample, x, y) {
      for (let i = 0; i < length; i++) x[i] = sample * length + i;
      y.fill(0);
      y[sample] = 1;
    },
  };
}

interface Changed {
  readonly x: Float32Array;
  readonly y: Float32Array;
}

/** What becomes of a sample in each of `epochs` epochs. */
function epochsOf(input: AugmentationInput, shape: Shape, epochs = 200, sample = 3): Changed[] {
  const samples = training(shape);
  const augment: Augment = createAugment([augmentationSchema.parse(input)], samples);
  return Array.from({ length: epochs }, (_, epoch) => {
    const [x, y] = [new Float32Array(elementCount(shape)), new Float32Array(COUNT)];
    samples.read(sample, x, y);
    augment(x, y, createRandom(1, `augmentation:${epoch}:${sample}`), samples);
    return { x, y };
  });
}

function original(shape: Shape, sample = 3): Changed {
  const [x, y] = [new Float32Array(elementCount(shape)), new Float32Array(COUNT)];
  training(shape).read(sample, x, y);
  return { x, y };
}

const distinct = (changed: readonly Changed[]): Set<string> => new Set(changed.map(({ x }) => x.join()));

describe('noise', () => {
  it('has mean 0 and the standard deviation asked for', () => {
    const before = original([5]).x;
    const noise = epochsOf({ type: 'noise', deviation: 0.5 }, [5], 2000).flatMap(({ x }) =>
      Array.from(x, (value, i) => value - before[i]),
    );
    const mean = noise.reduce((a, b) => a + b) / noise.length;
    const deviation = Math.sqrt(noise.reduce((sum, value) => sum + (value - mean) ** 2, 0) / noise.length);
    expect(Math.abs(mean)).toBeLessThan(0.02);
    expect(Math.abs(deviation - 0.5)).toBeLessThan(0.02);
  });
});

describe('gain', () => {
  it('multiplies all values by one factor between 1/most and most', () => {
    const factors = epochsOf({ type: 'gain', most: 2 }, [4]).map(({ x }) => {
      for (const [i, value] of x.entries()) expect(value / (12 + i)).toBeCloseTo(x[0] / 12, 5);
      return x[0] / 12;
    });
    expect(Math.min(...factors)).toBeGreaterThan(0.5);
    expect(Math.min(...factors)).toBeLessThan(0.55);
    expect(Math.max(...factors)).toBeGreaterThan(1.85);
    expect(Math.max(...factors)).toBeLessThanOrEqual(2);
  });
});

describe('shift', () => {
  it('moves whole rows, all distances equally often, and repeats the end', () => {
    const before = original([10, 2]).x;
    const counts = new Map<string, number>();
    for (const { x } of epochsOf({ type: 'shift', most: 0.2 }, [10, 2], 500)) {
      counts.set(x.join(), (counts.get(x.join()) ?? 0) + 1);
    }
    const expected = [-2, -1, 0, 1, 2].map((by) =>
      Array.from({ length: 10 }, (_, row) => Math.min(9, Math.max(0, row - by)))
        .flatMap((row) => [before[2 * row], before[2 * row + 1]])
        .join(),
    );
    expect([...counts.keys()].sort()).toEqual(expected.sort());
    expect(Math.min(...counts.values())).toBeGreaterThan(60);
  });
});

describe('time-warp', () => {
  it('keeps the ends, never goes back, and bends by no more than asked', () => {
    const before = original([50, 1]).x;
    const warped = epochsOf({ type: 'time-warp', most: 0.5 }, [50, 1]);
    expect(distinct(warped).size).toBe(200);
    for (const { x } of warped) {
      expect([x[0], x[49]]).toEqual([before[0], before[49]]);
      for (let i = 1; i < 50; i++) {
        // Values are times here: their differences are speeds.
        expect(x[i] - x[i - 1]).toBeGreaterThan(0.49);
        expect(x[i] - x[i - 1]).toBeLessThan(1.51);
      }
    }
  });

  it.each([1, 2])('leaves %i rows as they are', (steps) => {
    expect(distinct(epochsOf({ type: 'time-warp' }, [steps, 3]))).toEqual(distinct([original([steps, 3])]));
  });
});

describe('flip', () => {
  it('mirrors about every second picture', () => {
    const flipped = epochsOf({ type: 'flip' }, [1, 3, 2]).map(({ x }) => [...x].map((value) => value - 18));
    const mirrored = flipped.filter(([first]) => first !== 0);
    expect(mirrored.length).toBeGreaterThan(70);
    expect(mirrored.length).toBeLessThan(130);
    expect(mirrored[0]).toEqual([4, 5, 2, 3, 0, 1]);
  });

  it('turns them over', () => {
    const turned = epochsOf({ type: 'flip', axis: 'vertical' }, [3, 1, 2]).map(({ x }) =>
      [...x].map((value) => value - 18).join(),
    );
    expect(new Set(turned)).toEqual(new Set(['0,1,2,3,4,5', '4,5,2,3,0,1']));
  });
});

describe('crop', () => {
  it('moves pictures by whole pixels, and goes on with the edge', () => {
    const cropped = epochsOf({ type: 'crop', most: 0.34 }, [3, 3, 1]).map(({ x }) =>
      [...x].map((value) => value - 27).join(),
    );
    const expected = [-1, 0, 1].flatMap((dy) =>
      [-1, 0, 1].map((dx) =>
        Array.from({ length: 9 }, (_, i) => {
          const row = Math.min(2, Math.max(0, Math.floor(i / 3) + dy));
          return 3 * row + Math.min(2, Math.max(0, (i % 3) + dx));
        }).join(),
      ),
    );
    expect(new Set(cropped)).toEqual(new Set(expected));
  });
});

describe('cutout', () => {
  it('makes 0 of a rectangle, or of a stretch of time, no larger than asked', () => {
    for (const shape of [
      [8, 8, 1],
      [8, 3],
    ]) {
      const before = original(shape).x;
      const zeros = epochsOf({ type: 'cutout', most: 0.5 }, shape).map(({ x }) => {
        for (const [i, value] of x.entries()) expect([0, before[i]]).toContain(value);
        return x.filter((value) => value === 0).length;
      });
      expect(Math.max(...zeros)).toBe(shape.length === 3 ? 16 : 12);
      expect(Math.min(...zeros)).toBe(0);
    }
  });
});

describe('mixup', () => {
  it('mixes inputs and targets in the same share, at most half of another', () => {
    const before = original([2]);
    const partners = new Set<number>();
    for (const { x, y } of epochsOf({ type: 'mixup', alpha: 1 }, [2], 500)) {
      expect(y.reduce((a, b) => a + b)).toBeCloseTo(1, 5);
      const partner = y.findIndex((value, i) => i !== 3 && value > 0);
      if (partner < 0) continue;
      partners.add(partner);
      expect(y[partner]).toBeLessThanOrEqual(0.5);
      expect(x[0]).toBeCloseTo(before.x[0] + y[partner] * (2 * partner - before.x[0]), 3);
    }
    expect(partners.size).toBe(9);
  });

  it('with a small alpha hardly mixes', () => {
    const shares = epochsOf({ type: 'mixup', alpha: 0.05 }, [1], 500).map(({ y }) => 1 - y[3]);
    expect(shares.filter((share) => share < 0.01).length).toBeGreaterThan(350);
  });
});

describe('splice', () => {
  it('puts the end of one sample before the beginning of another, and mixes targets by their rows', () => {
    const before = original([8, 2]).x;
    const places = new Set<string>();
    for (const { x, y } of epochsOf({ type: 'splice', share: 1 }, [8, 2], 500)) {
      const other = y.findIndex((value, i) => i !== 3 && value > 0);
      if (other < 0) continue;
      const foreign = 8 * y[other];
      const partner = original([8, 2], other).x;
      const [kept, taken] = [16 - 2 * foreign, 2 * foreign];
      const isBefore = x[0] !== before[taken];
      const joined = isBefore
        ? [...partner.subarray(kept), ...before.subarray(0, kept)]
        : [...before.subarray(taken), ...partner.subarray(0, taken)];
      expect([...x]).toEqual(joined);
      expect(y[3]).toBeCloseTo(1 - foreign / 8, 6);
      places.add(`${isBefore} ${foreign}`);
    }
    expect(places.size).toBe(14);
  });

  it('leaves samples whole, as many as it is told', () => {
    const whole = epochsOf({ type: 'splice', share: 0.25 }, [8, 2], 1000).filter(({ y }) => y[3] === 1);
    expect(whole.length / 1000).toBeGreaterThan(0.75);
    expect(whole.length / 1000).toBeLessThan(0.85);
  });
});

describe('all of them', () => {
  const all = AUGMENTATION_NAMES.map((type) => augmentationSchema.parse({ type }));

  it('depend on the stream of random numbers alone, not on what came before', () => {
    const samples = training([6, 5, 2]);
    const run = (seed: number, calls: readonly (readonly [number, number])[]): string[] => {
      const augment: Augment = createAugment(all, samples);
      return calls.map(([epoch, sample]) => {
        const [x, y] = [new Float32Array(60), new Float32Array(COUNT)];
        samples.read(sample, x, y);
        augment(x, y, createRandom(seed, `augmentation:${epoch}:${sample}`), samples);
        return `${x.join()} ${y.join()}`;
      });
    };
    const forward = run(1, [
      [1, 0],
      [1, 1],
      [2, 0],
    ]);
    const backward = run(1, [
      [2, 0],
      [1, 1],
      [1, 0],
    ]);
    expect(backward.reverse()).toEqual(forward);
    expect(new Set([...forward, ...run(2, [[1, 0]])]).size).toBe(4);
  });

  it('have a row each with their own name', () => {
    for (const type of AUGMENTATION_NAMES) {
      expect(AUGMENTATIONS[type].options.parse({ type }).type).toBe(type);
      expect(AUGMENTATIONS[type].summary).not.toBe('');
    }
  });

  it.each([
    ['shift', [4]],
    ['time-warp', [4]],
    ['cutout', [4]],
    ['flip', [4, 4]],
    ['crop', [4, 4]],
  ] as const)('%s refuses samples of shape %o', (type, shape) => {
    expect(() => epochsOf({ type }, shape)).toThrow(`The augmentation "${type}" needs`);
  });
});
