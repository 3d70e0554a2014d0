/** Which weights become zeros: those of the smallest magnitude, of a layer, of all layers, or of short runs of inputs. */

/** Weights of a layer in rows of `depth` inputs, one after another. */
export interface PrunedWeights {
  readonly weights: Float32Array;
  readonly depth: number;
}

/** Which weights of each layer are to be zero, as their indices. */
export type Selected = readonly Uint32Array[];

/** `kept` of `run` inputs in a row. */
export interface Pattern {
  readonly kept: number;
  readonly run: number;
}

function byMagnitude(weights: Float32Array, indices: Uint32Array): Uint32Array {
  return indices.sort((a, b) => Math.abs(weights[a]) - Math.abs(weights[b]) || a - b);
}

function everyIndex(length: number): Uint32Array {
  return Uint32Array.from({ length }, (_, index) => index);
}

/** A layer keeps one weight at least: nothing would pass through it otherwise. */
function most(weights: Float32Array, share: number): number {
  return Math.min(weights.length - 1, Math.round(share * weights.length));
}

/** That share of every layer. */
export function smallestOfEach(layers: readonly PrunedWeights[], share: number): Selected {
  return layers.map(({ weights }) =>
    byMagnitude(weights, everyIndex(weights.length)).subarray(0, most(weights, share)),
  );
}

/** The weights of all layers in a row, and whose they are. */
function joined(layers: readonly PrunedWeights[]) {
  const length = layers.reduce((sum, { weights }) => sum + weights.length, 0);
  const [all, layerOf] = [new Float32Array(length), new Uint32Array(length)];
  const starts: number[] = [];
  let start = 0;
  for (const [layer, { weights }] of layers.entries()) {
    starts.push(start);
    all.set(weights, start);
    layerOf.fill(layer, start, start + weights.length);
    start += weights.length;
  }
  return { all, layerOf, starts };
}

/** That share of all layers together, whichever has them. */
export function smallestOfAll(layers: readonly PrunedWeights[], share: number): Selected {
  const { all, layerOf, starts } = joined(layers);
  const selected = layers.map((): number[] => []);
  let left = Math.round(share * all.length);
  for (const place of byMagnitude(all, everyIndex(all.length))) {
    if (left === 0) break;
    const layer = layerOf[place];
    if (selected[layer].length === layers[layer].weights.length - 1) continue;
    selected[layer].push(place - starts[layer]);
    left--;
  }
  return selected.map((indices) => Uint32Array.from(indices));
}

/** All but the largest of every run of inputs; the last run of a row may be shorter and keeps as many. */
function surplus({ weights, depth }: PrunedWeights, { kept, run }: Pattern): Uint32Array {
  const indices: number[] = [];
  for (let row = 0; row < weights.length; row += depth) {
    for (let start = row; start < row + depth; start += run) {
      const end = Math.min(start + run, row + depth);
      const ordered = byMagnitude(
        weights,
        Uint32Array.from({ length: end - start }, (_, index) => start + index),
      );
      indices.push(...ordered.subarray(0, Math.max(0, end - start - kept)));
    }
  }
  return Uint32Array.from(indices);
}

/** That share of what a pattern takes away in the end, of every layer. */
export function smallestOfRuns(layers: readonly PrunedWeights[], pattern: Pattern, share: number): Selected {
  return layers.map((layer) => {
    const taken = surplus(layer, pattern);
    return byMagnitude(layer.weights, taken).subarray(0, Math.round(share * taken.length));
  });
}
