/**
 * Recordings of an accelerometer on the bearing of a motor: 512 readings at 800 a second, in g. Speed, load, how far the fault
 * has gone and where the sensor sits differ from recording to recording; every machine is a little unbalanced.
 */

import { createRandom, type Random } from '../../core/random.ts';
import { between, csvFile, type FilesTemplate, filesByClass } from './template.ts';

const CLASSES = ['bearing', 'loose', 'normal', 'unbalance'] as const;
const RECORDINGS = 24;
const STEPS = 512;
const STEPS_PER_SECOND = 800;
const WINDOW = 128;
/** How often a ball meets a notch in the outer ring, per turn of the shaft: of a common deep-groove bearing. */
const BLOWS_PER_TURN = 3.58;

/** Acceleration along x, y and z (the shaft) after so many turns of the shaft, `rate` of them a second. */
type Vibration = (turns: number) => readonly [number, number, number];

/** What turns with the shaft: x and y are a quarter of a turn apart. */
function once(amplitude: number, random: Random): Vibration {
  const [phase, second] = [between(random, 0, 2 * Math.PI), between(random, 0.1, 0.35)];
  return (turns) => {
    const angle = 2 * Math.PI * turns + phase;
    const twice = second * Math.cos(2 * angle + 1);
    return [
      amplitude * (Math.cos(angle) + twice),
      amplitude * (Math.sin(angle) + twice),
      0.2 * amplitude * Math.cos(angle),
    ];
  };
}

function normal(random: Random): Vibration {
  return once(between(random, 0.05, 0.28), random);
}

function unbalance(random: Random): Vibration {
  return once(between(random, 0.22, 0.8), random);
}

/** Blows that make the housing ring, harder where the load presses. */
function bearing(random: Random, rate: number): Vibration {
  const shaft = normal(random);
  const [strength, start] = [between(random, 0.15, 0.9), random.uniform()];
  const [ring, decay] = [between(random, 190, 300), between(random, 0.006, 0.014)];
  return (turns) => {
    const since = (((turns + start) * BLOWS_PER_TURN) % 1) / (BLOWS_PER_TURN * rate);
    const loaded = 1 + 0.5 * Math.cos(2 * Math.PI * turns);
    const swing = strength * loaded * Math.exp(-since / decay) * Math.sin(2 * Math.PI * ring * since);
    const [x, y, z] = shaft(turns);
    return [x + 0.6 * swing, y + swing, z + 0.4 * swing];
  };
}

/** A foot that lifts at every second turn and hits the ground: halves and multiples of the speed, mostly upwards. */
function loose(random: Random): Vibration {
  const shaft = once(between(random, 0.08, 0.3), random);
  const [strength, phase] = [between(random, 0.12, 0.6), between(random, 0, 2 * Math.PI)];
  const lift = between(random, 0, 0.5);
  return (turns) => {
    const angle = Math.PI * turns + phase;
    const hop = Math.max(lift, Math.abs(Math.cos(angle))) + 0.4 * Math.cos(angle) + 0.3 * Math.cos(6 * angle);
    const [x, y, z] = shaft(turns);
    return [x + 0.3 * strength * hop, y + strength * (hop - 0.8), z + 0.2 * strength * hop];
  };
}

const VIBRATIONS: Readonly<Record<(typeof CLASSES)[number], (random: Random, rate: number) => Vibration>> = {
  bearing,
  loose,
  normal,
  unbalance,
};

function recording(name: (typeof CLASSES)[number], random: Random): Uint8Array {
  const rate = between(random, 17, 33);
  const vibration = VIBRATIONS[name](random, rate);
  const [gain, noise] = [between(random, 0.75, 1.25), between(random, 0.04, 0.14)];
  const tilt = 0.25 * random.normal();
  return csvFile(
    ['x', 'y', 'z'],
    Array.from({ length: STEPS }, (_, step) => {
      const [x, y, z] = vibration((rate * step) / STEPS_PER_SECOND);
      const seen = [x * Math.cos(tilt) - y * Math.sin(tilt), x * Math.sin(tilt) + y * Math.cos(tilt), z];
      return seen.map((value) => (gain * value + noise * random.normal()).toFixed(3));
    }),
  );
}

export const vibration: FilesTemplate = {
  request: { window: WINDOW },
  files(seed) {
    const random = createRandom(seed, 'template vibration');
    return filesByClass(CLASSES, RECORDINGS, 'csv', (name) => recording(name, random));
  },
};
