/** Threads that somebody lends to work on records: Node's are in `worker-threads.ts`. */

import type { Job, WorkKind } from './record-work.ts';
import type { Answer, BlockMessage } from './worker-messages.ts';

/** What a thread says to whoever started it. */
export interface Listener<Kind extends WorkKind> {
  hear(answer: Answer<Kind>): void;
  /** It could not load, or ran out of memory: there will be no more answers. */
  lose(): void;
}

/** Another thread at work on a job. */
export interface Helper {
  /** Hands it a block; the memory changes hands. */
  post(message: BlockMessage): void;
  /** Resolves when it has ended. */
  end(): Promise<unknown>;
}

/** How many threads may help, when that is worth it, and how one is started. */
export interface Threads {
  /** At work together, this one included. */
  readonly most: number;
  /** Work ahead, in milliseconds of one thread, for which others are started. */
  readonly worthMs: number;
  /** Throws where the machine has no room for another one. */
  start<Kind extends WorkKind>(job: Job<Kind>, listener: Listener<Kind>): Helper;
}
