/** Where the trials of a search run. */

import { availableParallelism } from 'node:os';
import { localRunner, type TrialRunner } from '../../stages/search/trial-runner.ts';
import { threadRunner } from '../../stages/search/trial-threads.ts';
import type { Project } from '../workspace/project.ts';

/** As the command line says it. */
export interface RunnerFlags {
  readonly jobs?: number;
}

/** One that stops when `signal` says so; whoever opens it closes it. */
export function openRunner(
  { folder, context }: Project,
  { jobs = availableParallelism() }: RunnerFlags,
  signal: AbortSignal,
): TrialRunner {
  return jobs === 1 ? localRunner({ ...context, signal }) : threadRunner(jobs, folder, signal);
}
