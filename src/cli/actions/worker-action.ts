/** `tinyml worker`: runs trials of searches elsewhere until it is stopped. */

import { countOf } from '../../core/figure-text.ts';
import { workForQueue } from '../../stages/search/queue/work-for-queue.ts';
import type { WorkerJson } from '../printed-json.ts';
import type { Session } from '../terminal/session.ts';

/** Options of `tinyml worker`. */
export interface WorkerFlags {
  readonly queue: string;
}

/** Prints, in the end, how many trials this machine has run. */
export async function workerAction(session: Session, { queue }: WorkerFlags): Promise<void> {
  const { reporter: report, signal } = session;
  const served = await workForQueue(queue, { report, signal });
  session.emit<WorkerJson>(
    `${countOf(served.trials, 'trial')} run, ${served.givenBack} given back\n`,
    served,
  );
}
