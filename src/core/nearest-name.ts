/** Damerau and Levenshtein's distance, with neighbours swapped at most once: letters typed wrongly. */
function distance(a: string, b: string): number {
  let [before, last] = [[] as number[], Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      row.push(
        Math.min(
          last[j] + 1,
          row[j - 1] + 1,
          last[j - 1] + same,
          swapped ? before[j - 2] + 1 : Number.POSITIVE_INFINITY,
        ),
      );
    }
    [before, last] = [last, row];
  }
  return last[b.length];
}

const MAX_NAME = 64;

/** The name that was probably meant; undefined where none is alike. Capitals count for nothing. */
export function nearestName(typed: string, names: readonly string[]): string | undefined {
  if (typed.length > MAX_NAME) return undefined;
  const ranked = names
    .map((name) => ({ name, steps: distance(typed.toLowerCase(), name.toLowerCase()) }))
    .sort((a, b) => a.steps - b.steps);
  const [best] = ranked;
  if (best === undefined || best.steps > Math.max(1, Math.floor(best.name.length / 3))) return undefined;
  // Another letter in place of the only one is another name.
  return best.steps < Math.min(typed.length, best.name.length) ? best.name : undefined;
}
