/** What every thread of a crew but the first does. */

import { attachHeap } from '../../../kernels/training/heap.ts';
import type { Run } from '../run.ts';
import { planTraining } from '../training-plan.ts';
import { Member } from './member.ts';
import { Signals } from './signals.ts';
import type { CrewTask } from './training-threads.ts';

/** Works along until the first thread ends it. */
export function serve({ job, rows, memory, scratch, thread, signals: buffer, threads }: CrewTask): void {
  const signals = new Signals(buffer);
  const { courses } = planTraining(job, rows);
  const { buffer: bytes, kernels } = attachHeap(memory, thread);
  const floats = new Float32Array(bytes);
  const run: Run = { kernels, floats, scratch, rows, training: true, steps: 0, learningRate: 0 };
  const member = new Member(signals, false, threads);
  signals.load();
  for (let turn = 0; ; turn = (turn + 1) | 0) {
    const course = signals.await(turn, run);
    if (course === undefined) return;
    member.run(courses[course], run);
  }
}
