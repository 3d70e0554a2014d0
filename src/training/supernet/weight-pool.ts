/** Weights that networks of one space share: each network is the first channels of every layer. */

import type { Random } from '../../core/random.ts';
import { elementCount, type Shape } from '../../core/tensor.ts';
import { initialValues } from '../initial-weights.ts';
import type { WeightSpec } from '../layers/layer.ts';
import type { SharedPart } from './shared-parts.ts';

interface Held {
  readonly shape: Shape;
  readonly offset: number;
  readonly spec: WeightSpec;
}

/** Where each element of the first `shape` of an array of `whole` lies in it; -1 for what is beyond. */
function placesIn(whole: Shape, shape: Shape): Int32Array {
  const places = new Int32Array(elementCount(shape));
  const at = new Array<number>(shape.length).fill(0);
  for (let i = 0; i < places.length; i++) {
    let place = 0;
    for (let axis = 0; axis < at.length; axis++) {
      if (at[axis] >= whole[axis]) place = Number.NEGATIVE_INFINITY;
      place = place * whole[axis] + at[axis];
    }
    places[i] = Math.max(-1, place);
    for (let axis = at.length - 1; axis >= 0 && ++at[axis] === shape[axis]; axis--) at[axis] = 0;
  }
  return places;
}

/** As large as the largest of those that share it. */
export class WeightPool {
  readonly #held = new Map<string, Held>();
  readonly count: number;

  constructor(networks: readonly (readonly SharedPart[])[]) {
    const largest = new Map<string, Pick<Held, 'shape' | 'spec'>>();
    for (const { key, shape, spec } of networks.flat()) {
      const known = largest.get(key);
      largest.set(key, {
        shape: shape.map((size, axis) => Math.max(size, known?.shape[axis] ?? 0)),
        spec:
          known === undefined || elementCount(spec.shape) > elementCount(known.spec.shape)
            ? spec
            : known.spec,
      });
    }
    let count = 0;
    for (const [key, { shape, spec }] of largest) {
      this.#held.set(key, { shape, spec, offset: count });
      count += elementCount(shape);
    }
    this.count = count;
  }

  /** As the largest networks would begin. */
  initial(random: Random): Float32Array {
    const values = new Float32Array(this.count);
    for (const { shape, spec, offset } of this.#held.values()) {
      values.set(initialValues({ ...spec, shape }, random), offset);
    }
    return values;
  }

  /** Of a network's weights, one after another; -1 for those that the pool has not. */
  places(parts: readonly SharedPart[]): Int32Array {
    const all = parts.map(({ key, shape }) => {
      const held = this.#held.get(key);
      if (held === undefined) return new Int32Array(elementCount(shape)).fill(-1);
      return placesIn(held.shape, shape).map((place) => (place < 0 ? -1 : place + held.offset));
    });
    const places = new Int32Array(all.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const part of all) {
      places.set(part, at);
      at += part.length;
    }
    return places;
  }
}
