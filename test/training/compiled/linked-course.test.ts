import { expect, it } from 'vitest';
import type { Link } from '../../../src/kernels/training/link-kernels.ts';
import type { Course } from '../../../src/training/compiled/course.ts';
import { LinkedCourse } from '../../../src/training/compiled/linked-course.ts';
import { jobOf } from './job.ts';
import { endedCase, LAYER_CASES } from './layer-cases.ts';
import { type RunCourse, trainedMemory } from './trained-memory.ts';

/** Enough of the smaller ones, too. */
const BATCHES = 60;

/** Runs courses linked, and counts the functions that are made for it. */
function linked(): { readonly runCourse: RunCourse; readonly functions: () => number } {
  const courses = new Map<Course, LinkedCourse>();
  let functions = 0;
  return {
    functions: () => functions,
    runCourse(course, run) {
      const link: Link = (make) => {
        functions++;
        return run.link?.(make);
      };
      const counted = new Proxy(run, {
        get: (of, key: keyof typeof run) => (key === 'link' ? link : of[key]),
      });
      const known = courses.get(course) ?? new LinkedCourse(course, counted);
      courses.set(course, known);
      known.run();
    },
  };
}

it.each(LAYER_CASES)('linked steps of %s give the same bytes', (_, shape, layers) => {
  const job = jobOf(endedCase(shape, layers), shape, { optimizer: 'adam' });
  const whole = trainedMemory(job, BATCHES, (course, run) => course.run(run));
  const { runCourse, functions } = linked();
  expect(trainedMemory(job, BATCHES, runCourse)).toStrictEqual(whole);
  // Of batches of two sizes, on the way forward and back.
  expect(functions()).toBeGreaterThanOrEqual(4);
});
