/** Trains the weights of a float32 graph, whatever file it came from, in the compiled engine. */

import { inputError, unsupportedError } from '../../core/errors.ts';
import { counted } from '../../core/figure-text.ts';
import { elementCount } from '../../core/tensor.ts';
import { type Graph, getValue, isStateful } from '../../ir/graph.ts';
import { hasSimd } from '../../kernels/simd/simd-instance.ts';
import { checkTargets } from '../check-classification.ts';
import type { TrainingThreads } from '../compiled/crew/training-threads.ts';
import { runSession } from '../run-epochs.ts';
import { checkSizes } from '../samples/check-samples.ts';
import type { TrainingHooks } from '../trainer.ts';
import type { GraphJob, GraphResult } from './graph-job.ts';
import { learnedGraph, openGraphSession } from './graph-session.ts';
import { labelObjective } from './label-objective.ts';
import { learnedConstants, withOwnConstants } from './learned-constants.ts';
import { FLOAT_NUMERICS, type Numerics } from './numerics.ts';

function requireTrainable(graph: Graph): void {
  const { inputs, outputs } = graph;
  if (isStateful(graph) || inputs.length !== 1 || outputs.length !== 1) {
    throw unsupportedError(
      'untrainable-graph',
      isStateful(graph)
        ? 'The model keeps states from one inference to the next, through which nothing is trained'
        : `The model has ${counted(inputs.length, 'input')} and ${counted(outputs.length, 'output')}; one of each can be trained`,
      'Train the model where it comes from.',
    );
  }
  if (learnedConstants(graph).size > 0) return;
  throw inputError(
    'nothing-to-train',
    'The model has no float32 weights, so that there is nothing to train.',
    'Give the float32 model that it was made of.',
  );
}

/** What the last operator makes of its sums, in Keras' name. */
function graphActivation(graph: Graph): string {
  const last = graph.nodes.find(({ outputs }) => outputs.includes(graph.outputs[0]));
  return last?.kind === 'softmax' ? 'softmax' : last?.kind === 'logistic' ? 'sigmoid' : 'linear';
}

/** Shapes of one sample: a graph has a batch of 1 in front, or none. */
function checkFit({ graph, train, validation }: GraphJob): void {
  const sizeOf = (id: number): number => elementCount(getValue(graph, id).type.shape);
  checkSizes({ train, validation }, sizeOf(graph.inputs[0]), sizeOf(graph.outputs[0]));
}

/** What else a training goes by. */
export interface GraphMeans {
  /** float32 as it is, where absent. */
  readonly numerics?: Numerics | undefined;
  readonly trainingThreads?: TrainingThreads | undefined;
}

/**
 * At least one epoch runs. Throws `unsupported` errors that name the operator which cannot be trained, and input errors
 * for samples that do not fit.
 */
export async function trainGraph(
  job: GraphJob,
  hooks: TrainingHooks,
  { numerics = FLOAT_NUMERICS, trainingThreads }: GraphMeans = {},
): Promise<GraphResult> {
  const graph = withOwnConstants(job.graph);
  requireTrainable(graph);
  checkFit(job);
  checkTargets(job, graphActivation(graph));
  const objective = job.objective ?? labelObjective(graph, job.recipe.loss);
  const own = { ...job, graph };
  const kind = hasSimd() ? 'simd' : 'plain';
  const session = openGraphSession(own, objective, kind, numerics, trainingThreads);
  try {
    const { weights, ...outcome } = await runSession(own, hooks, session);
    return { ...outcome, ...learnedGraph(graph, weights) };
  } finally {
    session.dispose();
  }
}
