/** Graphs for the tests of the `.tflite` format. */

import { given } from '../../../src/core/given.ts';
import { perAxis, perTensor, type QuantParams } from '../../../src/core/quant-params.ts';
import { createRandom, type Random } from '../../../src/core/random.ts';
import {
  allocate,
  elementCount,
  type Shape,
  type TensorData,
  type TensorType,
} from '../../../src/core/tensor.ts';
import { nodeOf } from '../../../src/ir/builder.ts';
import { checkGraph } from '../../../src/ir/check-graph.ts';
import type { Graph, Node, Value, ValueId } from '../../../src/ir/graph.ts';
import type { AttributesOf, OpKind } from '../../../src/ops/index.ts';

/** Builds a graph whose values are numbered in the order they are made, named as a reader would name them. */
export class TestGraph {
  readonly #values = new Map<ValueId, Value>();
  readonly #nodes: Node[] = [];
  readonly #inputs: ValueId[] = [];
  readonly #random: Random;

  constructor(seed = 1) {
    this.#random = createRandom(seed, 'tflite test graph');
  }

  value(type: TensorType, name?: string): ValueId {
    const id = this.#values.size;
    this.#values.set(id, { id, name: name ?? `t${id}`, type });
    return id;
  }

  input(type: TensorType, name = 'input'): ValueId {
    const id = this.value(type, name);
    this.#inputs.push(id);
    return id;
  }

  state(type: TensorType): ValueId {
    const id = this.value(type);
    this.#values.set(id, { id, name: `t${id}`, type, state: {} });
    return id;
  }

  resource(name: string, type: TensorType, initial?: TensorData): ValueId {
    const id = this.value(type, name);
    this.#values.set(id, { id, name, type, state: given({ initial }) });
    return id;
  }

  /** Random elements unless given. */
  constant(type: TensorType, data: TensorData = this.#elements(type)): ValueId {
    const id = this.value(type);
    this.#values.set(id, { id, name: `t${id}`, type, data });
    return id;
  }

  #elements({ dtype, shape }: TensorType): TensorData {
    const data = allocate(dtype, elementCount(shape));
    for (let i = 0; i < data.length; i++) {
      data[i] = dtype === 'float32' ? this.#random.normal() : this.#random.below(200) - 100;
    }
    return data;
  }

  node<Kind extends OpKind>(
    kind: Kind,
    attributes: AttributesOf<Kind>,
    inputs: readonly (ValueId | undefined)[],
    output: ValueId,
  ): ValueId {
    return this.nodeOfMany(kind, attributes, inputs, [output])[0];
  }

  nodeOfMany<Kind extends OpKind>(
    kind: Kind,
    attributes: AttributesOf<Kind>,
    inputs: readonly (ValueId | undefined)[],
    outputs: readonly ValueId[],
  ): readonly ValueId[] {
    const { name } = this.#values.get(outputs[0]) as Value;
    this.#nodes.push(nodeOf(kind, name === `t${outputs[0]}` ? '' : name, attributes, inputs, outputs));
    return outputs;
  }

  build(...outputs: ValueId[]): Graph {
    const graph = { values: this.#values, nodes: this.#nodes, inputs: this.#inputs, outputs };
    checkGraph(graph);
    return graph;
  }
}

export function int8(shape: Shape, scale: number, zeroPoint: number): TensorType {
  return { dtype: 'int8', shape, quant: perTensor(scale, zeroPoint) };
}

export function float32(...shape: number[]): TensorType {
  return { dtype: 'float32', shape };
}

/** 1-16-16-1, as the first network that everyone trains; one scale per unit if `perUnit`. */
export function sineNet(perUnit = false): Graph {
  const graph = new TestGraph();
  const widths = [1, 16, 16, 1];
  const activations = [
    [0.0245, -128],
    [0.0129, -128],
    [0.0134, -128],
    [0.0083, 4],
  ] as const;
  const activation = (layer: number, units: number): TensorType => {
    const [scale, zeroPoint] = activations[layer];
    return int8([1, units], scale, zeroPoint);
  };
  let input = graph.input(activation(0, 1));
  for (let layer = 0; layer < 3; layer++) {
    const [depth, units] = [widths[layer], widths[layer + 1]];
    const last = layer === 2;
    const scale = Math.fround(0.0051 + layer / 1000);
    const quant = (factor: number): QuantParams =>
      perUnit && units > 1
        ? perAxis(
            0,
            Array.from({ length: units }, (_, unit) => factor * scale * (1 + unit / 9)),
          )
        : perTensor(Math.fround(factor * scale), 0);
    const weights = graph.constant({ dtype: 'int8', shape: [units, depth], quant: quant(1) });
    const bias = graph.constant({ dtype: 'int32', shape: [units], quant: quant(activations[layer][0]) });
    const output = graph.value(activation(layer + 1, units), last ? 'output' : undefined);
    input = graph.node(
      'fully_connected',
      { activation: last ? 'none' : 'relu', keepNumDims: false },
      [input, weights, bias],
      output,
    );
  }
  return graph.build(input);
}

/** Every operator once, each with attributes that are not the format's defaults where it has any. */
export function everyOperator(): Graph {
  const graph = new TestGraph();
  const shape = [2, 6];
  const input = graph.input(float32(...shape));
  const quantized = graph.node('quantize', {}, [input], graph.value(int8(shape, 0.05, -3)));
  const other = graph.constant(int8([1, 6], 0.04, 5));
  const sum = graph.node(
    'add',
    { activation: 'relu6' },
    [quantized, other],
    graph.value(int8(shape, 0.06, 1)),
  );
  const difference = graph.node(
    'sub',
    { activation: 'relu_n1_to_1' },
    [sum, quantized],
    graph.value(int8(shape, 0.07, 2)),
  );
  const product = graph.node(
    'mul',
    { activation: 'none' },
    [difference, other],
    graph.value(int8(shape, 0.08, 0)),
  );
  const positive = graph.node('relu', {}, [product], graph.value(int8(shape, 0.03, -128)));
  const clamped = graph.node('relu6', {}, [positive], graph.value(int8(shape, 0.03, -128)));
  const flat = graph.node('reshape', { newShape: [3, 4] }, [clamped], graph.value(int8([3, 4], 0.03, -128)));
  const weights = graph.constant({ dtype: 'int8', shape: [5, 4], quant: perTensor(0.01, 0) });
  const dense = graph.node(
    'fully_connected',
    { activation: 'none', keepNumDims: true },
    [flat, weights],
    graph.value(int8([3, 5], 0.02, 7)),
  );
  const curve = graph.node('tanh', {}, [dense], graph.value(int8([3, 5], 1 / 128, 0)));
  const gate = graph.node('logistic', {}, [curve], graph.value(int8([3, 5], 1 / 256, -128)));
  const share = graph.node('softmax', { beta: 0.5 }, [gate], graph.value(int8([3, 5], 1 / 256, -128)));
  const output = graph.node('dequantize', {}, [share], graph.value(float32(3, 5), 'output'));
  return graph.build(output);
}
