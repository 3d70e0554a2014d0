/** What methods left in weights, as constraints of the trainings behind them. */

import { getValue, type ValueId } from '../../ir/graph.ts';
import type { Constraint } from '../graph/constraint.ts';
import type { Compressed, Kept } from './method.ts';

type Keeper = (weights: Float32Array) => (live: Float32Array) => void;

function keepZeros(weights: Float32Array): (live: Float32Array) => void {
  const zeros = Uint32Array.from(weights.keys()).filter((index) => weights[index] === 0);
  return (live) => {
    for (let i = 0; i < zeros.length; i++) live[zeros[i]] = 0;
  };
}

/** Elements that were equal become their mean; zeros, which pruning left, stay zeros. */
function keepClusters(weights: Float32Array): (live: Float32Array) => void {
  const numbers = new Map<number, number>();
  const memberOf = Uint32Array.from(weights, (weight) => {
    const number = numbers.get(weight) ?? numbers.size;
    numbers.set(weight, number);
    return number;
  });
  const counts = new Float64Array(numbers.size);
  for (const cluster of memberOf) counts[cluster]++;
  const means = new Float64Array(numbers.size);
  return (live) => {
    means.fill(0);
    for (let i = 0; i < live.length; i++) means[memberOf[i]] += live[i] / counts[memberOf[i]];
    const zeros = numbers.get(0);
    if (zeros !== undefined) means[zeros] = 0;
    for (let i = 0; i < live.length; i++) live[i] = means[memberOf[i]];
  };
}

const KEEPERS: Readonly<Record<Kept, Keeper>> = { zeros: keepZeros, clusters: keepClusters };

function keep(value: ValueId, hold: (live: Float32Array) => void): Constraint {
  return { apply: (weightsOf) => hold(weightsOf(value)) };
}

export function keepingConstraints({ graph, keeps }: Pick<Compressed, 'graph' | 'keeps'>): Constraint[] {
  return [...keeps].map(([value, kept]) =>
    keep(value, KEEPERS[kept](getValue(graph, value).data as Float32Array)),
  );
}
