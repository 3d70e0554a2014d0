import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { perAxis, perTensor } from '../../src/core/quant-params.ts';
import { createRandom, type Random } from '../../src/core/random.ts';
import { elementCount, type Shape, type TensorType } from '../../src/core/tensor.ts';
import { readTflite } from '../../src/formats/tflite/read.ts';
import { createInterpreter } from '../../src/interpreter/interpreter.ts';
import { nodeOf } from '../../src/ir/builder.ts';
import { checkGraph } from '../../src/ir/check.ts';
import { type Graph, inputShapes, type Node, outputTypes, type Value } from '../../src/ir/graph.ts';
import { printGraph } from '../../src/ir/print.ts';
import { opOf } from '../../src/ops/index.ts';
import { dropConstantChannels } from '../../src/passes/drop-constant-channels.ts';
import { runPasses } from '../../src/passes/pass.ts';
import { NO_SHARED, sharedPath } from '../shared.ts';

function macs(graph: Graph): number {
  return graph.nodes.reduce((sum, node) => {
    const outputs = outputTypes(graph, node).map(({ shape }) => shape);
    return sum + opOf(node.kind).macs(inputShapes(graph, node), outputs);
  }, 0);
}

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
    const scales = Array.from({ length: channels }, () => this.#pick(0.00001, 0.002, 0.003, 0.004, 0.006, 0.01));
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

function drawn(seed: number): Graph {
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
function records(type: TensorType, count: number): Int8Array[] {
  const random = createRandom(5, 'constant channel records');
  return Array.from({ length: count }, (_, record) =>
    Int8Array.from({ length: elementCount(type.shape) }, () =>
      record % 2 === 0 ? random.below(256) - 128 : random.below(2) * 255 - 128,
    ),
  );
}

function outputsOf(graph: Graph, inputs: readonly Int8Array[]): number[][] {
  const interpreter = createInterpreter(graph);
  return inputs.map((input) => Array.from(interpreter.invoke([input])[0], Number));
}

describe('drop-constant-channels', () => {
  it('gives the same bytes with less work', () => {
    let removed = 0;
    let varied = 0;
    for (let seed = 0; seed < 60; seed++) {
      const before = drawn(seed);
      const after = runPasses(before, [dropConstantChannels]);
      const inputs = records(before.values.get(before.inputs[0])?.type as TensorType, 8);
      const outputs = outputsOf(before, inputs);
      expect(outputsOf(after, inputs), `seed ${seed}`).toEqual(outputs);
      expect(printGraph(runPasses(after, [dropConstantChannels]))).toBe(printGraph(after));
      if (macs(after) < macs(before)) removed++;
      if (new Set(outputs.map(String)).size > 1) varied++;
    }
    expect(removed).toBeGreaterThan(40);
    expect(varied).toBeGreaterThan(20);
  });

  const model = sharedPath('models', 'mlperf-tiny', 'vww_96_int8.tflite');
  const input = sharedPath('golden', 'models', 'vww_96_int8', 'input.bin');
  const logits = sharedPath('golden', 'models', 'vww_96_int8', 'logits.bin');
  const present = model !== undefined && input !== undefined && logits !== undefined;

  it.skipIf(!present)(
    `halves the visual wake word model with the logits recorded from TFLM (${NO_SHARED})`,
    () => {
      const before = readTflite(readFileSync(model as string)).graph;
      const after = runPasses(before, [dropConstantChannels]);
      expect(macs(before)).toBe(7489664);
      expect(macs(after)).toBeLessThanOrEqual(3900000);
      const softmax = after.nodes.find(({ kind }) => kind === 'softmax') as Node;
      const size = elementCount(after.values.get(after.inputs[0])?.type.shape as Shape);
      const bytes = new Int8Array(readFileSync(input as string));
      const expected = new Int8Array(readFileSync(logits as string));
      const interpreter = createInterpreter({ ...after, outputs: [softmax.inputs[0] as number] });
      const count = bytes.length / size;
      const seen = Array.from({ length: count }, (_, record) =>
        Array.from(interpreter.invoke([bytes.subarray(record * size, (record + 1) * size)])[0], Number),
      );
      expect(seen.flat()).toEqual(Array.from(expected));
      expect(new Set(expected).size).toBeGreaterThan(4);
    },
  );
});
