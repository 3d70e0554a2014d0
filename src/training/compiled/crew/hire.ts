/** Who runs a plan: one thread, or a crew where others are lent. */

import type { HeapKind } from '../../../kernels/training/heap.ts';
import type { Run } from '../run.ts';
import type { StepPlan } from '../step-plan.ts';
import { openRun, openSharedRun } from '../training-heap.ts';
import type { Courses } from '../training-plan.ts';
import { alone, Crew, type Hands } from './crew.ts';
import { Signals } from './signals.ts';
import type { PlannedWork, TrainingThreads } from './training-threads.ts';

/** More would wait for each other more than work. */
const MOST_THREADS = 8;

/** A plan in its memory, and who runs it there. */
export interface Hired {
  readonly run: Run;
  readonly crew: Hands;
}

/** `work` is what others plan to find the same courses. */
export function hire(
  work: PlannedWork,
  plan: StepPlan,
  courses: Courses,
  kind: HeapKind,
  lent: TrainingThreads | undefined,
): Hired {
  const threads = Math.min(lent?.most ?? 1, MOST_THREADS);
  if (lent === undefined || threads === 1) {
    const run = openRun(plan, kind);
    return { run, crew: alone(courses, run) };
  }
  const { run, memory, scratches } = openSharedRun(plan, kind, threads);
  const signals = new Signals(Math.max(...Object.values(courses).map(({ length }) => length)), threads);
  const { rows, samplesAtOnce } = plan;
  const task = { work, rows, samplesAtOnce, memory, signals: signals.buffer, threads };
  const start = (): void => {
    for (let thread = 1; thread < threads; thread++)
      lent.start({ ...task, thread, scratch: scratches[thread] });
  };
  return { run, crew: new Crew(courses, run, { signals, threads, start }) };
}
