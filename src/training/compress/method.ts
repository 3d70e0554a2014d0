/**
 * Ways to make a trained model smaller. Each is a file that exports a `Method`, and a row in `index.ts` and `summaries.ts`. They run in the
 * order in which a project lists them, each on what the one before it left.
 */

import type * as z from 'zod';
import type { Reporter } from '../../core/reporter.ts';
import type { Graph, ValueId } from '../../ir/graph.ts';
import type { TrainedQuantization } from '../../passes/quantize-trained.ts';
import type { TrainingThreads } from '../compiled/crew/training-threads.ts';
import type { Constraint } from '../graph/constraint.ts';
import type { GraphRecipe } from '../graph/graph-job.ts';
import type { Objective } from '../graph/objective.ts';
import type { Augment, LabelledSamples } from '../trainer.ts';

/** What later training keeps of a constant: its zeros, or which of its elements are equal. */
export type Kept = 'zeros' | 'clusters';

/** A model on its way through the methods. */
export interface Compressed {
  /** float32, as `simplifyFloat` makes it; one input, one output. */
  readonly graph: Graph;
  readonly keeps: ReadonlyMap<ValueId, Kept>;
  /** What later methods tune for, too; labels alone where absent. A function, since methods change the graph. */
  readonly objective?: (graph: Graph) => Objective;
  /** What `quantize` takes as it is, where training has prepared for it: then `graph` is prepared, too. */
  readonly trained?: TrainedQuantization;
}

/**
 * Of the int8 form on TFLM. Of a model that was measured all of it is exact. Foretold, without samples, a few bytes of the
 * file may differ, and channels that samples would prove constant are still there.
 */
export interface Cost {
  readonly parameters: number;
  readonly macs: number;
  readonly arenaBytes: number;
  readonly fileBytes: number;
}

/** What methods are lent. */
export interface Workshop {
  readonly seed: number;
  readonly report: Reporter;
  /** Aborting ends training behind the epoch that runs; the best weights are kept. */
  readonly signal: AbortSignal;
  readonly train: LabelledSamples;
  readonly validation: LabelledSamples;
  readonly augment?: Augment | undefined;
  /** Without them one thread trains; the bytes are the same. */
  readonly trainingThreads?: TrainingThreads | undefined;
  /** How the model was trained, or is to be: its loss, metrics, optimizer, size of batches. */
  readonly recipe: GraphRecipe;
  /** Throws what the conversion throws. */
  cost(graph: Graph): Cost;
  /**
   * A model file, a float32 one simplified, one of integers as it is; throws input errors that name it. `readsFiles` of the
   * method has it.
   */
  readModel(path: string): Promise<Graph>;
}

/** What may be said of the training that ends a method. */
export interface Tuning {
  readonly epochs: number;
  /** Of the first epoch; a tenth of the recipe's where absent. It falls along half a cosine to 0. */
  readonly learningRate?: number | undefined;
}

export interface TuneOptions extends Tuning {
  readonly constraints?: readonly Constraint[];
  readonly settledFrom?: number;
  /** The weights as they came may be the result too, where no epoch validates better. */
  readonly mayStay?: true;
}

export interface Method<Options> {
  /** A strict object with the literal field `method`. */
  readonly schema: z.ZodType<Options>;
  /** Files of the user that `run` reads, as the options call them: when they change, the work is done again. */
  readsFiles?(options: Options): readonly string[];
  /** It changes shapes or operators, which cannot be done behind a method that `marks`. */
  readonly reshapes?: true;
  /** It decides the integers, so that nothing may come behind it, and no others be asked for. */
  readonly decidesIntegers?: true;
  /** It leaves something in weights that later training must keep. */
  readonly marks?: true;
  /** Throws usage errors for options that the model does not meet, with the numbers. */
  run(model: Compressed, options: Options, workshop: Workshop): Promise<Compressed>;
}
