/** What every thread of a crew but the first does. */

import { attachHeap } from '../../../kernels/training/heap.ts';
import type { Run } from '../run.ts';
import type { Courses } from '../training-plan.ts';
import { Member } from './member.ts';
import { Signals } from './signals.ts';
import type { CrewTask, PlannedWork } from './training-threads.ts';

/** A thread loads what it plans with, and no more. */
async function plannedCourses(work: PlannedWork, rows: number): Promise<Courses> {
  if ('layers' in work) return (await import('../training-plan.ts')).planTraining(work.layers, rows).courses;
  return (await import('../../graph/plan-graph.ts')).planGraph(work.graph, rows).courses;
}

/** Works along until the first thread ends it. */
export async function serve({
  work,
  rows,
  samplesAtOnce,
  memory,
  scratch,
  thread,
  signals: buffer,
  threads,
}: CrewTask): Promise<void> {
  const signals = new Signals(buffer, threads);
  const courses = await plannedCourses(work, rows);
  const { buffer: bytes, kernels } = attachHeap(memory, thread);
  const floats = new Float32Array(bytes);
  const run: Run = {
    kernels,
    floats,
    scratch,
    samplesAtOnce,
    rows,
    training: true,
    steps: 0,
    learningRate: 0,
  };
  const member = new Member(signals, thread, threads);
  signals.load();
  for (let turn = 0; ; turn = (turn + 1) | 0) {
    const course = signals.await(turn, run);
    if (course === undefined) return;
    member.run(courses[course], run);
  }
}
