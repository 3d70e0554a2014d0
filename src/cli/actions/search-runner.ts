/** Where the trials of a search run. */

import { availableParallelism } from 'node:os';
import type { Reporter } from '../../core/reporter.ts';
import { openQueueRunner } from '../../stages/search/queue/open-queue-runner.ts';
import { localRunner, type TrialRunner } from '../../stages/search/trial-runner.ts';
import type { NamedSources } from '../../stages/search/trial-sources.ts';
import { threadRunner } from '../../stages/search/trial-threads.ts';
import type { Project } from '../workspace/project.ts';

/** As the command line says it. */
export interface RunnerFlags {
  readonly jobs?: number;
  readonly queue?: string;
}

/** One that stops when its signal says so, and reads those files; whoever opens it closes it. */
export async function openRunner(
  { folder, context }: Project,
  { jobs = availableParallelism(), queue }: RunnerFlags,
  sources: readonly NamedSources[],
  lent: { readonly report: Reporter; readonly signal: AbortSignal },
): Promise<TrialRunner> {
  if (queue !== undefined) return openQueueRunner(queue, sources, lent);
  const { signal } = lent;
  return jobs === 1 ? localRunner({ ...context, signal }) : threadRunner(jobs, { folder }, signal);
}
