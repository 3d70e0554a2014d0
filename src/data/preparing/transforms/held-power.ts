/** The power of a window's frequencies, as `core/samples/statistics.ts` has it. */

import { transformSines } from '../../../core/samples/spectrum.ts';
import { powerFrames, type WindowPower } from '../../../core/samples/statistics.ts';
import {
  powerInPlace,
  reversedPlaces,
  transformInPlace,
} from '../../../kernels/features/real_fft_float32.ts';
import { distanceFrom, type Moments } from './moments.ts';

const f = Math.fround;

/** Leaves the power of each frequency, from 0 to half the rate, in `held`. */
export interface PowerLoop {
  readonly held: Float32Array;
  take(from: Float32Array, at: number, stride: number, moments: Moments): void;
}

export function powerLoop(window: number, power: WindowPower): PowerLoop {
  const { points, hop, hold } = power;
  const sine = Float32Array.from(transformSines(points));
  const places = reversedPlaces(points / 2);
  const frames = powerFrames(window, power);
  const [re, im] = [new Float32Array(points / 2 + 1), new Float32Array(points / 2)];
  const held = new Float32Array(points / 2 + 1);
  // The transform gives four times the power.
  const divisor = 4 * points * (hold === 'mean' ? frames : 1);
  return {
    held,
    take(from, at, stride, moments) {
      const distance = (i: number): number => (i < window ? distanceFrom(moments, from[at + i * stride]) : 0);
      held.fill(0);
      for (let frame = 0; frame < frames; frame++) {
        for (let i = 0; i < points; i += 2) {
          re[places[i >> 1]] = distance(frame * hop + i);
          im[places[i >> 1]] = distance(frame * hop + i + 1);
        }
        transformInPlace(re, im, sine, points);
        powerInPlace(re, im, sine, points);
        for (let k = 0; k <= points / 2; k++) {
          if (hold === 'mean') held[k] = f(held[k] + re[k]);
          else if (re[k] > held[k]) held[k] = re[k];
        }
      }
      for (let k = 0; k <= points / 2; k++) held[k] = held[k] / divisor;
    },
  };
}
