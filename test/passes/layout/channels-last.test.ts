import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../src/core/random.ts';
import { elementCount, type Shape } from '../../../src/core/tensor.ts';
import { createInterpreter } from '../../../src/interpreter/interpreter.ts';
import { GraphBuilder } from '../../../src/ir/builder.ts';
import { type Graph, getValue, type ValueId } from '../../../src/ir/graph.ts';
import { channelsLast, channelsLastInside } from '../../../src/passes/layout/channels-last.ts';
import { permutedData } from '../../../src/passes/layout/permutation.ts';

const TO_LAST = [0, 2, 3, 1];
const TO_FIRST = [0, 3, 1, 2];

/** Graphs as importers of channels-first formats write them. */
class Net {
  readonly builder = new GraphBuilder();
  readonly #random = createRandom(7, 'layout');

  input(shape: Shape, name = 'input'): ValueId {
    return this.builder.input(name, { dtype: 'float32', shape });
  }

  values(count: number): Float32Array {
    return Float32Array.from({ length: count }, () => this.#random.uniform() * 2 - 1);
  }

  constant(shape: Shape): ValueId {
    return this.builder.constant('', { dtype: 'float32', shape }, this.values(elementCount(shape)));
  }

  first(id: ValueId): ValueId {
    return this.builder.add('transpose', 'first', { permutation: TO_FIRST }, [id]);
  }

  last(id: ValueId): ValueId {
    return this.builder.add('transpose', 'last', { permutation: TO_LAST }, [id]);
  }

  conv(input: ValueId, filters: number): ValueId {
    const image = this.last(input);
    const depth = this.builder.typeOf(image).shape[3];
    const options = { padding: 'same', strides: [1, 1], dilations: [1, 1], activation: 'none' } as const;
    const operands = [image, this.constant([filters, 3, 3, depth]), this.constant([filters])];
    return this.first(this.builder.add('conv_2d', 'conv', options, operands));
  }

  reshape(id: ValueId, newShape: Shape): ValueId {
    return this.builder.add('reshape', 'reshape', { newShape }, [id]);
  }

  dense(id: ValueId, units: number): ValueId {
    const depth = this.builder.typeOf(id).shape[1];
    const options = { activation: 'none', keepNumDims: false } as const;
    return this.builder.add('fully_connected', 'dense', options, [
      id,
      this.constant([units, depth]),
      this.constant([units]),
    ]);
  }

  relu(id: ValueId): ValueId {
    return this.builder.add('relu', 'relu', {}, [id]);
  }

  binary(kind: 'add' | 'mul', a: ValueId, b: ValueId): ValueId {
    return this.builder.add(kind, kind, { activation: 'none' }, [a, b]);
  }
}

type Build = (net: Net) => readonly ValueId[];

const NETWORKS: Readonly<Record<string, Build>> = {
  'two convolutions': (net) => [net.conv(net.relu(net.conv(net.input([1, 3, 4, 5]), 4)), 2)],
  'a normalized input': (net) => {
    const scaled = net.binary('mul', net.input([1, 3, 4, 5]), net.constant([1, 3, 1, 1]));
    return [net.conv(net.binary('add', scaled, net.constant([3, 1, 1])), 2)];
  },
  'a residual sum, read twice': (net) => {
    const before = net.conv(net.input([1, 3, 4, 5]), 4);
    return [net.conv(net.relu(net.binary('add', before, net.conv(net.relu(before), 4))), 2)];
  },
  'squeeze and excitation': (net) => {
    const image = net.conv(net.input([1, 3, 4, 5]), 4);
    const pooled = net.builder.add('mean', 'pool', { axes: [2, 3], keepDims: true }, [image]);
    return [net.conv(net.binary('mul', image, net.conv(net.relu(net.conv(pooled, 2)), 4)), 2)];
  },
  'branches joined along the channels': (net) => {
    const image = net.input([1, 3, 4, 5]);
    const branches = [net.conv(image, 2), net.conv(image, 3), image];
    return [net.conv(net.builder.add('concatenation', '', { axis: 1, activation: 'none' }, branches), 2)];
  },
  'a head behind a mean': (net) => {
    const pooled = net.builder.add('mean', '', { axes: [2, 3], keepDims: false }, [
      net.conv(net.input([1, 3, 4, 5]), 4),
    ]);
    return [net.dense(pooled, 3)];
  },
  'a head behind all pixels': (net) => [
    net.dense(net.reshape(net.relu(net.conv(net.input([1, 3, 4, 5]), 4)), [1, 80]), 3),
  ],
  'all pixels beside other numbers': (net) => {
    const pixels = net.reshape(net.relu(net.conv(net.input([1, 3, 4, 5]), 4)), [1, 80]);
    const others = [net.input([1, 2], 'others'), net.dense(net.input([1, 6], 'more'), 5)];
    const rows = [others[0], pixels, others[1]];
    return [net.dense(net.builder.add('concatenation', '', { axis: 1, activation: 'none' }, rows), 3)];
  },
  'an image from a dense layer': (net) => [
    net.conv(net.relu(net.reshape(net.relu(net.dense(net.input([1, 6]), 80)), [1, 4, 4, 5])), 3),
  ],
  'channels split, padded and cut': (net) => {
    const image = net.conv(net.input([1, 3, 4, 5]), 4);
    const [a, b] = net.builder.addMany('split', '', { axis: 1, count: 2 }, [image]);
    const paddings = [
      [0, 0],
      [1, 0],
      [0, 2],
      [0, 0],
    ] as const;
    const cut = { begin: [0, 1, 0, 2], size: [1, 2, 6, 3] };
    const padded = net.builder.add('pad', '', { paddings }, [a]);
    const sliced = net.builder.add('slice', '', cut, [padded]);
    return [net.conv(sliced, 2), net.conv(b, 1)];
  },
  'one spatial axis': (net) => {
    const wide = (id: ValueId): ValueId => {
      const [batch, channels, width] = net.builder.typeOf(id).shape;
      return net.reshape(id, [batch, channels, 1, width]);
    };
    const narrow = (id: ValueId): ValueId => {
      const [batch, channels, , width] = net.builder.typeOf(id).shape;
      return net.reshape(id, [batch, channels, width]);
    };
    const first = net.relu(narrow(net.conv(wide(net.input([1, 3, 9])), 4)));
    const second = narrow(net.conv(wide(first), 5));
    return [net.dense(net.builder.add('mean', '', { axes: [2], keepDims: false }, [second]), 2)];
  },
  'one channel': (net) => [net.conv(net.input([1, 1, 6, 5]), 3)],
};

function run(graph: Graph, inputs: readonly Float32Array[]): readonly Float32Array[] {
  return createInterpreter(graph)
    .invoke(inputs)
    .map((data) => Float32Array.from(data as Float32Array));
}

function shapesOf(graph: Graph, ids: readonly ValueId[]): readonly Shape[] {
  return ids.map((id) => getValue(graph, id).type.shape);
}

function transposes({ nodes }: Graph): number {
  return nodes.filter(({ kind }) => kind === 'transpose').length;
}

describe.each(Object.entries(NETWORKS))('%s', (_, build) => {
  const net = new Net();
  const graph = net.builder.build(build(net));
  const records = shapesOf(graph, graph.inputs).map((shape) => net.values(elementCount(shape)));
  const expected = run(graph, records);

  it('has no transposes, and computes the same of images whose channels are last', () => {
    const { graph: moved, inputs, outputs } = channelsLast(graph);
    expect(transposes(moved)).toBe(0);
    const shapes = shapesOf(graph, graph.inputs);
    const given = records.map((data, index) => {
      const order = inputs[index];
      return order === undefined ? data : permutedData(data, shapes[index], order);
    });
    const results = run(moved, given);
    const ends = shapesOf(graph, graph.outputs);
    for (const [index, data] of expected.entries()) {
      const order = outputs[index];
      const wanted = order === undefined ? data : permutedData(data, ends[index], order);
      expect(results[index].length).toBe(wanted.length);
      for (const [at, value] of results[index].entries()) expect(value).toBeCloseTo(wanted[at], 5);
    }
  });

  it('computes the same at ends that stay as they are', () => {
    const moved = channelsLastInside(graph);
    expect(shapesOf(moved, [...moved.inputs, ...moved.outputs])).toEqual(
      shapesOf(graph, [...graph.inputs, ...graph.outputs]),
    );
    expect(transposes(moved)).toBeLessThanOrEqual(graph.inputs.length + graph.outputs.length);
    for (const [index, data] of run(moved, records).entries()) {
      for (const [at, value] of data.entries()) expect(value).toBeCloseTo(expected[index][at], 5);
    }
  });
});

it('leaves an input of sequences as it is', () => {
  const net = new Net();
  const rows = net.reshape(net.input([1, 7, 4]), [7, 4]);
  const { inputs, graph } = channelsLast(net.builder.build([net.dense(rows, 2)]));
  expect(inputs).toEqual([undefined]);
  expect(getValue(graph, graph.inputs[0]).type.shape).toEqual([1, 7, 4]);
});

it('leaves integers and truth values where they lie, which TFLM does not transpose', () => {
  const builder = new GraphBuilder();
  const whole = builder.input('whole', { dtype: 'int32', shape: [1, 2, 3, 3] });
  const real = builder.input('real', { dtype: 'float32', shape: [1, 3, 3, 2] });
  const last = builder.add('slice', 'cut', { begin: [0, 0, 0, 0], size: [1, 1, 3, 3] }, [whole]);
  const first = builder.add('transpose', 'first', { permutation: TO_FIRST }, [real]);
  const isSame = builder.add('equal', 'equal', {}, [first, first]);
  const { graph, inputs } = channelsLast(builder.build([last, isSame]));
  expect(inputs[0]).toBeUndefined();
  expect(graph.nodes.map(({ kind }) => kind)).toEqual(['slice', 'transpose', 'equal']);
});
