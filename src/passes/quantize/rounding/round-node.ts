/**
 * The integers of a linear operator behind operators that are integers already: its weights rounded together by how its
 * true inputs vary together, its bias with what is left of the mean error of all that lies before it.
 */

import type { QuantParams } from '../../../core/quant-params.ts';
import type { QuantizedDType, TensorType } from '../../../core/tensor.ts';
import { type Graph, getValue, type Node, outputTypes, type ValueId } from '../../../ir/graph.ts';
import { opOf } from '../../../ops/index.ts';
import { computeOnce } from '../../../ops/kernel-of.ts';
import type { AnyKernel } from '../../../ops/op.ts';
import { isLinear, type LinearNode } from '../../linear.ts';
import { type ClampedEnd, clampedUnits, keepClamped } from '../clamped-units.ts';
import {
  biasParameters,
  dequantizedWeights,
  leastScaleForBias,
  quantizeBiasFor,
  scalesOver,
  WEIGHT_LIMITS,
} from '../parameters.ts';
import type { Statistics } from '../statistics.ts';
import { type Compensation, compensationOf, roundTogether } from './compensate.ts';
import { Covariance } from './covariance.ts';
import { type InputRows, inputRows } from './input-rows.ts';
import { roundInt4 } from './round-int4.ts';
import { shrinkage } from './shrinkage.ts';

/** Weights of a unit that are rounded together: the work grows with the cube. */
const MOST_TOGETHER = 1024;
/** Rows that tell how inputs vary together: so many, or as many as this many products take, whichever is more. */
const ROWS_PER_WEIGHT = 4;
const MOST_ROWS = 16384;
const MOST_PRODUCTS = 2e7;
/** What taking a row costs, in products. */
const READING = 200;

/** Quantized activations. */
export type IntegerArray = Int8Array | Int16Array;

/** What an operator reads, record by record, and what its integers stand for. */
export interface ReadIntegers {
  readonly inputs: readonly IntegerArray[];
  readonly scale: number;
  readonly zeroPoint: number;
}

/** A node that is rounded anew, in both graphs. */
export interface RoundedNode {
  readonly float: Graph;
  readonly floatNode: LinearNode;
  readonly int8: Graph;
  readonly node: LinearNode;
}

/** The float32 node that an int8 one was made of; undefined where it is not linear with constants and a bias in both. */
export function roundedNode(
  float: Graph,
  producers: ReadonlyMap<ValueId, Node>,
  int8: Graph,
  node: Node,
): RoundedNode | undefined {
  const floatNode = producers.get(node.outputs[0]);
  if (floatNode === undefined || !isLinear(floatNode) || !isLinear(node)) return undefined;
  if (floatNode.kind !== node.kind) return undefined;
  const hasConstants = (graph: Graph, { inputs }: Node): boolean =>
    [1, 2].every((operand) => getValue(graph, inputs[operand] as ValueId).data !== undefined);
  if ([floatNode, node].some(({ inputs }) => inputs[1] === undefined || inputs[2] === undefined))
    return undefined;
  return hasConstants(float, floatNode) && hasConstants(int8, node)
    ? { float, floatNode, int8, node }
    : undefined;
}

/** Mean over positions of what weights make of a mean input, unit by unit: sums are linear. */
function meanSums(
  { float, floatNode }: RoundedNode,
  input: Float64Array,
  weights: Float32Array,
  units: number,
): Float64Array {
  const types: TensorType[] = floatNode.inputs.slice(0, 2).map((id) => getValue(float, id as ValueId).type);
  const [sums] = computeOnce(
    opOf(floatNode.kind).kernels.float32 as AnyKernel,
    { ...floatNode.attributes, activation: 'none' },
    [...types, undefined],
    outputTypes(float, floatNode),
    [Float32Array.from(input), weights, undefined],
  ) as readonly [Float32Array];
  const means = new Float64Array(units);
  for (let i = 0; i < sums.length; i++) means[i % units] += (sums[i] * units) / sums.length;
  return means;
}

/** Of what the integers of each element stand for. Those of a byte are looked up: most of the time goes into quotients. */
function realMeans(
  inputs: readonly IntegerArray[],
  elements: number,
  scale: number,
  zeroPoint: number,
): Float64Array {
  const shareOf = (value: number): number => ((value - zeroPoint) * scale) / inputs.length;
  const shares = Float64Array.from({ length: 256 }, (_, index) => shareOf(index - 128));
  const means = new Float64Array(elements);
  for (const record of inputs) {
    if (record instanceof Int8Array) for (let i = 0; i < elements; i++) means[i] += shares[record[i] + 128];
    else for (let i = 0; i < elements; i++) means[i] += shareOf(record[i]);
  }
  return means;
}

/** Every so many positions of all records, so that each place of an image has its turn. */
function strideOver(total: number, wanted: number, positions: number): number {
  let stride = Math.max(1, Math.floor(total / wanted));
  const divides = (a: number, b: number): boolean => a % b === 0 || b % a === 0;
  while (stride > 1 && divides(stride, positions)) stride--;
  return stride;
}

