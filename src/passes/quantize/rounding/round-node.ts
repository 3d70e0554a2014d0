/**
 * The integers of a linear operator behind operators that are integers already: its weights rounded together by how its
 * true inputs vary together, its bias with what is left of the mean error of all that lies before it.
 */

import type { QuantParams } from '../../../core/quant-params.ts';
import type { QuantizedDType } from '../../../core/tensor.ts';
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
    const [input, constant, biasValue] = this.#rounded.node.inputs.map((id) =>
      getValue({ values }, id as ValueId),
    );
    const [rows, floatBias] = [this.#rows, this.#bias];
    const units = floatBias.length;
    const inputQuant = input.type.quant;
    let quant = constant.type.quant;
    let biasQuant = biasValue.type.quant;
    if (inputQuant?.scheme !== 'per-tensor' || quant === undefined || biasQuant === undefined)
      throw new Error(`node "${this.#rounded.node.name}" has no scales`);
    const { scale, zeroPoint } = inputQuant;
    const weights = (constant.data as Int8Array).slice();
    if (Number.isFinite(damping) && rows.size > 1 && rows.size <= MOST_TOGETHER) {
      const isInt4 = constant.type.dtype === 'int4';
      const covariances = this.#covariancesOf({ inputs, scale, zeroPoint }, others);
      const compensations = covariances.map(({ matrix, rows: count }) => {
        // A step of 4 bits is worth more than what few rows tell.
        const least = isInt4 ? shrinkage(matrix, rows.size, count) : 0;
        return compensationOf(matrix, rows.size, Math.max(damping, least));
      });
      if (isInt4) {
        const leastScale = (unit: number): number => leastScaleForBias(scale, floatBias[unit]);
        quant = roundInt4({ rows, compensations, weights: this.#weights, units, quant, leastScale }, weights);
        biasQuant = biasParameters(scale, quant);
      } else {
        const scaleAt = scalesOver(constant.type.shape, quant);
        roundInt8(rows, compensations, this.#weights, units, scaleAt, this.#seen.ends, weights);
      }
    }
    const mean = realMeans(inputs, this.#seen.means.length, scale, zeroPoint);
    const real = dequantizedWeights(weights, constant.type.shape, quant);
    const made = meanSums(this.#rounded, mean, real, units);
    const corrected = floatBias.map((value, unit) => value + this.#wanted[unit] - made[unit]);
    const bias = keepClamped(corrected, floatBias, this.#seen.ends);
    return {
      weights: { quant, data: weights },
      bias: {
        quant: biasQuant,
        data: quantizeBiasFor(input.type.dtype as QuantizedDType, bias, biasQuant),
      },
    };
  }
}
