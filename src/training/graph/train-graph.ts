/** Trains the weights of a float32 graph, whatever file it came from, in the compiled engine. */

import { unsupportedError } from '../../core/errors.ts';
import type { TrainingHooks } from '../trainer.ts';
import type { GraphJob, GraphResult } from './graph-job.ts';

/** Throws `unsupported` errors that name the operator which cannot be trained. */
export async function trainGraph(_job: GraphJob, _hooks: TrainingHooks): Promise<GraphResult> {
  throw unsupportedError('untrainable-graph', 'Graphs are not trained yet', 'Train the layers of a project.');
}
