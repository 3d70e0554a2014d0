/** Loops of C over tensors that are walked in steps, as few as their shapes allow. */

/** Loops in each other, the last one innermost, in which each operand advances by its own steps. */
export interface Walk {
  readonly counts: readonly number[];
  /** Of each operand, one step for each loop. */
  readonly steps: readonly (readonly number[])[];
}

interface Axis {
  readonly count: number;
  readonly steps: readonly number[];
}

/** The same walk without loops of one round, and with loops that all operands run through as through one joined. */
export function joinLoops({ counts, steps }: Walk): Walk {
  const axes: Axis[] = [];
  for (const [axis, count] of counts.entries()) {
    if (count === 1) continue;
    const inner = { count, steps: steps.map((own) => own[axis]) };
    const outer = axes.at(-1);
    if (outer?.steps.every((step, operand) => step === inner.steps[operand] * count))
      axes[axes.length - 1] = { count: outer.count * count, steps: inner.steps };
    else axes.push(inner);
  }
  return {
    counts: axes.map(({ count }) => count),
    steps: steps.map((_, operand) => axes.map((axis) => axis.steps[operand])),
  };
}

/** What the innermost loop goes through, once for each round of those around it. */
export interface Run {
  readonly count: number;
  /** Of each operand. */
  readonly steps: readonly number[];
  /** A pointer's C, moved to where the run of that operand begins. */
  at(operand: number, pointer: string): string;
}

/** More axes than any tensor has. */
const COUNTERS = [...'ijklmnopqrstuvwxyz'];

/** `i * 64 + j`; empty where nothing moves. */
function offsetOf(steps: readonly number[]): string {
  return steps
    .flatMap((step, loop) =>
      step === 0 ? [] : [step === 1 ? COUNTERS[loop] : `${COUNTERS[loop]} * ${step}`],
    )
    .join(' + ');
}

/** A statement for every run of a walk, in loops of C. */
export function loopsAround(walk: Walk, statement: (run: Run) => string): string {
  const { counts, steps } = joinLoops(walk);
  const outer = counts.length - 1;
  const text = statement({
    count: counts.at(-1) ?? 1,
    steps: steps.map((own) => own.at(-1) ?? 1),
    at(operand, pointer) {
      const offset = offsetOf(steps[operand].slice(0, Math.max(outer, 0)));
      return offset === '' ? pointer : `${pointer} + ${offset}`;
    },
  });
  return counts
    .slice(0, Math.max(outer, 0))
    .reduceRight(
      (body, count, loop) =>
        `for (int32_t ${COUNTERS[loop]} = 0; ${COUNTERS[loop]} < ${count}; ${COUNTERS[loop]}++) {\n${body.replace(/^/gm, '  ')}\n}`,
      text,
    );
}
