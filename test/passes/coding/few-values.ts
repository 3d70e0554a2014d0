/** Integer networks whose weights are drawn from few values. */

import { perAxis, perTensor } from '../../../src/core/quant-params.ts';
import { createRandom, type Random } from '../../../src/core/random.ts';
import { elementCount, type Shape } from '../../../src/core/tensor.ts';
import type { Graph, ValueId } from '../../../src/ir/graph.ts';
import { int8, TestGraph } from '../../formats/tflite/models.ts';

/** Which values the weights of a channel are drawn from. */
export interface FewValues {
  readonly values: number;
  /** The same for all channels of a layer, or others for each. */
  readonly shared: boolean;
}

class Weights {
  readonly #random: Random;
  readonly #few: FewValues;

  constructor(few: FewValues, seed: number) {
    this.#few = few;
    this.#random = createRandom(seed, 'few values');
  }

  #table(): number[] {
    const all = Array.from({ length: 255 }, (_, at) => at - 127);
    return Array.from({ length: this.#few.values }, () => all.splice(this.#random.below(all.length), 1)[0]);
  }

  /** `channelOf` an element. */
  draw(shape: Shape, channels: number, channelOf: (index: number) => number): Int8Array {
    const one = this.#table();
    const tables = Array.from({ length: channels }, () => (this.#few.shared ? one : this.#table()));
    return Int8Array.from({ length: elementCount(shape) }, (_, index) => {
      const table = tables[channelOf(index)];
      return table[this.#random.below(table.length)];
    });
  }
}

const scales = (count: number, scale: number): number[] =>
  Array.from({ length: count }, (_, at) => scale * (1 + at / count));

/** conv 4×(3×3×2) → depthwise 3×3 → dense 5 with one scale; without layers that have no weights. */
export function fewValues(few: FewValues, seed = 1): Graph {
  const weights = new Weights(few, seed);
  const graph = new TestGraph(seed);
  const bias = (count: number, all: readonly number[] | number): ValueId =>
    graph.constant(
      {
        dtype: 'int32',
        shape: [count],
        quant: typeof all === 'number' ? perTensor(all, 0) : perAxis(0, all),
      },
      Int32Array.from({ length: count }, (_, at) => 100 * at - 150),
    );
  const input = graph.input(int8([1, 8, 8, 2], 0.05, 3));
  const conv = scales(4, 0.004);
  const first = graph.node(
    'conv_2d',
    { padding: 'same', strides: [2, 2], dilations: [1, 1], activation: 'relu' },
    [
      input,
      graph.constant(
        { dtype: 'int8', shape: [4, 3, 3, 2], quant: perAxis(0, conv) },
        weights.draw([4, 3, 3, 2], 4, (at) => Math.floor(at / 18)),
      ),
      bias(
        4,
        conv.map((scale) => scale * 0.05),
      ),
    ],
    graph.value(int8([1, 4, 4, 4], 0.1, -128), 'first'),
  );
  const depthwise = scales(4, 0.01);
  const second = graph.node(
    'depthwise_conv_2d',
    { padding: 'same', strides: [1, 1], dilations: [1, 1], activation: 'none', depthMultiplier: 1 },
    [
      first,
      graph.constant(
        { dtype: 'int8', shape: [1, 3, 3, 4], quant: perAxis(3, depthwise) },
        weights.draw([1, 3, 3, 4], 4, (at) => at % 4),
      ),
      bias(
        4,
        depthwise.map((scale) => scale * 0.1),
      ),
    ],
    graph.value(int8([1, 4, 4, 4], 0.2, -5), 'second'),
  );
  const flat = graph.node('reshape', { newShape: [1, 64] }, [second], graph.value(int8([1, 64], 0.2, -5)));
  const output = graph.node(
    'fully_connected',
    { activation: 'none', keepNumDims: false },
    [
      flat,
      graph.constant(
        { dtype: 'int8', shape: [5, 64], quant: perTensor(0.01, 0) },
        weights.draw([5, 64], 1, () => 0),
      ),
      bias(5, 0.2 * 0.01),
    ],
    graph.value(int8([1, 5], 0.5, 1), 'third'),
  );
  return graph.build(output);
}
