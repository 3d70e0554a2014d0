/** Threads that somebody lends to training: Node's are in `worker-threads.ts`. */

import type { SharedMemory } from '../../../kernels/training/heap.ts';
import type { PlannedGraph } from '../../graph/plan-graph.ts';
import type { PlannedJob } from '../training-plan.ts';

/** What every thread plans for itself: a model of layers, or a graph. */
export type PlannedWork = { readonly layers: PlannedJob } | { readonly graph: PlannedGraph };

/** All that a thread needs to work on a step of training. */
export interface CrewTask {
  readonly work: PlannedWork;
  /** Samples in a batch at most. */
  readonly rows: number;
  readonly samplesAtOnce: number;
  readonly memory: SharedMemory;
  /** Where its scratch memory begins. */
  readonly scratch: number;
  /** Which of them it is; the first one, which starts the others, is 0. */
  readonly thread: number;
  readonly signals: SharedArrayBuffer;
  readonly threads: number;
}

/** How many threads may train together, and how one of them is started. */
export interface TrainingThreads {
  /** At work together, this one included. */
  readonly most: number;
  /** Starts one that works until `Signals.end`. Throws where the machine has no room for another one. */
  start(task: CrewTask): void;
}
