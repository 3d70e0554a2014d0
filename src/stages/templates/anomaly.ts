/**
 * A pump that runs at whatever speed is asked of it: everything it measures follows from speed, valve and water, until
 * something is about to fail. In half of the faults every single figure is one that normal service has, too; together they do not fit.
 */

import { createRandom, type Random } from '../../core/random.ts';
import { between, csvFile, type FilesTemplate } from './template.ts';

const ROWS = 3000;
const SHARE_OF_FAULTS = 0.08;
const COLUMNS = ['speed', 'flow', 'pressure', 'current', 'vibration', 'bearing', 'water', 'state'] as const;

/** rpm, l/min, bar, A, mm/s, °C, °C. */
interface Reading {
  readonly speed: number;
  readonly flow: number;
  readonly pressure: number;
  readonly current: number;
  readonly vibration: number;
  readonly bearing: number;
  readonly water: number;
}

/** Head, flow and power go with the speed, its square and its cube; the valve takes from one for the other. */
function healthy(random: Random): Reading {
  const speed = between(random, 1900, 2900);
  const share = speed / 2900;
  const valve = between(random, 0.6, 1);
  const water = 14 + 4 * random.normal();
  const flow = 120 * share * valve * (1 + 0.03 * random.normal());
  const pressure = 4.2 * share ** 2 * (1.25 - 0.45 * valve ** 2) * (1 + 0.03 * random.normal());
  const current = (1.3 + 5.2 * share ** 3 * (0.5 + 0.5 * valve)) * (1 + 0.04 * random.normal());
  const vibration = (0.7 + 1.6 * share ** 2) * Math.exp(0.12 * random.normal());
  const bearing = water + 9 + 24 * share ** 2 + 1.2 * random.normal();
  return { speed, flow, pressure, current, vibration, bearing, water };
}

/** How far each has gone: 0 not at all, 1 shortly before it fails. */
const FAULTS: readonly ((reading: Reading, degree: number) => Reading)[] = [
  // The filter clogs: less water, and the motor turns it with less effort.
  (reading, degree) => ({
    ...reading,
    flow: reading.flow * (1 - 0.5 * degree),
    current: reading.current * (1 - 0.15 * degree),
  }),
  // Bubbles: pressure is lost, and they shake the wheel when they burst.
  (reading, degree) => ({
    ...reading,
    pressure: reading.pressure * (1 - 0.4 * degree),
    vibration: reading.vibration * (1 + 1.2 * degree),
  }),
  // The bearing runs dry: hot, rough, and a drag on the motor.
  (reading, degree) => ({
    ...reading,
    bearing: reading.bearing + 22 * degree,
    vibration: reading.vibration * (1 + 0.7 * degree),
    current: reading.current * (1 + 0.12 * degree),
  }),
];

function row(random: Random): (string | number)[] {
  const isFault = random.uniform() < SHARE_OF_FAULTS;
  const normal = healthy(random);
  const { speed, flow, pressure, current, vibration, bearing, water } = isFault
    ? FAULTS[random.below(FAULTS.length)](normal, between(random, 0.35, 1))
    : normal;
  return [
    speed.toFixed(0),
    flow.toFixed(1),
    pressure.toFixed(2),
    current.toFixed(2),
    vibration.toFixed(2),
    bearing.toFixed(1),
    water.toFixed(1),
    isFault ? 'failing' : 'normal',
  ];
}

export const anomaly: FilesTemplate = {
  request: { target: 'state', normal: ['normal'] },
  files(seed) {
    const random = createRandom(seed, 'template anomaly');
    return new Map([
      [
        'pump.csv',
        csvFile(
          COLUMNS,
          Array.from({ length: ROWS }, () => row(random)),
        ),
      ],
    ]);
  },
};
