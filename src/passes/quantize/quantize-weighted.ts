/** Weights and biases as integers: limited and corrected by what calibration saw of every element, where it did. */

import { unsupportedError } from '../../core/errors.ts';
import { perAxis, perTensor, type QuantParams } from '../../core/quant-params.ts';
import type { QuantizedDType } from '../../core/tensor.ts';
import { type Graph, getValue, type Node, type Value, type ValueId } from '../../ir/graph.ts';
import type { QuantRule } from '../../ops/op.ts';
import { isLinear } from '../linear.ts';
import { clampedUnits, keepClamped } from './clamped-units.ts';
import { correctBias } from './correct-bias.ts';
import { type Extremes, limitStillWeights } from './limit-still-weights.ts';
import {
  biasParameters,
  makeRoomForBias,
  quantizeBiasFor,
  quantizeWeights,
  roundingErrors,
  scaleOf,
  WEIGHT_LIMITS,
  type WeightDType,
  weightParameters,
} from './parameters.ts';
import { type WithKept, wantsOneScale } from './rounding/kept-weights.ts';
import { leastErrorScales } from './weight-scales.ts';

/** What calibration saw of every element of the activations. */
export interface ElementStatistics {
  /** Turns bias correction on. */
  readonly means?: ReadonlyMap<ValueId, Float64Array>;
  /** With means: keeps weights of what never changes from ruling the scale of the others, and clamped units from being corrected. */
  readonly extremes?: ReadonlyMap<ValueId, Extremes>;
}

/** What decides the integers of weights and biases besides their ranges. */
export interface WeightedOptions extends ElementStatistics, WithKept {
  /** One scale per unit of FULLY_CONNECTED weights instead of one in all. */
  readonly densePerChannel: boolean;
  /** Outputs of the operators whose weights get 4 bits. */
  readonly int4?: ReadonlySet<ValueId>;
  /** Of weights, by the id of the constant: finer than what the largest weight asks for. */
  readonly weightScales?: ReadonlyMap<ValueId, QuantParams>;
  /** Of weights, by the id of the constant: as they are, since the weights were trained for them. */
  readonly trainedScales?: ReadonlyMap<ValueId, QuantParams>;
}

/** What goes into the operator. */
export interface WeightedInput {
  readonly dtype: QuantizedDType;
  readonly scale: number;
}

/** A constant operand in integers, and the value that it is made of. */
interface QuantizedConstant<Data> {
  readonly of: Value;
  readonly quant: QuantParams;
  readonly data: Data;
}

/** The constant operands of a weighted operator. */
export interface QuantizedWeights {
  readonly weights: QuantizedConstant<Int8Array> & { readonly dtype: WeightDType };
  /** Undefined where the operator has none. */
  readonly bias: QuantizedConstant<Int32Array | BigInt64Array> | undefined;
}

function constantOf(graph: Graph, node: Node, operand: number): { value: Value; data: Float32Array } {
  const value = getValue(graph, node.inputs[operand] as ValueId);
  if (!(value.data instanceof Float32Array)) {
    throw unsupportedError(
      'weights-not-constant',
      `${node.kind.toUpperCase()} "${node.name}" has weights that are computed`,
    );
  }
  return { value, data: value.data };
}

/** Weights for which bias correction makes up: it needs means, and a linear operator. */
function limited(
  graph: Graph,
  node: Node,
  weights: Float32Array,
  inputScale: number,
  perChannel: boolean,
  { means, extremes }: ElementStatistics,
): Float32Array {
  const seen = extremes?.get(node.inputs[0] as ValueId);
  if (!isLinear(node) || means === undefined || seen === undefined) return weights;
  return limitStillWeights(graph, node, weights, seen, inputScale, perChannel);
}

/** Scales that clip some weights, or what is finer: the largest of weights that were limited. */
function finer(largest: QuantParams, given: QuantParams | undefined): QuantParams {
  if (given === undefined) return largest;
  const least = (scale: number, channel: number): number => Math.min(scale, scaleOf(given, channel));
  return largest.scheme === 'per-tensor'
    ? perTensor(least(largest.scale, 0), 0)
    : perAxis(largest.axis, largest.scales.map(least));
}

function correctedBias(
  graph: Graph,
  node: Node,
  weights: number,
  errors: Float32Array,
  bias: Float32Array,
  { means, extremes }: ElementStatistics,
): Float32Array {
  const ofInput = means?.get(node.inputs[0] as ValueId);
  if (ofInput === undefined) return bias;
  const corrected = correctBias(graph, node, weights, errors, bias, ofInput);
  const ofOutput = extremes?.get(node.outputs[0]);
  return ofOutput === undefined
    ? corrected
    : keepClamped(corrected, bias, clampedUnits(graph, node, ofOutput));
}

/** FULLY_CONNECTED takes 4-bit weights with one scale for all only. */
function hasChannelScales(
  graph: Graph,
  weights: ValueId,
  rule: QuantRule & { rule: 'weighted' },
  dtype: WeightDType,
  options: WeightedOptions,
): boolean {
  if (wantsOneScale(graph, weights, rule.axis, options)) return false;
  return rule.perChannel === 'always' || (options.densePerChannel && dtype === 'int8');
}

/**
 * `inputOf` tells of the quantized operand 0, and is asked once the others are known to be constant. Throws an `unsupported`
 * error for those that are computed.
 */
export function quantizeWeighted(
  graph: Graph,
  node: Node,
  rule: QuantRule & { rule: 'weighted' },
  inputOf: () => WeightedInput,
  options: WeightedOptions,
): QuantizedWeights {
  const weights = constantOf(graph, node, rule.weights);
  const bias = node.inputs[rule.bias] === undefined ? undefined : constantOf(graph, node, rule.bias);
  const { scale, dtype } = inputOf();
  const { shape } = weights.value.type;
  const type: WeightDType = options.int4?.has(node.outputs[0]) === true ? 'int4' : 'int8';
  const perChannel = hasChannelScales(graph, weights.value.id, rule, type, options);
  const axis = perChannel ? rule.axis : undefined;
  const given = options.weightScales?.get(weights.value.id);
  const trained = options.trainedScales?.get(weights.value.id);
  const parametersOf = (data: Float32Array): QuantParams =>
    trained ??
    (type === 'int4'
      ? leastErrorScales(data, shape, axis, { limit: WEIGHT_LIMITS.int4 })
      : finer(weightParameters(data, shape, axis), given));
  if (bias === undefined) {
    const quant = parametersOf(weights.data);
    const data = quantizeWeights(weights.data, shape, quant, type);
    return { weights: { of: weights.value, dtype: type, quant, data }, bias: undefined };
  }
  const made = options.kept?.has(weights.value.id)
    ? weights.data
    : limited(graph, node, weights.data, scale, perChannel, options);
  const quant = makeRoomForBias(parametersOf(made), scale, bias.data, dtype);
  const data = quantizeWeights(made, shape, quant, type);
  const errors = roundingErrors(weights.data, data, shape, quant);
  const corrected = correctedBias(graph, node, rule.weights, errors, bias.data, options);
  const biasQuant = biasParameters(scale, quant);
  return {
    weights: { of: weights.value, dtype: type, quant, data },
    bias: { of: bias.value, quant: biasQuant, data: quantizeBiasFor(dtype, corrected, biasQuant) },
  };
}
