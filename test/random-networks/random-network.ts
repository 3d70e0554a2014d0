/**
 * Random networks for tests and measurements: a Keras model of layers in odd orders, with random weights, and random
 * data to calibrate and to judge it with. The same seed gives the same network, to the last bit.
 *
 *     const { model, calibration, test } = randomNetwork(17);
 *     const graph = importKeras(model);
 *
 * Every layer that tinyml converts is drawn somewhere, with fixed outputs (sigmoid, tanh, softmax) among the operands of
 * Concatenate, Maximum and Minimum, kernels that are zero or ten times the others, channels that are constant in the
 * data, and batch normalization of channels that never changed. A layer more is a row in `layers.ts`.
 */

import type { FloatModel } from '../../src/core/float-model.ts';
import { createRandom, type Random } from '../../src/core/random.ts';
import { elementCount, type Shape } from '../../src/core/tensor.ts';
import type { FloatArray } from '../../src/data/records/float-array.ts';
import { chance, channelsOf, Draft, oneOf, type Tensor } from './draft.ts';
import { BRANCHES, dense, layersBehind, MERGES } from './layers.ts';

export interface RandomNetwork {
  readonly seed: number;
  readonly model: FloatModel;
  /** Class names of the layers, in their order. */
  readonly layers: readonly string[];
  /** Axis 0 counts the records. */
  readonly calibration: FloatArray;
  /** Other records of the same kind. */
  readonly test: FloatArray;
}

const CALIBRATION_RECORDS = 64;
const TEST_RECORDS = 48;
const MOST_LAYERS = 10;

function drawInputShape(random: Random): Shape {
  const side = (): number => 4 + random.below(7);
  const channels = 1 + random.below(4);
  return oneOf<() => Shape>(random, [
    () => [2 + random.below(15)],
    () => [6 + random.below(15), channels],
    () => [side(), side(), channels],
  ])();
}

/** `from` and a branch beside it, in one tensor. */
function merge(draft: Draft, from: Tensor, random: Random): Tensor {
  const alike = draft.tensors.filter(
    (tensor) => tensor !== from && tensor.shape.join() === from.shape.join(),
  );
  const branch =
    alike.length > 0 && chance(random, 0.5)
      ? oneOf(random, alike)
      : (oneOf(random, BRANCHES)(draft, from, random) as Tensor);
  const className = oneOf(random, MERGES);
  const operands = chance(random, 0.5) ? [from, branch] : [branch, from];
  if (className !== 'Concatenate') return draft.add(className, {}, operands, from.shape);
  const shape = [...from.shape.slice(0, -1), channelsOf(from) + channelsOf(branch)];
  return draft.add(className, { axis: -1 }, operands, shape);
}

/** One layer more, or the same tensor where none was found that fits. */
function step(draft: Draft, from: Tensor, random: Random): Tensor {
  if (chance(random, 0.25)) return merge(draft, from, random);
  return oneOf(random, layersBehind(from))(draft, from, random) ?? from;
}

const HEADS = ['linear', 'linear', 'softmax', 'sigmoid', 'relu'];

/** Most networks end in a Dense layer; some as they come. */
function head(draft: Draft, from: Tensor, random: Random): Tensor {
  if (draft.tensors.length > 1 && chance(random, 0.3)) return from;
  const flat = from.shape.length === 1 ? from : draft.add('Flatten', {}, [from], [elementCount(from.shape)]);
  return dense(draft, flat, random, 2 + random.below(6), oneOf(random, HEADS));
}

/** Distributions of one channel: normal ones, some far from zero, some that never change. */
type Channel = () => number;

function drawChannel(random: Random): Channel {
  const [mean, deviation] = [random.normal(), 0.3 + random.uniform()];
  const kind = random.uniform();
  if (kind < 0.1) return () => mean;
  if (kind < 0.4) return () => random.uniform();
  return () => mean + deviation * random.normal();
}

function drawRecords(channels: readonly Channel[], shape: Shape, count: number): FloatArray {
  const length = count * elementCount(shape);
  const data = Float32Array.from({ length }, (_, index) => channels[index % channels.length]());
  return { shape: [count, ...shape], data };
}

/** The network of a seed. */
export function randomNetwork(seed: number): RandomNetwork {
  const random = createRandom(seed, 'random network');
  const draft = new Draft(drawInputShape(random));
  const layers = 1 + random.below(MOST_LAYERS);
  let tensor = draft.input;
  for (let layer = 0; layer < layers; layer++) tensor = step(draft, tensor, random);
  const output = head(draft, tensor, random);
  const version = oneOf(random, ['2.15.0', '3.12.0']);
  const { shape } = draft.input;
  const channels = Array.from({ length: channelsOf(draft.input) }, () => drawChannel(random));
  return {
    seed,
    model: draft.finish(output, version),
    layers: draft.classNames,
    calibration: drawRecords(channels, shape, CALIBRATION_RECORDS),
    test: drawRecords(channels, shape, TEST_RECORDS),
  };
}
