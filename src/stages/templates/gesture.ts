/**
 * Recordings of an accelerometer in a hand: two seconds at 32 readings a second, in g, one gesture or none in each. How far,
 * how fast, when and how the board is held differ each time; what is weak looks like rest.
 */

import { createRandom, type Random } from '../../core/random.ts';
import { between, csvFile, type FilesTemplate, filesByClass } from './template.ts';

const CLASSES = ['circle', 'knock', 'rest', 'swipe'] as const;
const RECORDINGS = 120;
const STEPS = 64;
const STEPS_PER_SECOND = 32;
const NOISE = 0.06;

/** Acceleration along x, y and z at a time in seconds. */
type Motion = (seconds: number) => readonly [number, number, number];

/** Either way round, flat or wide, one turn or several. */
function circle(random: Random): Motion {
  const [strength, rate] = [between(random, 0.3, 0.9), between(random, 1.1, 2.2)];
  const [flatness, phase] = [between(random, 0.4, 1), between(random, 0, 2 * Math.PI)];
  const turn = random.uniform() < 0.5 ? 1 : -1;
  const [centre, width] = [between(random, 0.8, 1.2), between(random, 0.5, 0.9)];
  return (seconds) => {
    const angle = turn * 2 * Math.PI * rate * seconds + phase;
    const around = strength * Math.exp(-(((seconds - centre) / width) ** 4));
    return [around * Math.cos(angle), around * flatness * Math.sin(angle), 0.1 * around * Math.cos(angle)];
  };
}

/** To one side and stopped there: the hand is pushed, then braked. */
function swipe(random: Random): Motion {
  const [strength, width] = [between(random, 0.4, 1.3), between(random, 0.1, 0.25)];
  const [centre, direction] = [between(random, 0.5, 1.5), 0.5 * random.normal()];
  const side = random.uniform() < 0.5 ? 1 : -1;
  return (seconds) => {
    const place = (seconds - centre) / width;
    const push = -side * strength * place * Math.exp(0.5 - 0.5 * place * place);
    return [push * Math.cos(direction), push * Math.sin(direction), 0.15 * push];
  };
}

/** Two to four blows along z, each ringing out. */
function knock(random: Random): Motion {
  const [strength, ring] = [between(random, 0.4, 1.5), between(random, 6, 11)];
  const [first, apart] = [between(random, 0.2, 0.9), between(random, 0.18, 0.35)];
  const blows = Array.from(
    { length: 2 + random.below(3) },
    (_, index) => first + index * apart + 0.02 * random.normal(),
  );
  return (seconds) => {
    const swing = blows.reduce((sum, blow) => {
      const since = seconds - blow;
      return since < 0 ? sum : sum + Math.exp(-since / 0.06) * Math.cos(2 * Math.PI * ring * since);
    }, 0);
    return [0.2 * strength * swing, 0.25 * strength * swing, strength * swing];
  };
}

/** A hand that trembles and drifts. */
function rest(random: Random): Motion {
  const [strength, rate] = [between(random, 0, 0.25), between(random, 0.2, 0.9)];
  const phase = between(random, 0, 2 * Math.PI);
  const share = [random.normal(), random.normal(), random.normal()].map((value) => 0.6 * value);
  return (seconds) => {
    const drift = strength * Math.sin(2 * Math.PI * rate * seconds + phase);
    return [share[0] * drift, share[1] * drift, share[2] * drift];
  };
}

const MOTIONS: Readonly<Record<(typeof CLASSES)[number], (random: Random) => Motion>> = {
  circle,
  knock,
  rest,
  swipe,
};

function recording(motion: Motion, random: Random): Uint8Array {
  const lean = [0.2 * random.normal(), 0.2 * random.normal()];
  const gravity = [...lean, Math.sqrt(Math.max(0, 1 - lean[0] ** 2 - lean[1] ** 2))];
  return csvFile(
    ['x', 'y', 'z'],
    Array.from({ length: STEPS }, (_, step) =>
      motion(step / STEPS_PER_SECOND).map((own, axis) =>
        (own + gravity[axis] + NOISE * random.normal()).toFixed(3),
      ),
    ),
  );
}

export const gesture: FilesTemplate = {
  request: {},
  stream: { background: ['rest'], rate: STEPS_PER_SECOND },
  files(seed) {
    const random = createRandom(seed, 'template gesture');
    return filesByClass(CLASSES, RECORDINGS, 'csv', (name) => recording(MOTIONS[name](random), random));
  },
};
