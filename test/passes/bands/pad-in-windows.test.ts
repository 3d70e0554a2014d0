import { describe, expect, it } from 'vitest';
import { perTensor } from '../../../src/core/quant-params.ts';
import { createRandom } from '../../../src/core/random.ts';
import { elementCount, type TensorType } from '../../../src/core/tensor.ts';
import { createInterpreter } from '../../../src/interpreter/interpreter.ts';
import type { Graph, Node } from '../../../src/ir/graph.ts';
import type { AttributesOf } from '../../../src/ops/index.ts';
import { padInWindows } from '../../../src/passes/bands/pad-in-windows.ts';
import { runPasses } from '../../../src/passes/pass.ts';
import { TestGraph } from '../../formats/tflite/models.ts';
import { type FloatBuilder, graphOf, passKinds } from '../run-pass.ts';

const none = [0, 0] as const;
const around = [none, [1, 2], [0, 1], none] as const;

function padded(builder: FloatBuilder, paddings: AttributesOf<'pad'>['paddings']) {
  return builder.add('pad', 'pad', { paddings }, [builder.in('image', 1, 6, 5, 2)]);
}

describe('of convolutions', () => {
  it.each(['valid', 'same'] as const)('becomes their own, beside %s', (padding) => {
    for (const stride of [1, 2]) {
      const graph = graphOf((builder) => [
        builder.conv('conv', padded(builder, around), 3, 5, { padding, stride }),
      ]);
      expect(passKinds(graph, padInWindows)).toEqual(['conv_2d']);
      const depthwise = graphOf((builder) => [
        builder.depthwise('depthwise', padded(builder, around), 2, 3, { padding, stride, dilation: 2 }),
      ]);
      expect(passKinds(depthwise, padInWindows)).toEqual(['depthwise_conv_2d']);
    }
  });

  it('stays where a window would see nothing but it, or somebody else reads it', () => {
    const wide = graphOf((builder) => [
      builder.conv('conv', padded(builder, [none, [3, 0], none, none]), 3, 3),
    ]);
    expect(passKinds(wide, padInWindows)).toEqual(['pad', 'conv_2d']);
    const channels = graphOf((builder) => [
      builder.conv('conv', padded(builder, [none, none, none, [1, 0]]), 3, 3),
    ]);
    expect(passKinds(channels, padInWindows)).toEqual(['pad', 'conv_2d']);
    const shared = graphOf((builder) => {
      const image = padded(builder, around);
      return [builder.conv('one', image, 3, 3), builder.conv('other', image, 3, 3)];
    });
    expect(passKinds(shared, padInWindows)).toEqual(['pad', 'conv_2d', 'conv_2d']);
  });

  it('may have rows behind the image that no window reaches', () => {
    const graph = graphOf((builder) => [
      builder.conv('conv', padded(builder, [none, [0, 1], none, none]), 3, 2, {
        padding: 'valid',
        stride: 3,
      }),
    ]);
    expect(passKinds(graph, padInWindows)).toEqual(['conv_2d']);
  });
});

const image = (zeroPoint: number, ...shape: number[]): TensorType => ({
  dtype: 'int8',
  shape,
  quant: perTensor(0.05, zeroPoint),
});

function pooled(kind: 'max_pool_2d' | 'average_pool_2d', zeroPoint: number, value?: number): Graph {
  const graph = new TestGraph();
  const type = (...shape: number[]): TensorType => image(zeroPoint, ...shape);
  const input = graph.input(type(1, 4, 4, 2));
  const paddings = [none, [1, 1], [1, 1], none] as const;
  const between = graph.value(type(1, 6, 6, 2));
  if (value === undefined) graph.node('pad', { paddings }, [input], between);
  else graph.node('padv2', { paddings }, [input, graph.constant(type(1), Int8Array.of(value))], between);
  const attributes = { padding: 'valid', strides: [2, 2], filter: [2, 2], activation: 'none' } as const;
  return graph.build(graph.node(kind, attributes, [between], graph.value(type(1, 3, 3, 2))));
}

function run(graph: Graph): number[] {
  const random = createRandom(3, 'padded pools');
  const data = Int8Array.from({ length: elementCount([1, 4, 4, 2]) }, () => random.below(256) - 128);
  return Array.from(createInterpreter(graph).invoke([data])[0], Number);
}

const kinds = ({ nodes }: { readonly nodes: readonly Node[] }): string[] => nodes.map(({ kind }) => kind);

describe('of int8 pools', () => {
  it.each([
    ['max_pool_2d', -128, undefined, ['max_pool_2d']],
    ['max_pool_2d', 5, -128, ['max_pool_2d']],
    ['max_pool_2d', 5, undefined, ['pad', 'max_pool_2d']],
    ['max_pool_2d', 5, -127, ['padv2', 'max_pool_2d']],
    ['average_pool_2d', -128, undefined, ['pad', 'average_pool_2d']],
  ] as const)('%s with zero point %i and value %s', (kind, zeroPoint, value, expected) => {
    const graph = pooled(kind, zeroPoint, value);
    const after = runPasses(graph, [padInWindows]);
    expect(kinds(after)).toEqual(expected);
    expect(run(after)).toEqual(run(graph));
  });
});
