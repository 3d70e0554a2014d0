/** Gradients of single samples with the weights of a graph as they are, for those who ask what matters in it. */

import type { Graph } from '../../ir/graph.ts';
import { hasSimd } from '../../kernels/simd/simd-instance.ts';
import { samplesInOrder } from '../samples/sample-stream.ts';
import type { LabelledSamples } from '../trainer.ts';
import { compileGraph } from './compile-graph.ts';
import type { LiveWeights } from './constraint.ts';
import { openLoneStep } from './graph-step.ts';
import type { Objective } from './objective.ts';

/**
 * Shows the gradient of every constant that is learned, one sample after another; the arrays hold until the next one. Every
 * constant has one owner (`withOwnConstants`). Throws `unsupported` errors for operators that have no gradient.
 */
export function forEachGradient(
  graph: Graph,
  objective: Objective,
  samples: LabelledSamples,
  places: Iterable<number>,
  see: (gradientsOf: LiveWeights) => void,
): void {
  const compiled = compileGraph(graph, 1, objective.observes);
  const step = openLoneStep(graph, compiled, hasSimd() ? 'simd' : 'plain');
  const stream = samplesInOrder(samples);
  for (const place of places) {
    step.forward(stream, place);
    objective.measure(step.observe());
    step.backward();
    see(step.gradientsOf);
  }
}
