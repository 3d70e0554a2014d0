/** Cross-entropies in front of the softmax or sigmoid that ends a graph: there, rounded probabilities hide nothing. */

import { type Graph, getValue, type ValueId } from '../../ir/graph.ts';
import type { LossName } from '../recipe.ts';
import { labelObjective } from './label-objective.ts';
import type { Objective, ObservedValue } from './objective.ts';

/** −Σ target · log softmax(z) per row, and its gradient. */
function softmaxLoss({ data, gradient }: ObservedValue, targets: Float32Array, width: number): number {
  const rows = data.length / width;
  let loss = 0;
  for (let start = 0; start < data.length; start += width) {
    let most = -Infinity;
    for (let i = start; i < start + width; i++) most = Math.max(most, data[i]);
    let sum = 0;
    let total = 0;
    for (let i = start; i < start + width; i++) {
      sum += Math.exp(data[i] - most);
      total += targets[i];
    }
    const logSum = most + Math.log(sum);
    for (let i = start; i < start + width; i++) {
      loss += targets[i] * (logSum - data[i]);
      gradient[i] = (total * Math.exp(data[i] - logSum) - targets[i]) / rows;
    }
  }
  return loss / rows;
}

/** −t · log σ(z) − (1 − t) · log(1 − σ(z)), a mean over all. */
function sigmoidLoss({ data, gradient }: ObservedValue, targets: Float32Array): number {
  let loss = 0;
  for (let i = 0; i < data.length; i++) {
    const z = data[i];
    loss += Math.max(z, 0) - z * targets[i] + Math.log1p(Math.exp(-Math.abs(z)));
    gradient[i] = (1 / (1 + Math.exp(-z)) - targets[i]) / data.length;
  }
  return loss / data.length;
}

/** What the last operator turns into probabilities; undefined where it does not. */
export function logitsOf(
  graph: Graph,
): { readonly id: ValueId; readonly kind: 'softmax' | 'logistic' } | undefined {
  const last = graph.nodes.find(({ outputs }) => outputs.includes(graph.outputs[0]));
  if (last?.kind !== 'softmax' && last?.kind !== 'logistic') return undefined;
  return { id: last.inputs[0] as ValueId, kind: last.kind };
}

/** Losses that are no cross-entropies are those of the output. */
export function logitObjective(graph: Graph, loss: LossName): Objective {
  const logits = logitsOf(graph);
  const isSoftmax = logits?.kind === 'softmax' && loss === 'categoricalCrossentropy';
  if (logits === undefined || !(isSoftmax || (logits.kind === 'logistic' && loss === 'binaryCrossentropy'))) {
    return labelObjective(graph, loss);
  }
  const width = getValue(graph, logits.id).type.shape.at(-1) ?? 1;
  return {
    observes: [logits.id],
    measure: ({ targets, values: [value] }) =>
      isSoftmax ? softmaxLoss(value, targets, width) : sigmoidLoss(value, targets),
  };
}
