/** A network of residual blocks with random weights: what is measured does not depend on the values. */

import type { FloatModel } from '../../../src/core/float-model.ts';
import { createRandom } from '../../../src/core/random.ts';
import { elementCount, type Shape } from '../../../src/core/tensor.ts';
import { channelsOf, Draft, type Tensor, vector } from '../../random-networks/draft.ts';

const SEED = 1;
const KERAS = '2.15.0';

export const BOTTLENECK_INPUT: Shape = [32, 32, 3];

/** Layers with images padded to the same size. */
class ImageDraft {
  readonly #random = createRandom(SEED, 'residual network');
  readonly #draft: Draft;

  constructor(input: Shape) {
    this.#draft = new Draft(input);
  }

  get input(): Tensor {
    return this.#draft.input;
  }

  #moved({ shape: [height, width] }: Tensor, stride: number, channels: number): Shape {
    return [Math.ceil(height / stride), Math.ceil(width / stride), channels];
  }

  #kernel(name: string, shape: Shape, fanIn: number) {
    const data = Float32Array.from(
      { length: elementCount(shape) },
      () => this.#random.normal() * Math.sqrt(2 / fanIn),
    );
    return { name, shape, data };
  }

  #bias(units: number) {
    return vector('bias', units, () => 0.1 * this.#random.normal());
  }

  conv(from: Tensor, filters: number, size: number, activation: string, stride = 1): Tensor {
    const depth = channelsOf(from);
    return this.#draft.add(
      'Conv2D',
      { filters, kernel_size: [size, size], strides: [stride, stride], padding: 'same', activation },
      [from],
      this.#moved(from, stride, filters),
      [this.#kernel('kernel', [size, size, depth, filters], size * size * depth), this.#bias(filters)],
    );
  }

  add(a: Tensor, b: Tensor): Tensor {
    return this.#draft.add('Add', {}, [a, b], a.shape);
  }

  relu(from: Tensor): Tensor {
    return this.#draft.add('ReLU', {}, [from], from.shape);
  }

  /** The mean of every channel, and a class for each of ten. */
  classes(from: Tensor): FloatModel {
    const depth = channelsOf(from);
    const means = this.#draft.add('GlobalAveragePooling2D', {}, [from], [depth]);
    const scores = this.#draft.add(
      'Dense',
      { units: 10, activation: 'softmax' },
      [means],
      [10],
      [this.#kernel('kernel', [depth, 10], depth), this.#bias(10)],
    );
    return this.#draft.finish(scores, KERAS);
  }
}

/** Blocks of ResNet-50: narrow inside, four times as wide between. */
export function bottlenecks(): FloatModel {
  const net = new ImageDraft(BOTTLENECK_INPUT);
  let x = net.conv(net.input, 64, 3, 'relu', 2);
  for (let block = 0; block < 2; block++) {
    const narrow = net.conv(net.conv(x, 16, 1, 'relu'), 16, 3, 'relu');
    x = net.relu(net.add(x, net.conv(narrow, 64, 1, 'linear')));
  }
  return net.classes(x);
}
