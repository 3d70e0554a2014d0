/** Random residual blocks of int8: an image beside what convolutions make of it, in one sum. */

import { createRandom, type Random } from '../../src/core/random.ts';
import { elementCount, type Shape, type TensorData, type TensorType } from '../../src/core/tensor.ts';
import { createInterpreter } from '../../src/interpreter/interpreter.ts';
import { nodeOf } from '../../src/ir/builder.ts';
import { checkGraph } from '../../src/ir/check-graph.ts';
import { type Graph, getValue, type Node, type Value, type ValueId } from '../../src/ir/graph.ts';
import type { Comparison } from './many-graphs.ts';

const RECORDS = 2;

function int8Elements(random: Random, length: number): Int8Array {
  return Int8Array.from({ length }, () => random.below(256) - 128);
}

function oneOf<T>(random: Random, choices: readonly T[]): T {
  return choices[random.below(choices.length)];
}

/** A graph of int8 while it is drawn. */
class Int8Draft {
  readonly #values = new Map<ValueId, Value>();
  readonly #nodes: Node[] = [];

  /** Few different weights have short codes. */
  readonly largestWeight: number;

  constructor(readonly random: Random) {
    this.largestWeight = oneOf(random, [127, 1]);
  }

  #put(type: TensorType, data?: TensorData): ValueId {
    const id = this.#values.size;
    this.#values.set(id, { id, name: `value ${id}`, type, ...(data === undefined ? {} : { data }) });
    return id;
  }

  /** Scales from where all is clamped to where next to nothing is left. */
  image(shape: Shape, scale = 2 ** (this.random.below(9) - 4) * (1 + this.random.uniform())): ValueId {
    const zeroPoint = this.random.below(256) - 128;
    return this.#put({ dtype: 'int8', shape, quant: { scheme: 'per-tensor', scale, zeroPoint } });
  }

  shapeOf(id: ValueId): Shape {
    return (this.#values.get(id) as Value).type.shape;
  }

  conv(from: ValueId, filters: number, size: number, stride = 1): ValueId {
    const [batches, height, width, depth] = this.shapeOf(from);
    const shape = [filters, size, size, depth];
    const scales = Float32Array.from(
      { length: filters },
      () => (0.5 + this.random.uniform()) / depth / this.largestWeight,
    );
    const weights = this.#put(
      { dtype: 'int8', shape, quant: { scheme: 'per-axis', scales, axis: 0 } },
      Int8Array.from(
        { length: elementCount(shape) },
        () => this.random.below(2 * this.largestWeight + 1) - this.largestWeight,
      ),
    );
    const output = this.image([batches, Math.ceil(height / stride), Math.ceil(width / stride), filters]);
    this.#nodes.push(
      nodeOf(
        'conv_2d',
        'convolution',
        { padding: 'same', strides: [stride, stride], dilations: [1, 1], activation: 'none' },
        [from, weights, undefined],
        [output],
      ),
    );
    return output;
  }

  pair(kind: 'add' | 'sub' | 'mul' | 'maximum', a: ValueId, b: ValueId): ValueId {
    const output = this.image(this.shapeOf(a));
    this.#nodes.push(nodeOf(kind, kind, { activation: 'none' }, [a, b], [output]));
    return output;
  }

  build(inputs: readonly ValueId[], outputs: readonly ValueId[]): Graph {
    const graph = { values: this.#values, nodes: this.#nodes, inputs, outputs };
    checkGraph(graph);
    return graph;
  }
}

/** Narrow inside, wide between, as in ResNet-50; what is beside and behind the block differs. */
function bottleneck(random: Random): Graph {
  const draft = new Int8Draft(random);
  const [height, width] = [1 + random.below(9), 1 + random.below(9)];
  const [narrow, wide] = [1 + random.below(6), 16 + random.below(40)];
  const batches = 1 + random.below(2);
  const stride = 1 + random.below(2);
  const input = draft.image([batches, height * stride, width * stride, 1 + random.below(3)]);
  const skipIsInput = stride === 1 && random.below(4) === 0;
  const begin = skipIsInput ? draft.image([batches, height, width, wide]) : input;
  const skip = skipIsInput ? begin : draft.conv(input, wide, 1 + 2 * random.below(2), stride);
  const inner = draft.conv(draft.conv(skip, narrow, 1), narrow, oneOf(random, [1, 3]));
  const made = draft.conv(inner, wide, 1);
  const kind = oneOf(random, ['add', 'add', 'sub', 'mul'] as const);
  const sum = random.below(2) === 0 ? draft.pair(kind, skip, made) : draft.pair(kind, made, skip);
  const outputs = oneOf<() => readonly ValueId[]>(random, [
    () => [sum],
    () => [draft.conv(sum, 1, 1)],
    // Another reader of what is beside the block.
    () => [draft.pair('add', draft.conv(draft.conv(sum, narrow, 1), wide, 1), skip)],
    () => [draft.conv(sum, 1, 1), draft.conv(skip, 1, 1)],
  ])();
  return draft.build([begin], outputs);
}

/** The graph of a seed, with what the interpreter makes of some records. */
export function residualCase(seed: number): Comparison {
  const random = createRandom(seed, 'residual block');
  const graph = bottleneck(random);
  const interpreter = createInterpreter(graph, { kernels: 'plain' });
  const inferences = Array.from({ length: RECORDS }, () => {
    const inputs = graph.inputs.map((id) =>
      int8Elements(random, elementCount(getValue(graph, id).type.shape)),
    );
    return { inputs, expected: interpreter.invoke(inputs).map((data) => data.slice() as TensorData) };
  });
  return { graph, inferences };
}
