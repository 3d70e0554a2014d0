/** The first thread of a crew: it trains alone until others are worth their start, and with them where a contest says that they help. */

import { LinkedCourse } from '../linked-course.ts';
import type { Run } from '../run.ts';
import type { CourseName, Courses } from '../training-plan.ts';
import { Contest } from './contest.ts';
import { Member } from './member.ts';
import type { Signals } from './signals.ts';

/** Batches of which the median counts, behind the first ones, which load and compile. */
const MEASURED = 9;
const UNMEASURED = 3;
/** Others that have just started compile what they compute as they go, and again once they know what comes often. */
const STARTING_MS = 300;
/** Work ahead, in milliseconds of one thread, for which others are started. */
const WORTH_MS = 400;
/** Shorter batches spend more time on meeting than they save. */
const LEAST_BATCH_MS = 0.15;
/**
 * Until threads are compared again, times as long as that took: at first, and at most. A contest is lost by chance more often
 * than won by it, since batches together meet what hits either core.
 */
const PAUSES = { won: { first: 10, most: 80 }, lost: { first: 7, most: 80 } } as const;

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

/** `dismissed`: alone, without a further look. `settled`: as the last contest ended, until the next one. */
type State = 'alone' | 'starting' | 'warming' | 'contest' | 'settled' | 'dismissed';

export class Crew implements Hands {
  readonly #courses: Courses;
  /** For as long as it is alone. */
  readonly #linked: LinkedCourses;
  readonly #run: Run;
  readonly #others: Others;
  readonly #member: Member;
  readonly #first: number[] = [];
  #state: State = 'alone';
  #contest = new Contest();
  /** With others, as the last contest had it. */
  #isFaster: boolean | undefined;
  #pause = 0;
  /** Of the largest batch. */
  #rows = 0;
  /** Since the state is what it is. */
  #ms = 0;

  constructor(courses: Courses, run: Run, others: Others) {
    this.#courses = courses;
    this.#linked = linkedCourses(courses, run);
    this.#run = run;
    this.#others = others;
    this.#member = new Member(others.signals, 0, others.threads);
  }

  /** Whether others compute along. */
  get isTogether(): boolean {
    if (this.#state === 'contest') return this.#contest.isTogether;
    return this.#state === 'warming' || (this.#state === 'settled' && this.#isFaster === true);
  }

  run(name: CourseName): void {
    if (!this.isTogether) {
      this.#linked[name].run();
      return;
    }
    const course = this.#courses[name];
    this.#others.signals.announce(name, this.#run);
    this.#member.run(course, this.#run);
  }

  clock(): number {
    return this.#state === 'dismissed' ? 0 : performance.now();
  }

  measure(ms: number, ahead: number): void {
    const { rows } = this.#run;
    this.#rows = Math.max(rows, this.#rows);
    // The rest at the end of an epoch takes less time anyway.
    if (rows < this.#rows) return;
    this.#ms += ms;
    if (this.#state === 'alone') this.#consider(ms, ahead);
    else if (this.#state === 'starting') {
      if (this.#others.signals.loaded === this.#others.threads - 1) this.#enter('warming');
    } else if (this.#state === 'warming') {
      if (this.#ms >= STARTING_MS) this.#compare();
    } else if (this.#state === 'contest') this.#judge(this.#contest.add(ms));
    else if (this.#state === 'settled' && this.#ms >= this.#pause * this.#contest.spentMs) this.#compare();
  }

  #enter(state: State): void {
    this.#state = state;
    this.#ms = 0;
  }

  #consider(ms: number, ahead: number): void {
    const measured = this.#first;
    measured.push(ms);
    if (measured.length < UNMEASURED + MEASURED) return;
    const each = measured.slice(UNMEASURED).toSorted((a, b) => a - b)[MEASURED >> 1];
    // Later batches take no longer, and there are fewer of them.
    if (each < LEAST_BATCH_MS || each * ahead < WORTH_MS) {
      this.#enter('dismissed');
      return;
    }
    this.#enter('starting');
    try {
      this.#others.start();
    } catch {
      // Whoever has started is let go.
      this.end();
    }
  }

  #compare(): void {
    this.#contest = new Contest();
    this.#enter('contest');
  }

  /** What is found again holds for twice as long. */
  #judge(isFaster: boolean | undefined): void {
    if (isFaster === undefined) return;
    const { first, most } = PAUSES[isFaster ? 'won' : 'lost'];
    this.#pause = isFaster === this.#isFaster ? Math.min(2 * this.#pause, most) : first;
    this.#isFaster = isFaster;
    this.#enter('settled');
  }

  /** The first one trains on alone. */
  end(): void {
    if (this.#state !== 'alone' && this.#state !== 'dismissed') this.#others.signals.end();
    this.#state = 'dismissed';
  }
}
