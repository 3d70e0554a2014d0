/** What a plan computes in one direction, step after step. */

import type { CallContext, Run } from './run.ts';

/** Parts `from` up to `to` of a step. */
export type PartWork = (run: Run, from: number, to: number) => void;

/**
 * Work that is nothing but calls of kernels, which what it is given decides, and nothing else: the same for all batches of so
 * many samples.
 */
export interface CallWork {
  readonly calls: (given: CallContext, from: number, to: number) => void;
}

/**
 * Parts `from` up to `to` of sums over all samples, which go on with samples `first` up to `end`: those in front of them are summed,
 * and with the first of all they begin anew.
 */
export type SumWork = (run: Run, from: number, to: number, first: number, end: number) => void;

/** The same, of nothing but calls of kernels. */
export interface SumCalls {
  readonly sums: (given: CallContext, from: number, to: number, first: number, end: number) => void;
}

export interface SumOptions {
  /** Samples are more to read than the sums are: each thread adds its own. Else each part is summed over all of them at once. */
  readonly bySample: boolean;
  /** They read what the step right before them writes. */
  readonly isBehind?: boolean;
  /** They read nothing of what the step by sample writes that runs right before them, and may come before it. */
  readonly isAhead?: boolean;
  /** Parts share lines of memory, and a few of them take as long as all. */
  readonly isWide?: boolean;
}

/** A step whose parts may be computed in any order and on any thread: its bytes do not depend on it. */
export interface Step {
  /** As many parts as the batch has samples, or a number of them. */
  readonly parts: 'samples' | number;
  readonly work: PartWork;
  /** The same, where it is nothing but calls of kernels. */
  readonly calls?: CallWork['calls'];
  /** In parts, where each thread had better sum its own samples than read those of others. */
  readonly sums?: SumWork;
  /** As in `SumOptions`. */
  readonly isBehind?: boolean;
  readonly isAhead?: boolean;
  readonly isWide?: boolean;
  /** By sample, but all of them read more than a cache holds: they go through it together. */
  readonly isHeavy?: true;
  /** Of one part, which is the first thread's, and comes behind all that was added before it. */
  readonly isOrdered?: true;
}

/** A step, or some parts of it. */
export interface Turn {
  readonly step: Step;
  readonly from: number;
  readonly to: number;
}

/** Steps that nobody has to wait between. */
export interface Stage {
  /**
   * Each of the `samples` may go through all steps by itself. Steps in `parts` gather from all samples, and know nothing of
   * each other. What is `one` thread's keeps its order. A `heavy` step is by sample and alone.
   */
  readonly kind: 'samples' | 'heavy' | 'parts' | 'one';
  /** Which step of the course the first of them is. */
  readonly first: number;
  readonly steps: readonly Step[];
  /** Behind steps by sample: sums of the same samples, which read nothing of the last one of these. */
  readonly sums: readonly Step[];
}

/** Parts of `size` elements: how many there are, and where a part begins or, behind the last one, ends. */
export interface Blocks {
  readonly count: number;
  start(part: number): number;
}

export function blocksOf(length: number, size: number): Blocks {
  return { count: Math.ceil(length / size), start: (part) => Math.min(part * size, length) };
}

function stepOf(parts: Step['parts'], work: PartWork | CallWork): Step {
  return typeof work === 'function' ? { parts, work } : { parts, work: work.calls, calls: work.calls };
}

/** Parts of sums over all samples at once. */
function overAll<Given extends CallContext>(
  sums: (given: Given, from: number, to: number, first: number, end: number) => void,
): (given: Given, from: number, to: number) => void {
  return (given, from, to) => sums(given, from, to, 0, given.rows);
}

function orderedStep(work: PartWork | CallWork): Step {
  return { ...stepOf(1, work), isOrdered: true };
}

function kindOf({ parts, isHeavy, isOrdered }: Step): Stage['kind'] {
  if (isHeavy) return 'heavy';
  if (isOrdered) return 'one';
  return parts === 'samples' ? 'samples' : 'parts';
}

/** Whether a step needs no wait behind those of a stage. */
function goesOn({ kind, sums }: Stage, step: Step): boolean {
  return kind === kindOf(step) && kind !== 'heavy' && sums.length === 0 && !step.isBehind;
}

/** Samples `from` up to `end` through all steps, as many at a time as a cache holds. */
export function runSamples(steps: readonly Step[], run: Run, from: number, end: number): void {
  const { samplesAtOnce } = run;
  for (let first = from; first < end; first += samplesAtOnce) {
    const last = Math.min(first + samplesAtOnce, end);
    for (let i = 0; i < steps.length; i++) steps[i].work(run, first, last);
  }
}

