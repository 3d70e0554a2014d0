/** Times that can be compared: taken in one run, in turns, so that what else the machine does hits all alike. */

import { setImmediate } from 'node:timers/promises';

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Wall-clock seconds. */
export async function secondsOf(body: () => unknown): Promise<number> {
  const started = performance.now();
  await body();
  return (performance.now() - started) / 1000;
}

export interface Rounds {
  readonly least: number;
  readonly most: number;
  /** No round after `least` starts later than this. */
  readonly seconds: number;
}

/** Every body once per round, in turns; the median of what each returns. */
export async function inTurns(
  { least, most, seconds }: Rounds,
  ...bodies: readonly (() => number | Promise<number>)[]
): Promise<{ medians: number[]; rounds: number }> {
  const values: number[][] = bodies.map(() => []);
  const deadline = performance.now() + seconds * 1000;
  let rounds = 0;
  while (rounds < least || (rounds < most && performance.now() < deadline)) {
    for (const [index, body] of bodies.entries()) values[index].push(await body());
    rounds++;
  }
  return { medians: values.map(median), rounds };
}

const BLOCK_SECONDS = 0.002;
/** So long without getting faster by a hundredth: optimizing compilers may take their time on a busy machine. */
const SETTLED_SECONDS = 1.5;
const MOST_SECONDS = 15;

/** The least seconds of one call, in short blocks: what else the machine does only adds to it. */
export async function leastSecondsOf(body: () => unknown): Promise<number> {
  let calls = 1;
  const block = (): number => {
    const started = performance.now();
    for (let call = 0; call < calls; call++) body();
    return (performance.now() - started) / 1000;
  };
  while (block() < BLOCK_SECONDS) calls *= 2;
  const end = performance.now() + MOST_SECONDS * 1000;
  let least = Infinity;
  let deadline = end;
  while (performance.now() < deadline) {
    const seconds = block() / calls;
    if (seconds < 0.99 * least) deadline = Math.min(end, performance.now() + SETTLED_SECONDS * 1000);
    least = Math.min(least, seconds);
    // So that whatever waits for its turn, optimized code among it, does not wait longer than a block.
    await setImmediate();
  }
  return least;
}
