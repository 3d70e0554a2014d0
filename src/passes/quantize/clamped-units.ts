/**
 * Units whose activation clamps whatever calibration saw, ReLUs that never fire above all. What their weights lose in rounding
 * is clamped too, and a bias that makes up for it may bring to life what does nothing in float32.
 */

import { type Graph, getValue, type Node } from '../../ir/graph.ts';
import { floatClamp } from '../../ops/fused-activation.ts';
import { activationOf } from '../activation-of.ts';
import type { Extremes } from './limit-still-weights.ts';

/** At which end a unit is clamped, at every position of every record. */
export type ClampedEnd = 'min' | 'max' | undefined;

/** Of each unit of a float32 node, by what calibration saw of every element of its output. */
export function clampedUnits(graph: Graph, node: Node, { lows, highs }: Extremes): readonly ClampedEnd[] {
  const { min, max } = floatClamp(activationOf(node) ?? 'none');
  const units = getValue(graph, node.outputs[0]).type.shape.at(-1) ?? 1;
  return Array.from({ length: units }, (_, unit) => {
    let [low, high] = [Infinity, -Infinity];
    for (let i = unit; i < lows.length; i += units) {
      low = Math.min(low, lows[i]);
      high = Math.max(high, highs[i]);
    }
    return high <= min ? 'min' : low >= max ? 'max' : undefined;
  });
}

/** A corrected bias, which only takes a clamped unit farther beyond its end. */
export function keepClamped(
  corrected: Float32Array,
  bias: Float32Array,
  ends: readonly ClampedEnd[],
): Float32Array {
  return corrected.map((value, unit) => {
    const end = ends[unit];
    return end === undefined ? value : Math[end](value, bias[unit]);
  });
}
