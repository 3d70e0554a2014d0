/** Folds on other threads of this machine, each in one of its own. */

import { availableParallelism } from 'node:os';
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { lentFolders } from '../../artifacts/lent-stores.ts';
import { interruptedError } from '../../core/errors.ts';
import { type Failure, fromFailure } from '../../models/run/spread/worker-messages.ts';
import type { AnyEvaluation } from '../../models/score/evaluation.ts';
import type { FoldHelpers, FoldTask } from './evaluate-fold.ts';

/** What a thread is started for. */
export interface FoldWork {
  readonly task: FoldTask;
  /** The folder of the project, whose files are read. */
  readonly project: string;
  /** Of the store. */
  readonly folder: string;
}

/** What it says: warnings, and one answer. */
export type FoldAnswer =
  | { readonly event: 'warned'; readonly message: string }
  | { readonly event: 'done'; readonly evaluation: AnyEvaluation }
  | { readonly event: 'failed'; readonly failure: Failure };

/** Beside this file, compiled as this file is. */
const WORKER_FILE = new URL(`./fold-worker${extname(import.meta.url)}`, import.meta.url);

/** Undefined where the thread ends without an answer: it cannot load, or needs more memory than there is. */
async function answered(
  work: FoldWork,
  signal: AbortSignal | undefined,
  warn: (message: string) => void,
): Promise<AnyEvaluation | undefined> {
  const worker = new Worker(WORKER_FILE, { workerData: work });
  let stop = (): void => {};
  try {
    return await new Promise<AnyEvaluation | undefined>((resolve, reject) => {
      stop = () => reject(interruptedError('interrupted', 'Stopped while folds were evaluated'));
      signal?.addEventListener('abort', stop);
      worker.on('message', (answer: FoldAnswer) => {
        if (answer.event === 'warned') warn(answer.message);
        else if (answer.event === 'done') resolve(answer.evaluation);
        else reject(fromFailure(answer.failure));
      });
      worker.on('error', () => resolve(undefined));
      worker.on('exit', () => resolve(undefined));
    });
  } finally {
    signal?.removeEventListener('abort', stop);
    await worker.terminate();
  }
}

/** One for each core. `artifacts` is where their folders are, until they are done. */
export function foldThreads(project: string, artifacts: string): FoldHelpers {
  const lend = lentFolders(artifacts);
  return {
    slots: availableParallelism(),
    evaluate: (task, signal, warn) => lend((folder) => answered({ task, project, folder }, signal, warn)),
  };
}
