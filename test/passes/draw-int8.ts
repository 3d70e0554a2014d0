/** Random int8 graphs with channels that never change, and records for them. */

import { perAxis, perTensor } from '../../src/core/quant-params.ts';
import { createRandom, type Random } from '../../src/core/random.ts';
import { elementCount, type Shape, type TensorType } from '../../src/core/tensor.ts';
import { nodeOf } from '../../src/ir/builder.ts';
import { checkGraph } from '../../src/ir/check-graph.ts';
import type { Graph, Node, Value } from '../../src/ir/graph.ts';

/** Writes int8 graphs with random weights, many of them such that a channel hits a limit for every input. */
class Drawing {
  readonly #random: Random;
  readonly #values = new Map<number, Value>();
  readonly #nodes: Node[] = [];

  constructor(seed: number) {
    this.#random = createRandom(seed, 'constant channels');
  }

  #pick<T>(...choices: readonly T[]): T {
    return choices[this.#random.below(choices.length)];
  }

  value(type: TensorType, data?: Int8Array | Int32Array): number {
    const id = this.#values.size;
    this.#values.set(id, { id, name: `v${id}`, type, ...(data === undefined ? {} : { data }) });
    return id;
  }

  activation(shape: Shape): number {
    const zeroPoint = this.#pick(-128, -100, -17, 0, 17);
    return this.value({ dtype: 'int8', shape, quant: perTensor(0.05, zeroPoint) });
  }

  #shape(id: number): Shape {
    return (this.#values.get(id) as Value).type.shape;
  }