/** What operators with the same weights read, in steps of the first one's scale. */
function covarianceOf(rows: InputRows, reads: readonly ReadIntegers[], group: number): Covariance {
  const [{ inputs: first, scale: unit }] = reads;
  const isOne = reads.length === 1 && first[0] instanceof Int8Array;
  const covariance = new Covariance(rows.size, isOne ? 'bytes' : 'any');
  const affordable = Math.min(MOST_ROWS, MOST_PRODUCTS / (rows.groups * (rows.size ** 2 + READING)));
  const wanted = Math.max(ROWS_PER_WEIGHT * rows.size, affordable) / reads.length;
  const row = new Float64Array(rows.size);
  for (const { inputs, scale, zeroPoint } of reads) {
    const total = rows.positions * inputs.length;
    const stride = strideOver(total, wanted, rows.positions);
    for (let place = 0; place < total; place += stride) {
      const record = inputs[Math.floor(place / rows.positions)];
      rows.read(record, zeroPoint, place % rows.positions, group, row);
      if (scale !== unit) for (let i = 0; i < row.length; i++) row[i] *= scale / unit;
      covariance.add(row);
    }
  }
  return covariance;
}

function roundInt8(
  rows: InputRows,
  compensations: readonly (Compensation | undefined)[],
  weights: Float32Array,
  units: number,
  scaleAt: (element: number) => number,
  ends: readonly ClampedEnd[],
  into: Int8Array,
): void {
  const all = Array.from({ length: units }, (_, unit) => unit);
  for (const [group, compensation] of compensations.entries()) {
    if (compensation === undefined) continue;
    const own = all.filter((unit) => rows.groupOf(unit) === group && ends[unit] === undefined);
    const steps = roundTogether(
      own.map((unit) => ({
        weights: Float64Array.from({ length: rows.size }, (_, i) => weights[rows.placeOf(unit, i)]),
        scale: scaleAt(rows.placeOf(unit, 0)),
      })),
      WEIGHT_LIMITS.int8,
      compensation,
    );
    for (const [index, unit] of own.entries()) {
      for (let i = 0; i < rows.size; i++) into[rows.placeOf(unit, i)] = steps[index][i];
    }
  }
}

/** What calibration saw of a float32 node. */
export interface SeenInFloat {
  /** Of every element of its input. */
  readonly means: Float64Array;
  /** Of its units. */
  readonly ends: readonly ClampedEnd[];
}

/** Undefined where its input was not seen. */
export function seenInFloat(
  { float, floatNode }: RoundedNode,
  { means, extremes }: Statistics,
): SeenInFloat | undefined {
  const [input, output] = [floatNode.inputs[0] as ValueId, floatNode.outputs[0]];
  const [ofInput, ofOutput] = [means.get(input), extremes.get(output)];
  if (ofInput === undefined || ofOutput === undefined) return undefined;
  return { means: ofInput, ends: clampedUnits(float, floatNode, ofOutput) };
}

/** Constants of a node; int4 weights get scales of their own. */
export interface RoundedConstants {
  readonly weights: Constant<Int8Array>;
  readonly bias: Constant<Int32Array | BigInt64Array>;
}

interface Constant<Data> {
  readonly quant: QuantParams;
  readonly data: Data;
}

/**
 * `inputs` are what the int8 operator reads, record by record. With an infinite damping every weight keeps its integer, and the
 * bias alone is new. `others`: what operators with the same weights read, for which these are rounded, too.
 */
export function roundNode(
  rounded: RoundedNode,
  inputs: readonly IntegerArray[],
  { means: floatMeans, ends }: SeenInFloat,
  damping: number,
  others: readonly ReadIntegers[] = [],
): RoundedConstants {
  const { float, floatNode, int8, node } = rounded;
  const [input, constant, biasId] = node.inputs.map((id) => getValue(int8, id as ValueId));
  const [, floatWeights, floatBias] = floatNode.inputs.map(
    (id) => getValue(float, id as ValueId).data as Float32Array,
  );
  const units = floatBias.length;
  const inputQuant = input.type.quant;
  let quant = constant.type.quant;
  let biasQuant = biasId.type.quant;
  if (inputQuant?.scheme !== 'per-tensor' || quant === undefined || biasQuant === undefined)
    throw new Error(`node "${node.name}" has no scales`);
  const { scale, zeroPoint } = inputQuant;
  const weights = (constant.data as Int8Array).slice();
  const rows = inputRows(node, input.type, constant.type, getValue(int8, node.outputs[0]).type);
  if (Number.isFinite(damping) && rows.size > 1 && rows.size <= MOST_TOGETHER) {
    const isInt4 = constant.type.dtype === 'int4';
    const compensations = Array.from({ length: rows.groups }, (_, group) => {
      const covariance = covarianceOf(rows, [{ inputs, scale, zeroPoint }, ...others], group);
      const matrix = covariance.matrix();
      // A step of 4 bits is worth more than what few rows tell.
      const least = isInt4 ? shrinkage(matrix, rows.size, covariance.rows) : 0;
      return compensationOf(matrix, rows.size, Math.max(damping, least));
    });
    if (isInt4) {
      const leastScale = (unit: number): number => leastScaleForBias(scale, floatBias[unit]);
      quant = roundInt4({ rows, compensations, weights: floatWeights, units, quant, leastScale }, weights);
      biasQuant = biasParameters(scale, quant);
    } else {
      const scaleAt = scalesOver(constant.type.shape, quant);
      roundInt8(rows, compensations, floatWeights, units, scaleAt, ends, weights);
    }
  }
  const mean = realMeans(inputs, floatMeans.length, scale, zeroPoint);
  const wanted = meanSums(rounded, floatMeans, floatWeights, units);
  const made = meanSums(rounded, mean, dequantizedWeights(weights, constant.type.shape, quant), units);
  const corrected = floatBias.map((value, unit) => value + wanted[unit] - made[unit]);
  const bias = keepClamped(corrected, floatBias, ends);
  return {
    weights: { quant, data: weights },
    bias: {
      quant: biasQuant,
      data: quantizeBiasFor(input.type.dtype as QuantizedDType, bias, biasQuant),
    },
  };
}
