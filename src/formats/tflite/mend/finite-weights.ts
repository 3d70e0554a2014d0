/** Weights that are no numbers: TensorFlow writes them as they came out of a training that diverged. */

import { inputError, withErrorContext } from '../../../core/errors.ts';
import { nonFiniteAt } from '../../../core/tensor.ts';
import { type Graph, getValue } from '../../../ir/graph.ts';
import { opOf } from '../../../ops/index.ts';

/** Refuses weights and biases that are not finite: nothing that is computed with them means anything. */
export function requireFiniteWeights(graph: Graph): void {
  for (const [index, node] of graph.nodes.entries()) {
    if (opOf(node.kind).quantRule.rule !== 'weighted') continue;
    for (const id of node.inputs) {
      const { name, data } = id === undefined ? {} : getValue(graph, id);
      if (!(data instanceof Float32Array)) continue;
      const wrong = nonFiniteAt(data);
      if (wrong < 0) continue;
      withErrorContext(`operator ${index} (${node.kind.toUpperCase()}, "${node.name}")`, () => {
        throw inputError(
          'weight-not-finite',
          `its weights "${name}" are not finite (${data[wrong]} at index ${wrong}): the training of the model diverged`,
          'Train the model again, with a smaller learning rate or inputs of smaller range, and convert that.',
        );
      });
    }
  }
}
