/** A course on one thread. Where batches of a size come again and again, what it calls of kernels is linked. */

import type { Link } from '../../kernels/training/link-kernels.ts';
import type { Course, Turn } from './course.ts';
import type { Run } from './run.ts';

/** Batches of a size that run before: a link costs as much as some of them. */
const UNLINKED_BATCHES = 16;

/** Turns whose kernels are called by one function, or the work of another one. */
type Part = () => void;

function linkTurns(turns: readonly Turn[], run: Run, link: Link): Part | undefined {
  const { scratch, rows, training } = run;
  return link((kernels) => {
    const given = { kernels, scratch, rows, training };
    for (const { step, from, to } of turns) step.calls?.(given, from, to);
  });
}

/** Undefined where nothing is gained: nothing can be linked, or too much. */
function linkCourse(course: Course, run: Run, link: Link): readonly Part[] | undefined {
  const parts: Part[] = [];
  const turns = course.turns(run);
  let linked = 0;
  for (let first = 0; first < turns.length; ) {
    let end = first;
    while (end < turns.length && turns[end].step.calls !== undefined) end++;
    if (end > first) {
      const part = linkTurns(turns.slice(first, end), run, link);
      if (part === undefined) return undefined;
      parts.push(part);
      linked += end - first;
      first = end;
      continue;
    }
    const { step, from, to } = turns[first++];
    parts.push(() => step.work(run, from, to));
  }
  return linked === 0 ? undefined : parts;
}

export class LinkedCourse {
  readonly #course: Course;
  readonly #run: Run;
  /** By what decides the calls. */
  readonly #linked = new Map<number, readonly Part[]>();
  readonly #unlinked = new Map<number, number>();

  constructor(course: Course, run: Run) {
    this.#course = course;
    this.#run = run;
  }

  run(): void {
    const { rows, training } = this.#run;
    const key = 2 * rows + (training ? 1 : 0);
    const parts = this.#linked.get(key);
    if (parts === undefined) this.#runUnlinked(key);
    else for (let i = 0; i < parts.length; i++) parts[i]();
  }

  #runUnlinked(key: number): void {
    const run = this.#run;
    this.#course.run(run);
    if (run.link === undefined) return;
    const batches = (this.#unlinked.get(key) ?? 0) + 1;
    this.#unlinked.set(key, batches);
    if (batches !== UNLINKED_BATCHES) return;
    const parts = linkCourse(this.#course, run, run.link);
    if (parts !== undefined) this.#linked.set(key, parts);
  }
}
