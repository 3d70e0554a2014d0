/** 4-bit weights of an operator: rounded together, on the scales with which that costs least. */

import { perAxis, perTensor, type QuantParams } from '../../../core/quant-params.ts';
import { WEIGHT_LIMITS } from '../parameters.ts';
import { type Compensation, roundInOrder } from './compensate.ts';
import { type InputRows, unitWeights } from './input-rows.ts';
import { settle } from './settle.ts';

const LIMIT = WEIGHT_LIMITS.int4;
/** Of weights that are all 0. */
const LEAST_SCALE = 1e-7;

/** Shares of the largest magnitude that are tried as the end of the scale. */
const SHARES = Array.from({ length: 12 }, (_, i) => 1 - i / 20);

/** An operator whose weights are rounded, unit by unit. */
export interface Int4Task {
  readonly rows: InputRows;
  /** For each group; undefined where its inputs never change. */
  readonly compensations: readonly (Compensation | undefined)[];
  readonly weights: Float32Array;
  readonly units: number;
  /** Of the weights as they are now: one scale for all, or the axis of the units. */
  readonly quant: QuantParams;
  /** Least scale of a unit with which its bias fits. */
  leastScale(unit: number): number;
}

interface Unit {
  readonly index: number;
  readonly weights: Float64Array;
  readonly largest: number;
  readonly compensation: Compensation;
}

function unitsOf({ rows, compensations, weights, units }: Int4Task): readonly Unit[] {
  return Array.from({ length: units }, (_, index) => index).flatMap((index) => {
    const compensation = compensations[rows.groupOf(index)];
    if (compensation === undefined) return [];
    const own = unitWeights(rows, weights, index);
    const largest = own.reduce((most, weight) => Math.max(most, Math.abs(weight)), 0);
    return [{ index, weights: own, largest, compensation }];
  });
}

function bestScale(units: readonly Unit[], least: number): number {
  const largest = units.reduce((most, unit) => Math.max(most, unit.largest), 0);
  const scales = SHARES.map((share) => Math.fround(Math.max((share * largest) / LIMIT, least, LEAST_SCALE)));
  const costs = new Float64Array(scales.length);
  for (const { weights, compensation } of units) {
    const tried = scales.map((scale) => ({ weights, scale }));
    for (const [index, { cost }] of roundInOrder(tried, LIMIT, compensation).entries()) costs[index] += cost;
  }
  return scales[costs.indexOf(Math.min(...costs))];
}

/** The scales, and the integers into `into`; what belongs to inputs that never change stays as it is. */
export function roundInt4(task: Int4Task, into: Int8Array): QuantParams {
  const { rows, quant, leastScale } = task;
  const units = unitsOf(task);
  if (units.length === 0) return quant;
  const write = (unit: Unit, scale: number): void => {
    const [{ steps }] = roundInOrder([{ weights: unit.weights, scale }], LIMIT, unit.compensation);
    settle(unit.weights, scale, LIMIT, unit.compensation, steps);
    const { order } = unit.compensation;
    const first = rows.firstOf(unit.index);
    for (let i = 0; i < rows.size; i++) into[first + rows.step * order[i]] = steps[i];
  };
  if (quant.scheme === 'per-tensor') {
    const scale = bestScale(units, Math.max(...units.map(({ index }) => leastScale(index))));
    for (const unit of units) write(unit, scale);
    return perTensor(scale, 0);
  }
  const scales = Float32Array.from(quant.scales);
  for (const unit of units) {
    const scale = bestScale([unit], leastScale(unit.index));
    scales[unit.index] = scale;
    write(unit, scales[unit.index]);
  }
  return perAxis(quant.axis, scales);
}