function runParts(steps: readonly Step[], run: Run): void {
  for (let i = 0; i < steps.length; i++) steps[i].work(run, 0, steps[i].parts as number);
}

export class Course {
  readonly #steps: Step[] = [];
  readonly #ahead: Step[] = [];
  readonly #reversed: boolean;
  #stages: readonly Stage[] | undefined;

  /** `backward`: what is added last runs first. */
  constructor(direction: 'forward' | 'backward') {
    this.#reversed = direction === 'backward';
  }

  get length(): number {
    return this.#steps.length + this.#ahead.length;
  }

  /** In the order in which they run. */
  get stages(): readonly Stage[] {
    this.#stages ??= this.#divide();
    return this.#stages;
  }

  #divide(): readonly Stage[] {
    const steps = [...this.#ahead, ...(this.#reversed ? this.#steps.toReversed() : this.#steps)];
    const stages: { kind: Stage['kind']; first: number; steps: Step[]; sums: Step[] }[] = [];
    for (const [index, step] of steps.entries()) {
      const kind = kindOf(step);
      const last = stages.at(-1);
      if (step.isAhead && step.sums !== undefined && last?.kind === 'samples') last.sums.push(step);
      else if (last !== undefined && goesOn(last, step)) last.steps.push(step);
      else stages.push({ kind, first: index, steps: [step], sums: [] });
    }
    return stages;
  }

  #add(list: Step[], step: Step): void {
    list.push(step);
    this.#stages = undefined;
  }

  /** What one thread computes. */
  add(work: PartWork | CallWork): void {
    this.#add(this.#steps, orderedStep(work));
  }

  /** The same, in front of all that has been added: what runs last on the way back. */
  addFirst(work: PartWork | CallWork): void {
    this.#steps.unshift(orderedStep(work));
    this.#stages = undefined;
  }

  /**
   * Samples `from` up to `to` of the batch. What it reads of other steps by sample is of these samples alone, and so is what it
   * writes.
   */
  addBySample(work: PartWork | CallWork): void {
    this.#add(this.#steps, stepOf('samples', work));
  }

  /** The same, where every sample is multiplied with more weights than a cache holds. */
  addHeavy(work: PartWork | CallWork): void {
    this.#add(this.#steps, { ...stepOf('samples', work), isHeavy: true });
  }

  /**
   * The same in any number of parts, of all samples. It neither reads nor writes what a step in parts right before or behind it
   * writes.
   */
  addByPart(parts: number, work: PartWork | CallWork): void {
    this.#add(this.#steps, stepOf(parts, work));
  }

  /** The same, behind a step in parts, whose results it reads. */
  addBehind(parts: number, work: PartWork | CallWork): void {
    this.#add(this.#steps, { ...stepOf(parts, work), isBehind: true });
  }

  /** Sums over all samples, in any number of parts. What a sample adds to them is of that sample alone. */
  addSums(parts: number, work: SumWork | SumCalls, { bySample, ...options }: SumOptions): void {
    const isPlain = typeof work === 'function';
    const step = stepOf(parts, isPlain ? overAll(work) : { calls: overAll(work.sums) });
    const sums = isPlain ? work : work.sums;
    this.#add(this.#steps, { ...step, ...options, ...(bySample ? { sums } : {}) });
  }

  /** Like `addByPart`, for what runs before all other steps. */
  addAhead(parts: number, work: PartWork | CallWork): void {
    this.#add(this.#ahead, stepOf(parts, work));
  }

  /** As `run` takes them. */
  turns({ rows, samplesAtOnce }: Run): readonly Turn[] {
    const whole = (step: Step): Turn => ({ step, from: 0, to: step.parts as number });
    return this.stages.flatMap(({ kind, steps, sums }) => {
      if (kind === 'heavy') return [{ step: steps[0], from: 0, to: rows }];
      if (kind !== 'samples') return steps.map(whole);
      const count = Math.ceil(rows / samplesAtOnce);
      const bySample = Array.from({ length: count }, (_, index) => index * samplesAtOnce).flatMap((from) =>
        steps.map((step) => ({ step, from, to: Math.min(from + samplesAtOnce, rows) })),
      );
      return [...bySample, ...sums.map(whole)];
    });
  }

  /** All of it, on this thread. */
  run(run: Run): void {
    const { stages } = this;
    for (let i = 0; i < stages.length; i++) {
      const { kind, steps, sums } = stages[i];
      if (kind === 'samples') {
        runSamples(steps, run, 0, run.rows);
        runParts(sums, run);
      } else if (kind === 'heavy') steps[0].work(run, 0, run.rows);
      else runParts(steps, run);
    }
  }
}
