/** Sets of layers that save bytes for the least noise: a knapsack whose items are the layers, solved for all capacities. */

/** A layer whose weights may get 4 bits. */
export interface Item {
  readonly name: string;
  /** Bytes that it saves. */
  readonly saved: number;
  /** What it adds to the noise; noises of layers are taken as independent. */
  readonly noise: number;
}

/** Some of the items together. */
export interface Selection {
  readonly names: readonly string[];
  readonly saved: number;
  readonly noise: number;
}

/** Selections that are kept on the way; up to so many the answer is exact. */
const MOST_KEPT = 4096;

/** Those that no other one saves more than, or makes less noise than, at once. By saved bytes. */
function withoutDominated(selections: readonly Selection[]): readonly Selection[] {
  const sorted = [...selections].sort((a, b) => b.saved - a.saved || a.noise - b.noise);
  const kept: Selection[] = [];
  let least = Infinity;
  for (const one of sorted) {
    if (one.noise >= least) continue;
    least = one.noise;
    kept.push(one);
  }
  return kept.reverse();
}

/** Of many, the least noisy of each stretch of saved bytes, and always the first and the last. */
function thinned(front: readonly Selection[], most: number): readonly Selection[] {
  if (front.length <= most) return front;
  const stride = (front.length - 1) / (most - 1);
  return Array.from({ length: most }, (_, i) => front[Math.round(i * stride)]);
}

/** From no item at all to all of them. */
export function paretoFront(items: readonly Item[]): readonly Selection[] {
  let front: readonly Selection[] = [{ names: [], saved: 0, noise: 0 }];
  for (const { name, saved, noise } of items) {
    const more = front.map((one) => ({
      names: [...one.names, name],
      saved: one.saved + saved,
      noise: one.noise + noise,
    }));
    front = thinned(withoutDominated([...front, ...more]), MOST_KEPT);
  }
  return front;
}
