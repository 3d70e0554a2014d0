/** A graph with fewer channels: constants sliced, what removed channels contributed added to the biases. */

import { perAxis, type QuantParams } from '../../core/quant-params.ts';
import { allocate, type TensorData, type TensorType } from '../../core/tensor.ts';
import { type Graph, getValue, type Node, type Value, type ValueId } from '../../ir/graph.ts';
import { firstFreeId, nodeWith } from '../../ir/rewrite.ts';
import { type ChannelLayout, channelLayout, isLinear, type LinearNode } from '../linear.ts';
import { biasParameters } from '../quantize/parameters.ts';
import { channelCount } from '../scale-shift/scale-shift.ts';
import { constantOf, type IntervalMap, zeroOf } from './interval.ts';

/** The channels that stay, in ascending order, of every tensor that loses some. */
export type Kept = ReadonlyMap<ValueId, readonly number[]>;

/** Which of `count` channels stay, as ones. */
function mask(count: number, kept: readonly number[] | undefined): Uint8Array {
  if (kept === undefined) return new Uint8Array(count).fill(1);
  const stays = new Uint8Array(count);
  for (const channel of kept) stays[channel] = 1;
  return stays;
}

/** What stays of a tensor whose last axis loses channels. */
function pickChannels(data: TensorData, kept: readonly number[], channels: number): TensorData {
  const picked = data.slice(0, (data.length / channels) * kept.length);
  for (let from = 0, to = 0; from < data.length; from += channels)
    for (const channel of kept) picked[to++] = data[from + channel];
  return picked;
}

/** The weights that join channels that stay. */
function pickWeights(
  data: TensorData,
  layout: ChannelLayout,
  staysIn: Uint8Array,
  staysOut: Uint8Array,
): TensorData {
  const picked = data.slice();
  let to = 0;
  layout.forEachRun((first, end, output, input) => {
    if (staysOut[output] === 0) return;
    for (let from = first, channel = input % staysIn.length; from < end; from++) {
      if (staysIn[channel] === 1) picked[to++] = data[from];
      if (++channel === staysIn.length) channel = 0;
    }
  });
  return picked.slice(0, to);
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
  const narrow = { ...value, type: { ...type, shape: type.shape.with(-1, kept.length) } };
  return data === undefined ? narrow : { ...narrow, data: pickChannels(data, kept, channels) };
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
    const staysIn = mask(channels, keptInputs);
    const data = pickWeights(weights.data as TensorData, layout, staysIn, mask(layout.outputs, outputs));
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
  #bias(node: LinearNode, staysIn: Uint8Array, outputs: readonly number[]): ValueId | undefined {
    const [inputId, weightsId, biasId] = node.inputs as readonly [ValueId, ValueId, ValueId | undefined];
    const input = getValue(this.#graph, inputId).type;
    const weights = getValue(this.#graph, weightsId);
    const layout = channelLayout(node, input.shape, weights.type.shape);
    const bias = biasId === undefined ? undefined : getValue(this.#graph, biasId);
    const sums = Float64Array.from({ length: layout.outputs }, (_, output) =>
      Number(bias?.data?.[output] ?? 0),
    );
    const offsets = this.#lostOffsets(inputId, staysIn);
    // A depthwise convolution loses the constant channel itself; most others lose none, or zeros.
    if (node.kind !== 'depthwise_conv_2d' && offsets.some((offset) => offset !== 0)) {
      const data = weights.data as Float32Array;
      layout.forEachRun((first, end, output, from) => {
        for (let i = first, channel = from % offsets.length; i < end; i++) {
          if (offsets[channel] !== 0) sums[output] += data[i] * offsets[channel];
          if (++channel === offsets.length) channel = 0;
        }
      });
    }
    if (bias === undefined && sums.every((sum) => sum === 0)) return undefined;
    const type = bias?.type ?? this.#newBiasType(input, weights.type);
    const data = allocate(type.dtype, outputs.length) as Float32Array;
    for (const [to, from] of outputs.entries()) data[to] = sums[from];
    const name = bias?.name ?? `${node.name}/bias`;
    return this.#constant(name, typeWith(type, [outputs.length], pickScales(type.quant, outputs)), data);
  }

  /** What each channel that goes gives for a weight of 1; 0 for those that stay or are not constant. */
  #lostOffsets(id: ValueId, stays: Uint8Array): Float64Array {
    const zero = zeroOf(getValue(this.#graph, id).type);
    const intervals = this.#known.get(id);
    return Float64Array.from(stays, (stay, channel) => {
      const constant = stay === 1 ? undefined : constantOf(intervals, channel);
      return constant === undefined ? 0 : constant - zero;
    });
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
