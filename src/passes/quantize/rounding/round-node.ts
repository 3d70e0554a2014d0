/**
 * The integers of a linear operator behind operators that are integers already: its weights rounded together by how its
 * true inputs vary together, its bias with what is left of the mean error of all that lies before it.
 */

import type { PerTensorQuant, QuantParams } from '../../../core/quant-params.ts';
import type { QuantizedDType, Shape, TensorType } from '../../../core/tensor.ts';
import { type Graph, getValue, type ValueId } from '../../../ir/graph.ts';
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
import { type InputRows, inputRows, unitWeights } from './input-rows.ts';
import { meanSums, realMeans } from './mean-sums.ts';
import { covarianceOf, type IntegerArray, type ReadIntegers } from './read-integers.ts';
import { roundInt4 } from './round-int4.ts';
import type { RoundedNode } from './rounded-node.ts';
import { shrinkage } from './shrinkage.ts';

/** Weights of a unit that are rounded together: the work grows with the cube. */
const MOST_TOGETHER = 1024;

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
        weights: unitWeights(rows, weights, unit),
        scale: scaleAt(rows.firstOf(unit)),
      })),
      WEIGHT_LIMITS.int8,
      compensation,
    );
    for (const [index, unit] of own.entries()) {
      const first = rows.firstOf(unit);
      for (let i = 0; i < rows.size; i++) into[first + rows.step * i] = steps[index][i];
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

interface GroupCovariance {
  readonly matrix: Float64Array;
  /** That it was made of. */
  readonly rows: number;
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

interface Steps {
  readonly quant: QuantParams;
  readonly biasQuant: QuantParams;
}

/** Weights as they are before they are rounded. */
interface KeptConstants extends Steps {
  readonly type: TensorType;
  readonly data: Int8Array;
}

interface PerTensorInput {
  readonly dtype: QuantizedDType;
  readonly quant: PerTensorQuant;
}

/** Rounds the constants of a node as often as somebody wants. What is the same whatever comes in is computed once. */
export class NodeRounder {
  readonly #rounded: RoundedNode;
  readonly #seen: SeenInFloat;
  readonly #rows: InputRows;
  readonly #weights: Float32Array;
  readonly #bias: Float32Array;
  /** Means of what float32 weights make of the float32 input. */
  readonly #wanted: Float64Array;
  /** Of each group, for as long as somebody holds what they were made of. */
  readonly #covariances = new WeakMap<readonly IntegerArray[], readonly GroupCovariance[]>();

  constructor(rounded: RoundedNode, seen: SeenInFloat) {
    const { float, floatNode, int8, node } = rounded;
    const [input, weights] = node.inputs.map((id) => getValue(int8, id as ValueId).type);
    this.#rounded = rounded;
    this.#seen = seen;
    this.#rows = inputRows(node, input, weights, getValue(int8, node.outputs[0]).type);
    [this.#weights, this.#bias] = floatNode.inputs
      .slice(1)
      .map((id) => getValue(float, id as ValueId).data as Float32Array);
    this.#wanted = meanSums(rounded, seen.means, this.#weights, this.#bias.length);
  }

  #covariancesOf(own: ReadIntegers, others: readonly ReadIntegers[]): readonly GroupCovariance[] {
    const known = this.#covariances.get(own.inputs);
    if (known !== undefined) return known;
    const made = Array.from({ length: this.#rows.groups }, (_, group): GroupCovariance => {
      const covariance = covarianceOf(this.#rows, [own, ...others], group);
      return { matrix: covariance.matrix(), rows: covariance.rows };
    });
    this.#covariances.set(own.inputs, made);
    return made;
  }

  /** How what comes in varies together, damped so much; a step of 4 bits is worth more than what few rows tell. */
  #compensations(
    own: ReadIntegers,
    others: readonly ReadIntegers[],
    damping: number,
    isInt4: boolean,
  ): readonly (Compensation | undefined)[] {
    const { size } = this.#rows;
    return this.#covariancesOf(own, others).map(({ matrix, rows }) =>
      compensationOf(matrix, size, isInt4 ? Math.max(damping, shrinkage(matrix, size, rows)) : damping),
    );
  }

  /** Weights in the steps that they have, or of 4 bits in new ones. */
  #roundWeights(
    kept: KeptConstants,
    compensations: readonly (Compensation | undefined)[],
    inputScale: number,
  ): Steps & Constant<Int8Array> {
    const [rows, weights, floatBias] = [this.#rows, this.#weights, this.#bias];
    const units = floatBias.length;
    const { type, data: before, quant, biasQuant } = kept;
    const data = before.slice();
    if (type.dtype !== 'int4') {
      const scaleAt = scalesOver(type.shape, quant);
      roundInt8(rows, compensations, weights, units, scaleAt, this.#seen.ends, data);
      return { data, quant, biasQuant };
    }
    const leastScale = (unit: number): number => leastScaleForBias(inputScale, floatBias[unit]);
    const fitted = roundInt4({ rows, compensations, weights, units, quant, leastScale }, data);
    return { data, quant: fitted, biasQuant: biasParameters(inputScale, fitted) };
  }

  /** With what is left of the mean error. */
  #correctedBias(
    { inputs, scale, zeroPoint }: ReadIntegers,
    shape: Shape,
    { data, quant }: Constant<Int8Array>,
  ): Float32Array {
    const mean = realMeans(inputs, this.#seen.means.length, scale, zeroPoint);
    const made = meanSums(this.#rounded, mean, dequantizedWeights(data, shape, quant), this.#bias.length);
    const corrected = this.#bias.map((value, unit) => value + this.#wanted[unit] - made[unit]);
    return keepClamped(corrected, this.#bias, this.#seen.ends);
  }

  /** The constants that the node has in `values`, and what its input is like. */
  #constantsOf(values: Graph['values']): KeptConstants & { readonly input: PerTensorInput } {
    const { name, inputs } = this.#rounded.node;
    const [input, weights, bias] = inputs.map((id) => getValue({ values }, id as ValueId));
    const { quant: inputQuant, dtype } = input.type;
    const { quant } = weights.type;
    const biasQuant = bias.type.quant;
    if (inputQuant?.scheme !== 'per-tensor' || quant === undefined || biasQuant === undefined)
      throw new Error(`node "${name}" has no scales`);
    return {
      input: { dtype: dtype as QuantizedDType, quant: inputQuant },
      type: weights.type,
      data: weights.data as Int8Array,
      quant,
      biasQuant,
    };
  }

  /**
   * `inputs` are what the int8 operator reads, record by record, `values` have its constants as they are. With an infinite damping
   * every weight keeps its integer, and the bias alone is new. `others`: what operators with the same weights read, for which these
   * are rounded, too; they are the same for the same inputs.
   */
  round(
    { values }: Pick<Graph, 'values'>,
    inputs: readonly IntegerArray[],
    damping: number,
    others: readonly ReadIntegers[] = [],
  ): RoundedConstants {
    const { input, ...kept } = this.#constantsOf(values);
    const { size } = this.#rows;
    const own: ReadIntegers = { inputs, scale: input.quant.scale, zeroPoint: input.quant.zeroPoint };
    const isRounded = Number.isFinite(damping) && size > 1 && size <= MOST_TOGETHER;
    const { biasQuant, ...weights } = isRounded
      ? this.#roundWeights(
          kept,
          this.#compensations(own, others, damping, kept.type.dtype === 'int4'),
          own.scale,
        )
      : { data: kept.data.slice(), quant: kept.quant, biasQuant: kept.biasQuant };
    const bias = this.#correctedBias(own, kept.type.shape, weights);
    return {
      weights,
      bias: { quant: biasQuant, data: quantizeBiasFor(input.dtype, bias, biasQuant) },
    };
  }
}
