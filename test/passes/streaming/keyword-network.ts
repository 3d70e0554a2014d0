/** A network for words as in "Hello Edge", without padding along time: a convolution, pairs of depthwise and pointwise ones, a mean. */

import { createRandom } from '../../../src/core/random.ts';
import { elementCount, type Shape } from '../../../src/core/tensor.ts';
import { GraphBuilder } from '../../../src/ir/builder.ts';
import type { Graph, ValueId } from '../../../src/ir/graph.ts';
import { runPasses } from '../../../src/passes/pass.ts';
import { quantizePass } from '../../../src/passes/quantize/quantize.ts';

const RANGE = { min: -3, max: 3 };

/** In int8: 49 rows of 40 bands to 12 words. `padding` is that of the depthwise convolutions. */
export function keywordNetwork(channels: number, blocks: number, padding: 'valid' | 'same' = 'valid'): Graph {
  const random = createRandom(1, 'keywords');
  const builder = new GraphBuilder();
  const constant = (...shape: Shape): ValueId => {
    const length = elementCount(shape);
    const data = Float32Array.from({ length }, () => random.normal() / Math.sqrt(length / shape[0]));
    return builder.constant('constant', { dtype: 'float32', shape }, data);
  };
  const common = { dilations: [1, 1], activation: 'relu' } as const;
  let last = builder.input('rows', { dtype: 'float32', shape: [1, 49, 40, 1] });
  last = builder.add('conv_2d', 'conv', { ...common, padding: 'valid', strides: [2, 2] }, [
    last,
    constant(channels, 10, 4, 1),
    constant(channels),
  ]);
  for (let block = 1; block <= blocks; block++) {
    const depthwise = { ...common, padding, strides: [1, 1], depthMultiplier: 1 } as const;
    const operands = [constant(1, 3, 3, channels), constant(channels)];
    last = builder.add('depthwise_conv_2d', `depthwise_${block}`, depthwise, [last, ...operands]);
    last = builder.add('conv_2d', `pointwise_${block}`, { ...common, padding: 'valid', strides: [1, 1] }, [
      last,
      constant(channels, 1, 1, channels),
      constant(channels),
    ]);
  }
  const pool = (name: string, filter: readonly [number, number]): ValueId =>
    builder.add('average_pool_2d', name, { padding: 'valid', filter, strides: [1, 1], activation: 'none' }, [
      last,
    ]);
  last = pool('mean of bands', [1, builder.typeOf(last).shape[2]]);
  last = pool('mean', [builder.typeOf(last).shape[1], 1]);
  last = builder.add('reshape', 'flat', { newShape: [1, channels] }, [last]);
  last = builder.add('fully_connected', 'dense', { activation: 'none', keepNumDims: false }, [
    last,
    constant(12, channels),
    constant(12),
  ]);
  const float = builder.build([builder.add('softmax', 'softmax', { beta: 1 }, [last])]);
  const computed = [...float.values.values()].filter(({ data }) => data === undefined);
  const ranges = new Map(computed.map(({ id }) => [id, RANGE]));
  return runPasses(float, [quantizePass(ranges, { densePerChannel: true })]);
}
