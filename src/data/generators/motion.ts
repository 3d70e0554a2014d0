/**
 * The motion project's data: windows of a three-axis accelerometer held in a hand, one gesture or none in each.
 * 64 readings at 25 per second, in units of g, the same for everybody who has the seed.
 */

import { createRandom, type Random } from '../../core/random.ts';

export const MOTION_CLASSES = ['idle', 'shake', 'clockwise', 'counterclockwise'] as const;
export const MOTION_STEPS = 64;
export const MOTION_AXES = 3;
const STEPS_PER_SECOND = 25;

export interface MotionOptions {
  readonly samples: number;
  /** Standard deviation of what the sensor adds to every reading, in g. */
  readonly noise: number;
}

export interface MotionSamples {
  /** [samples, 64, 3], in g. */
  readonly x: Float32Array;
  /** [samples, 4], one-hot in the order of `MOTION_CLASSES`. */
  readonly y: Float32Array;
}

/** Acceleration along x, y and z at a time in seconds. */
type Motion = (seconds: number) => readonly [number, number, number];

/** A hand rises into the gesture and falls out of it, somewhere in the window. */
function envelope(random: Random): (seconds: number) => number {
  const centre = 0.9 + 0.76 * random.uniform();
  const width = 0.45 + 0.35 * random.uniform();
  return (seconds) => Math.exp(-(((seconds - centre) / width) ** 4));
}

/** To and fro along any direction of the plane that faces the user. */
function shake(random: Random): Motion {
  const [strength, rate] = [0.5 + 0.9 * random.uniform(), 1.2 + 2 * random.uniform()];
  const [direction, phase] = [Math.PI * random.uniform(), 2 * Math.PI * random.uniform()];
  const around = envelope(random);
  return (seconds) => {
    const swing = strength * around(seconds) * Math.sin(2 * Math.PI * rate * seconds + phase);
    return [swing * Math.cos(direction), swing * Math.sin(direction), 0.2 * swing];
  };
}

/** An ellipse in that plane: the acceleration points inwards and turns with the hand. */
function circle(random: Random, turn: 1 | -1): Motion {
  const [strength, rate] = [0.4 + 0.6 * random.uniform(), 0.9 + 1.3 * random.uniform()];
  const [flatness, tilt] = [0.45 + 0.55 * random.uniform(), Math.PI * random.uniform()];
  const phase = 2 * Math.PI * random.uniform();
  const around = envelope(random);
  return (seconds) => {
    const angle = 2 * Math.PI * rate * seconds + phase;
    const long = strength * around(seconds) * Math.cos(angle);
    const short = -turn * strength * flatness * around(seconds) * Math.sin(angle);
    return [
      long * Math.cos(tilt) - short * Math.sin(tilt),
      long * Math.sin(tilt) + short * Math.cos(tilt),
      0.1 * long,
    ];
  };
}

/** No gesture: a slow, weak drift of the hand. */
function idle(random: Random): Motion {
  const [strength, rate] = [0.25 * random.uniform(), 0.2 + 0.8 * random.uniform()];
  const phase = 2 * Math.PI * random.uniform();
  return (seconds) => {
    const drift = strength * Math.sin(2 * Math.PI * rate * seconds + phase);
    return [drift, 0.5 * drift, -0.5 * drift];
  };
}

const MOTIONS: Readonly<Record<(typeof MOTION_CLASSES)[number], (random: Random) => Motion>> = {
  idle,
  shake,
  clockwise: (random) => circle(random, 1),
  counterclockwise: (random) => circle(random, -1),
};

/** The classes take turns, so that every split has them in equal shares. */
export function motionSamples({ samples, noise }: MotionOptions, seed: number): MotionSamples {
  const random = createRandom(seed, 'motion dataset');
  const x = new Float32Array(samples * MOTION_STEPS * MOTION_AXES);
  const y = new Float32Array(samples * MOTION_CLASSES.length);
  for (let sample = 0; sample < samples; sample++) {
    const label = sample % MOTION_CLASSES.length;
    y[sample * MOTION_CLASSES.length + label] = 1;
    // The board lies in the hand a little differently each time, so gravity leans.
    const lean = [0.15 * random.normal(), 0.15 * random.normal()];
    const gravity = [...lean, Math.sqrt(Math.max(0, 1 - lean[0] ** 2 - lean[1] ** 2))];
    const motion = MOTIONS[MOTION_CLASSES[label]](random);
    for (let step = 0; step < MOTION_STEPS; step++) {
      const offset = (sample * MOTION_STEPS + step) * MOTION_AXES;
      const acceleration = motion(step / STEPS_PER_SECOND);
      for (let axis = 0; axis < MOTION_AXES; axis++) {
        x[offset + axis] = gravity[axis] + acceleration[axis] + noise * random.normal();
      }
    }
  }
  return { x, y };
}
