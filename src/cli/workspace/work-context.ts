import type { WorkContext } from '../../models/run/spread/spread-records.ts';
import { workerThreads } from '../../models/run/spread/worker-threads.ts';
import type { Session } from '../terminal/session.ts';

/** Who is told of work, who may stop it, and the threads of this machine. */
export function workContext({ reporter, signal }: Session): WorkContext {
  return { report: reporter, signal, threads: workerThreads };
}
