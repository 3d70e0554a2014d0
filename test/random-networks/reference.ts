/**
 * What plain quantization would come to: TensorFlow's rules and nothing on top, simulated in real numbers. Activations
 * round to 256 steps between the smallest and the largest value of the calibration, weights to 255 of their own
 * channel, other constants to 256 of their tensor; sigmoid, softmax and tanh have fixed outputs, and CONCATENATION,
 * MAXIMUM and MINIMUM the range of their output. It shares the arithmetic of scales with tinyml's quantizer, and no
 * decision.
 */

import { type PerTensorQuant, perTensor } from '../../src/core/quant-params.ts';
import { elementCount, type TensorData } from '../../src/core/tensor.ts';
import type { FloatArray } from '../../src/data/records/float-array.ts';
import { arrayRecords } from '../../src/data/records/records.ts';
import {
  type Graph,
  getValue,
  inputTypes,
  type Node,
  outputTypes,
  type ValueId,
} from '../../src/ir/graph.ts';
import { calibrate } from '../../src/models/convert/calibrate.ts';
import { opOf } from '../../src/ops/index.ts';
import type { AnyKernel } from '../../src/ops/op.ts';
import { runPasses } from '../../src/passes/pass.ts';
import { floatPasses } from '../../src/passes/pipelines.ts';
import {
  activationParameters,
  asymmetricParameters,
  quantizeWeights,
  type Range,
  rangeOf,
  scalesOver,
  weightParameters,
} from '../../src/passes/quantize/parameters.ts';

/** What TensorFlow's converter does to a float graph as well. */
const PLAIN_PASSES = [
  'dead-code',
  'fold-constants',
  'drop-identity',
  'drop-reshapes',
  'fold-scale-shift-backward',
  'fuse-activation',
];

function rounded(values: Float32Array, { scale, zeroPoint }: PerTensorQuant): Float32Array {
  return values.map((value) => {
    const step = Math.max(-128, Math.min(127, Math.round(value / scale) + zeroPoint));
    return scale * (step - zeroPoint);
  });
}

class Reference {
  readonly #graph: Graph;
  readonly #ranges: ReadonlyMap<ValueId, Range>;
  readonly #params = new Map<ValueId, PerTensorQuant>();
  readonly #constants = new Map<string, Float32Array>();

  constructor(graph: Graph, ranges: ReadonlyMap<ValueId, Range>) {
    this.#graph = graph;
    this.#ranges = ranges;
    for (const id of graph.inputs) this.#params.set(id, this.#calibrated(id));
    for (const node of graph.nodes)
      for (const id of node.outputs) this.#params.set(id, this.#outputOf(node, id));
  }

  #calibrated(id: ValueId): PerTensorQuant {
    return activationParameters(this.#ranges.get(id) as Range);
  }

  #outputOf(node: Node, id: ValueId): PerTensorQuant {
    const { quantRule } = opOf(node.kind);
    if (quantRule.rule === 'same-as-input') return this.#paramsOf(node.inputs[0] as ValueId);
    if (quantRule.rule !== 'fixed-output') return this.#calibrated(id);
    const { scale, zeroPoint } = quantRule.outputs.int8;
    return perTensor(scale, zeroPoint);
  }

  #paramsOf(id: ValueId): PerTensorQuant {
    return this.#params.get(id) as PerTensorQuant;
  }

  /** A constant as the operator of that node would have it; biases are wide enough to stay as they are. */
  #constant(node: Node, operand: number, data: Float32Array): Float32Array {
    const { quantRule } = opOf(node.kind);
    if (quantRule.rule !== 'weighted') return rounded(data, asymmetricParameters(rangeOf(data)));
    if (operand !== quantRule.weights) return data;
    const { shape } = getValue(this.#graph, node.inputs[operand] as ValueId).type;
    const quant = weightParameters(data, shape, quantRule.axis);
    const scaleAt = scalesOver(shape, quant);
    return Float32Array.from(quantizeWeights(data, shape, quant), (step, index) => step * scaleAt(index));
  }

  #operand(node: Node, operand: number, values: ReadonlyMap<ValueId, TensorData>): TensorData | undefined {
    const id = node.inputs[operand];
    if (id === undefined) return undefined;
    const { data } = getValue(this.#graph, id);
    if (data === undefined) {
      const value = values.get(id) as Float32Array;
      return opOf(node.kind).quantRule.rule === 'same-as-output'
        ? rounded(value, this.#paramsOf(node.outputs[0]))
        : value;
    }
    if (!(data instanceof Float32Array)) return data;
    const key = `${node.outputs[0]} ${operand}`;
    const made = this.#constants.get(key) ?? this.#constant(node, operand, data);
    this.#constants.set(key, made);
    return made;
  }

  run(record: Float32Array): Float32Array {
    const graph = this.#graph;
    const [input] = graph.inputs;
    const values = new Map<ValueId, TensorData>([[input, rounded(record, this.#paramsOf(input))]]);
    for (const node of graph.nodes) {
      const kernel = opOf(node.kind).kernels.float32 as AnyKernel;
      const types = outputTypes(graph, node);
      const operands = node.inputs.map((_, operand) => this.#operand(node, operand, values));
      const results = types.map(({ shape }) => new Float32Array(elementCount(shape)));
      kernel.build(kernel.prepare(node.attributes, inputTypes(graph, node), types)).run(operands, results);
      for (const [index, id] of node.outputs.entries())
        values.set(id, rounded(results[index], this.#paramsOf(id)));
    }
    return values.get(graph.outputs[0]) as Float32Array;
  }
}

/** The outputs of all records, one after another, of the float graph as it was imported. */
export async function plainQuantization(
  imported: Graph,
  calibration: FloatArray,
  records: FloatArray,
): Promise<Float32Array> {
  const graph = runPasses(
    imported,
    floatPasses.filter(({ name }) => PLAIN_PASSES.includes(name)),
  );
  const { ranges } = await calibrate(graph, arrayRecords(calibration), {});
  const reference = new Reference(graph, ranges);
  const [count, ...shape] = records.shape;
  const length = elementCount(shape);
  const outputs = Array.from({ length: count }, (_, index) =>
    reference.run(records.data.slice(index * length, (index + 1) * length)),
  );
  return Float32Array.from(outputs.flatMap((output) => Array.from(output)));
}
