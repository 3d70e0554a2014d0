/** The first thread of a crew: it trains alone until others are worth their start, and with them while they help. */

import { LinkedCourse } from '../linked-course.ts';
import type { Run } from '../run.ts';
import type { CourseName, Courses } from '../training-plan.ts';
import { Member } from './member.ts';
import type { Signals } from './signals.ts';

/** The last batches, which are measured, and the first ones, which load and compile. */
const MEASURED = 9;
const UNMEASURED = 3;
/** Others that have just started compile what they compute as they go. */
const STARTING_MS = 150;
/** Measures in a row that find nothing saved before others are let go. */
const PATIENCE = 3;
/** Work ahead, in milliseconds of one thread, for which others are started. */
const WORTH_MS = 400;
/** Shorter batches spend more time on meeting than they save. */
const LEAST_BATCH_MS = 0.15;
/** Of the time alone, what together is worth going on with. */
const GAIN = 0.95;

class Stopwatch {
  readonly #unmeasuredMs: number;
  #times: number[] = [];
  #seen = 0;
  #seenMs = 0;

  /** Measures once so much has passed, and a few batches. */
  constructor(unmeasuredMs = 0) {
    this.#unmeasuredMs = unmeasuredMs;
  }

  add(ms: number): void {
    this.#seenMs += ms;
    if (this.#seen++ < UNMEASURED || this.#seenMs < this.#unmeasuredMs) return;
    this.#times.push(ms);
    if (this.#times.length > MEASURED) this.#times.shift();
  }

  /** Forgets what was measured. */
  clear(): void {
    this.#times = [];
  }

  /** The median of what was measured; undefined before that is enough. */
  get median(): number | undefined {
    if (this.#times.length < MEASURED) return undefined;
    return this.#times.toSorted((a, b) => a - b)[MEASURED >> 1];
  }
}

/** Who may help. */
export interface Others {
  readonly signals: Signals;
  /** At work together, the first one included. */
  readonly threads: number;
  /** Starts them. */
  readonly start: () => void;
}

/** What runs the courses of a plan. */
export interface Hands {
  run(name: CourseName): void;
  /** Milliseconds; 0 where nobody measures any more. */
  clock(): number;
  /** Behind each batch that trained: how long it took, and how many are ahead. */
  measure(ms: number, ahead: number): void;
  /** Lets others go. */
  end(): void;
}

type LinkedCourses = Readonly<Record<CourseName, LinkedCourse>>;

function linkedCourses({ forward, backward, update }: Courses, run: Run): LinkedCourses {
  return {
    forward: new LinkedCourse(forward, run),
    backward: new LinkedCourse(backward, run),
    update: new LinkedCourse(update, run),
  };
}

/** One thread, for good. */
export function alone(courses: Courses, run: Run): Hands {
  const linked = linkedCourses(courses, run);
  return { run: (name) => linked[name].run(), clock: () => 0, measure: () => {}, end: () => {} };
}

/** `kept`: together, and `dismissed`: alone, without a further look. */
type State = 'alone' | 'starting' | 'together' | 'kept' | 'dismissed';

export class Crew implements Hands {
  readonly #courses: Courses;
  /** For as long as it is alone. */
  readonly #linked: LinkedCourses;
  readonly #run: Run;
  readonly #others: Others;
  readonly #member: Member;
  readonly #alone = new Stopwatch();
  readonly #together = new Stopwatch(STARTING_MS);
  #state: State = 'alone';
  #losses = 0;

  constructor(courses: Courses, run: Run, others: Others) {
    this.#courses = courses;
    this.#linked = linkedCourses(courses, run);
    this.#run = run;
    this.#others = others;
    this.#member = new Member(others.signals, 0, others.threads);
  }

  get #isTogether(): boolean {
    return this.#state === 'together' || this.#state === 'kept';
  }

  run(name: CourseName): void {
    if (!this.#isTogether) {
      this.#linked[name].run();
      return;
    }
    const course = this.#courses[name];
    this.#others.signals.announce(name, this.#run);
    this.#member.run(course, this.#run);
  }

  get #isSettled(): boolean {
    return this.#state === 'dismissed' || this.#state === 'kept';
  }

  clock(): number {
    return this.#isSettled ? 0 : performance.now();
  }

  measure(ms: number, ahead: number): void {
    if (this.#isSettled) return;
    if (this.#state === 'together') {
      this.#together.add(ms);
      this.#judge();
      return;
    }
    this.#alone.add(ms);
    if (this.#state === 'alone') this.#consider(ahead);
    else if (this.#others.signals.loaded === this.#others.threads - 1) this.#state = 'together';
  }

  #consider(ahead: number): void {
    const each = this.#alone.median;
    if (each === undefined) return;
    // Later batches take no longer, and there are fewer of them.
    if (each < LEAST_BATCH_MS || each * ahead < WORTH_MS) {
      this.#state = 'dismissed';
      return;
    }
    this.#state = 'starting';
    try {
      this.#others.start();
    } catch {
      // Whoever has started is let go.
      this.end();
    }
  }

  #judge(): void {
    const [before, now] = [this.#alone.median, this.#together.median];
    if (before === undefined || now === undefined) return;
    if (now <= GAIN * before) this.#state = 'kept';
    else if (++this.#losses === PATIENCE) this.end();
    else this.#together.clear();
  }

  /** The first one trains on alone. */
  end(): void {
    if (this.#state === 'starting' || this.#isTogether) this.#others.signals.end();
    this.#state = 'dismissed';
  }
}
