/** The network of fixtures/keras in double precision, written down from its layers; nothing is shared with the readers. */

import { fixture } from '../fixtures.ts';

type Vector = readonly number[];

const SIZE = 6;
const CHANNELS = 4;
export const INPUT_LENGTH = SIZE * SIZE * 2;

/** By the name of the layer and of the weight, from the manifest of the TensorFlow.js file. */
function readWeights(): (name: string) => Vector {
  const { weightsManifest } = JSON.parse(new TextDecoder().decode(fixture('keras', 'model.json'))) as {
    weightsManifest: { weights: { name: string; shape: number[] }[] }[];
  };
  const all = Array.from(new Float32Array(fixture('keras', 'weights.bin').buffer));
  const byName = new Map<string, Vector>();
  for (const { name, shape } of weightsManifest[0].weights) {
    byName.set(
      name,
      all.splice(
        0,
        shape.reduce((a, b) => a * b),
      ),
    );
  }
  return (name) => {
    const weight = byName.get(name);
    if (weight === undefined) throw new Error(`no weight ${name}`);
    return weight;
  };
}

const weight = readWeights();
const EPSILON = 0.001;

/** The factor and the summand that batch normalization comes to. */
const normFactor = weight('norm/gamma').map(
  (gamma, channel) => gamma / Math.sqrt(weight('norm/moving_variance')[channel] + EPSILON),
);
const normShift = weight('norm/beta').map(
  (beta, channel) => beta - weight('norm/moving_mean')[channel] * normFactor[channel],
);

/** The convolution with batch normalization in it, as Keras lays kernels out: height, width, in, out. */
export const foldedKernel: Vector = weight('conv/kernel').map(
  (value, at) => value * normFactor[at % CHANNELS],
);

/** Calls `visit` for every output element and every pixel under its 3×3 window. */
function slide(visit: (output: number, channel: number, pixel: number, tap: number) => void): void {
  for (let at = 0; at < SIZE * SIZE * CHANNELS; at++) {
    const [row, column] = [Math.floor(at / CHANNELS / SIZE), Math.floor(at / CHANNELS) % SIZE];
    for (let tap = 0; tap < 9; tap++) {
      const [y, x] = [row + Math.floor(tap / 3) - 1, column + (tap % 3) - 1];
      if (y >= 0 && y < SIZE && x >= 0 && x < SIZE) visit(at, at % CHANNELS, y * SIZE + x, tap);
    }
  }
}

function dense(x: Vector, layer: string, depth: number, units: number): Vector {
  const [kernel, bias] = [weight(`${layer}/kernel`), weight(`${layer}/bias`)];
  return Array.from({ length: (x.length / depth) * units }, (_, at) => {
    const row = Math.floor(at / units) * depth;
    let sum = bias[at % units];
    for (let i = 0; i < depth; i++) sum += x[row + i] * kernel[i * units + (at % units)];
    return sum;
  });
}

/** Every tensor that the converted network has, by what made it. */
export interface Activations {
  readonly conv: Vector;
  readonly depthwise: Vector;
  readonly sum: Vector;
  readonly mix: Vector;
  readonly pool: Vector;
  readonly logits: Vector;
  readonly classes: Vector;
}

/** One image of 6×6×2. */
export function runKerasNetwork(image: ArrayLike<number>): Activations {
  const sums = new Array<number>(SIZE * SIZE * CHANNELS).fill(0);
  slide((at, channel, pixel, tap) => {
    for (let i = 0; i < 2; i++)
      sums[at] += image[pixel * 2 + i] * foldedKernel[(tap * 2 + i) * CHANNELS + channel];
  });
  const conv = sums.map((value, at) => Math.min(6, Math.max(0, value + normShift[at % CHANNELS])));
  const depthwise = conv.map((_, at) => weight('depthwise/bias')[at % CHANNELS]);
  slide((at, channel, pixel, tap) => {
    depthwise[at] +=
      conv[pixel * CHANNELS + channel] * weight('depthwise/depthwise_kernel')[tap * CHANNELS + channel];
  });
  const sum = conv.map((value, at) => value + depthwise[at]);
  const mix = dense(sum, 'mix', CHANNELS, CHANNELS).map((value) => Math.max(0, value));
  const pool = Array.from(
    { length: CHANNELS },
    (_, channel) =>
      mix.reduce((total, value, at) => (at % CHANNELS === channel ? total + value : total), 0) / SIZE ** 2,
  );
  const logits = dense(pool, 'classes', CHANNELS, 3);
  const exps = logits.map((value) => Math.exp(value - Math.max(...logits)));
  const total = exps.reduce((a, b) => a + b);
  return { conv, depthwise, sum, mix, pool, logits, classes: exps.map((value) => value / total) };
}
