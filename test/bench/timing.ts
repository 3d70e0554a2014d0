/** Times that can be compared: taken in one run, in turns, so that what else the machine does hits all alike. */

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
