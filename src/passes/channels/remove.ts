/** A graph with fewer channels: constants sliced, what removed channels contributed added to the biases. */

import { perAxis, type QuantParams } from '../../core/quant-params.ts';
import { allocate, type TensorData, type TensorType } from '../../core/tensor.ts';
import { type Graph, getValue, type Node, type Value, type ValueId } from '../../ir/graph.ts';
import { firstFreeId, nodeWith } from '../../ir/rewrite.ts';
import { channelLayout, isLinear, type LinearNode } from '../linear.ts';
import { biasParameters } from '../quantize/parameters.ts';
import { channelCount } from '../scale-shift/scale-shift.ts';
import { constantOf, type IntervalMap, zeroOf } from './intervals.ts';

/** The channels that stay, in ascending order, of every tensor that loses some. */
export type Kept = ReadonlyMap<ValueId, readonly number[]>;

function pick(data: TensorData, dtype: TensorType['dtype'], keeps: (index: number) => boolean): TensorData {
  const indices: number[] = [];
  for (let i = 0; i < data.length; i++) if (keeps(i)) indices.push(i);
  const picked = allocate(dtype, indices.length) as Float32Array;
  for (const [to, from] of indices.entries()) picked[to] = (data as Float32Array)[from];
  return picked;
}

function pickScales(quant: QuantParams | undefined, kept: readonly number[]): QuantParams | undefined {
  if (quant?.scheme !== 'per-axis') return quant;
  return perAxis(
    quant.axis,
    kept.map((channel) => quant.scales[channel]),
  );
}

function typeWith(type: TensorType, shape: readonly number[], quant: QuantParams | undefined): TensorType {
  return quant === undefined ? { dtype: type.dtype, shape } : { dtype: type.dtype, shape, quant };
}

function narrowed(value: Value, kept: readonly number[]): Value {
  const { type, data } = value;
  const channels = channelCount(type.shape);
  const stays = new Set(kept);
  const narrow = { ...value, type: { ...type, shape: type.shape.with(-1, kept.length) } };
  return data === undefined
    ? narrow
    : { ...narrow, data: pick(data, type.dtype, (index) => stays.has(index % channels)) };
}

class ChannelRemover {
  readonly #graph: Graph;
  readonly #known: IntervalMap;
  readonly #kept: Kept;
  readonly #values: Map<ValueId, Value>;
  #nextId: ValueId;

  constructor(graph: Graph, known: IntervalMap, kept: Kept) {
    this.#graph = graph;
    this.#known = known;
    this.#kept = kept;
    this.#nextId = firstFreeId(graph);
    this.#values = new Map(graph.values);
  }

  run(): Graph {
    const nodes = this.#graph.nodes.map((node) => this.#narrowNode(node));
    for (const [id, kept] of this.#kept) this.#values.set(id, narrowed(getValue(this.#graph, id), kept));
    return { ...this.#graph, values: this.#values, nodes };
  }

  #constant(name: string, type: TensorType, data: TensorData): ValueId {
    const id = this.#nextId++;
    this.#values.set(id, { id, name, type, data });
    return id;
  }

  #narrowNode(node: Node): Node {
    if (isLinear(node)) return this.#narrowLinear(node);
    const kept = this.#kept.get(node.outputs[0]);
    if (node.kind !== 'reshape' || kept === undefined) return node;
    return nodeWith(node, { attributes: { newShape: node.attributes.newShape.with(-1, kept.length) } });
  }

  #narrowLinear(node: LinearNode): Node {
    const [inputId, weightsId, biasId] = node.inputs as readonly [ValueId, ValueId, ValueId | undefined];
    const [keptInputs, keptOutputs] = [this.#kept.get(inputId), this.#kept.get(node.outputs[0])];
    if (keptInputs === undefined && keptOutputs === undefined) return node;
    const input = getValue(this.#graph, inputId).type;
    const weights = getValue(this.#graph, weightsId);
    const layout = channelLayout(node, input.shape, weights.type.shape);
    const channels = channelCount(input.shape);
    const every = Array.from({ length: layout.outputs }, (_, channel) => channel);
    const outputs = keptOutputs ?? every;
    const [staysIn, staysOut] = [keptInputs && new Set(keptInputs), new Set(outputs)];

    const data = pick(
      weights.data as TensorData,
      weights.type.dtype,
      (index) =>
        (staysIn?.has(layout.inputOf(index) % channels) ?? true) && staysOut.has(layout.outputOf(index)),
    );
    const shape = this.#weightShape(node, weights.type.shape, outputs.length, data.length);
    const type = typeWith(weights.type, shape, pickScales(weights.type.quant, outputs));
    const inputs: (ValueId | undefined)[] = [inputId, this.#constant(weights.name, type, data)];
    const bias = this.#bias(node, staysIn, outputs);
    if (bias !== undefined) inputs.push(bias);
    else if (node.inputs.length > 2) inputs.push(biasId);
    return nodeWith(node, { inputs });
  }

  #weightShape(node: LinearNode, shape: readonly number[], outputs: number, size: number): readonly number[] {
    if (node.kind === 'depthwise_conv_2d') return shape.with(-1, outputs);
    const window = shape.slice(1, -1);
    return [outputs, ...window, window.reduce((rest, side) => rest / side, size / outputs)];
  }

  /** The bias of the channels that stay, with what constant channels of the input gave. */
  #bias(
    node: LinearNode,
    staysIn: ReadonlySet<number> | undefined,
    outputs: readonly number[],
  ): ValueId | undefined {
    const [inputId, weightsId, biasId] = node.inputs as readonly [ValueId, ValueId, ValueId | undefined];
    const input = getValue(this.#graph, inputId).type;
    const weights = getValue(this.#graph, weightsId);
    const layout = channelLayout(node, input.shape, weights.type.shape);
    const bias = biasId === undefined ? undefined : getValue(this.#graph, biasId);
    const sums = Float64Array.from({ length: layout.outputs }, (_, output) =>
      Number(bias?.data?.[output] ?? 0),
    );
    // A depthwise convolution loses the constant channel itself.
    if (staysIn !== undefined && node.kind !== 'depthwise_conv_2d') {
      const channels = channelCount(input.shape);
      for (const [index, weight] of (weights.data as Float32Array).entries()) {
        const channel = layout.inputOf(index) % channels;
        const constant = constantOf(this.#known.get(inputId), channel);
        if (staysIn.has(channel) || constant === undefined || weight === 0) continue;
        sums[layout.outputOf(index)] += weight * (constant - zeroOf(input));
      }
    }
    if (bias === undefined && sums.every((sum) => sum === 0)) return undefined;
    const type = bias?.type ?? this.#newBiasType(input, weights.type);
    const data = allocate(type.dtype, outputs.length) as Float32Array;
    for (const [to, from] of outputs.entries()) data[to] = sums[from];
    const name = bias?.name ?? `${node.name}/bias`;
    return this.#constant(name, typeWith(type, [outputs.length], pickScales(type.quant, outputs)), data);
  }

  #newBiasType(input: TensorType, weights: TensorType): TensorType {
    if (input.quant?.scheme !== 'per-tensor' || weights.quant === undefined)
      return { dtype: 'float32', shape: [] };
    return { dtype: 'int32', shape: [], quant: biasParameters(input.quant.scale, weights.quant) };
  }
}

export function removeChannels(graph: Graph, known: IntervalMap, kept: Kept): Graph {
  return new ChannelRemover(graph, known, kept).run();
}