  #weights(shape: Shape, axis: number): [number, number] {
    const channels = shape[axis];
    const scales = Array.from({ length: channels }, () =>
      this.#pick(0.00001, 0.002, 0.003, 0.004, 0.006, 0.01),
    );
    const zero = Array.from({ length: channels }, () => this.#random.below(8) === 0);
    const inner = elementCount(shape.slice(axis + 1));
    const data = Int8Array.from({ length: elementCount(shape) }, (_, i) =>
      zero[Math.floor(i / inner) % channels] ? 0 : this.#random.below(255) - 127,
    );
    const bias = Int32Array.from(scales, (scale) =>
      Math.round((this.#random.normal() * this.#pick(1, 1, 1, 2, 2, 30)) / (0.05 * scale)),
    );
    return [
      this.value({ dtype: 'int8', shape, quant: perAxis(axis, scales) }, data),
      this.value(
        {
          dtype: 'int32',
          shape: [channels],
          quant: perAxis(
            0,
            scales.map((scale) => 0.05 * scale),
          ),
        },
        bias,
      ),
    ];
  }

  conv(input: number, channels: number, size: number, padding: 'same' | 'valid'): number {
    const [batch, height, width, depth] = this.#shape(input);
    const activation = this.#pick('none', 'relu', 'relu6');
    const attributes = { padding, strides: [1, 1], dilations: [1, 1], activation } as const;
    const operands = this.#weights([channels, size, size, depth], 0);
    const lost = padding === 'same' ? 0 : size - 1;
    const output = this.activation([batch, height - lost, width - lost, channels]);
    this.#nodes.push(nodeOf('conv_2d', 'conv', attributes, [input, ...operands], [output]));
    return output;
  }

  depthwise(input: number, padding: 'same' | 'valid'): number {
    const [batch, height, width, depth] = this.#shape(input);
    const activation = this.#pick('none', 'relu', 'relu6');
    const attributes = {
      padding,
      strides: [1, 1],
      dilations: [1, 1],
      activation,
      depthMultiplier: 1,
    } as const;
    const operands = this.#weights([1, 3, 3, depth], 3);
    const lost = padding === 'same' ? 0 : 2;
    const output = this.activation([batch, height - lost, width - lost, depth]);
    this.#nodes.push(nodeOf('depthwise_conv_2d', 'depthwise', attributes, [input, ...operands], [output]));
    return output;
  }

  add(a: number, b: number): number {
    const output = this.activation(this.#shape(a));
    this.#nodes.push(nodeOf('add', 'add', { activation: this.#pick('none', 'relu') }, [a, b], [output]));
    return output;
  }

  mean(input: number): number {
    const [batch, , , depth] = this.#shape(input);
    const output = this.activation([batch, depth]);
    this.#nodes.push(nodeOf('mean', 'mean', { axes: [1, 2], keepDims: false }, [input], [output]));
    return output;
  }

  dense(input: number, units: number): number {
    const operands = this.#weights([units, this.#shape(input)[1]], 0);
    const output = this.activation([1, units]);
    const attributes = { activation: 'none', keepNumDims: false } as const;
    this.#nodes.push(nodeOf('fully_connected', 'dense', attributes, [input, ...operands], [output]));
    return output;
  }

  graph(input: number, output: number): Graph {
    const graph = { values: this.#values, nodes: this.#nodes, inputs: [input], outputs: [output] };
    checkGraph(graph);
    return graph;
  }
}

export function drawInt8Graph(seed: number): Graph {
  const draw = new Drawing(seed);
  const input = draw.activation([1, 5, 5, 2]);
  const [paddingA, paddingB] = [0, 1].map((bit) => (((seed >> bit) & 1) === 0 ? 'same' : 'valid'));
  const first = draw.conv(input, 6, 1, 'same');
  const second = draw.depthwise(first, 'same');
  const sum = draw.add(second, draw.conv(second, 6, 3, 'same'));
  const third = draw.conv(draw.depthwise(sum, paddingA), 5, 1, 'same');
  return draw.graph(input, draw.dense(draw.mean(draw.conv(third, 4, 2, paddingB)), 8));
}

/** Random bytes, and bytes at the limits. */
export function drawRecords(type: TensorType, count: number): Int8Array[] {
  const random = createRandom(5, 'constant channel records');
  return Array.from({ length: count }, (_, record) =>
    Int8Array.from({ length: elementCount(type.shape) }, () =>
      record % 2 === 0 ? random.below(256) - 128 : random.below(2) * 255 - 128,
    ),
  );
}

/**
 * One number through a layer of two units: weight · x + bias, and x. Between them and the next layer, which adds
 * `nextBias`, numbers have `scale`; the smaller it is, the further are sums shifted to the left.
 */
export function limitedDense(weight: number, bias: number, nextBias: number, scale: number): Graph {
  const ends = perTensor(0.5, 0);
  const middle = perTensor(scale, 0);
  const biasQuant = (input: number) => perTensor(input * 0.5, 0);
  const values: Value[] = [
    { id: 0, name: 'x', type: { dtype: 'int8', shape: [1, 1], quant: ends } },
    { id: 1, name: 'w', type: { dtype: 'int8', shape: [2, 1], quant: ends }, data: Int8Array.of(weight, 1) },
    {
      id: 2,
      name: 'b',
      type: { dtype: 'int32', shape: [2], quant: biasQuant(0.5) },
      data: Int32Array.of(bias, 0),
    },
    { id: 3, name: 'h', type: { dtype: 'int8', shape: [1, 2], quant: middle } },
    { id: 4, name: 'v', type: { dtype: 'int8', shape: [1, 2], quant: ends }, data: Int8Array.of(100, 1) },
    {
      id: 5,
      name: 'c',
      type: { dtype: 'int32', shape: [1], quant: biasQuant(scale) },
      data: Int32Array.of(nextBias),
    },
    { id: 6, name: 'y', type: { dtype: 'int8', shape: [1, 1], quant: ends } },
  ];
  const attributes = { activation: 'none', keepNumDims: false } as const;
  const graph: Graph = {
    values: new Map(values.map((value) => [value.id, value])),
    nodes: [
      nodeOf('fully_connected', 'first', attributes, [0, 1, 2], [3]),
      nodeOf('fully_connected', 'next', attributes, [3, 4, 5], [6]),
    ],
    inputs: [0],
    outputs: [6],
  };
  checkGraph(graph);
  return graph;
}
