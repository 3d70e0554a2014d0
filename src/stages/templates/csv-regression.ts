/**
 * A table to predict a number from: carbon monoxide beside a street, measured by a reference instrument, from two metal-oxide
 * sensors whose resistance also follows temperature and humidity. Some readings are missing.
 */

import { createRandom, type Random } from '../../core/random.ts';
import { between, csvFile, type FilesTemplate } from './template.ts';

const ROWS = 1500;
const MISSING = 0.01;
const COLUMNS = ['mox_a', 'mox_b', 'temperature', 'humidity', 'supply', 'place', 'co'] as const;
/** Where the sensors hang: in a courtyard there is less to measure. */
const PLACES = { crossing: 2.2, street: 1.3, courtyard: 0.6 } as const;
const PLACE_NAMES = Object.keys(PLACES) as readonly (keyof typeof PLACES)[];

interface Air {
  readonly co: number;
  readonly temperature: number;
  readonly humidity: number;
}

/** Kiloohms: a power of the gas, less in warm and in damp air; every reading has its own few percent of error. */
function resistance(
  { co, temperature, humidity }: Air,
  clean: number,
  power: number,
  warm: number,
  damp: number,
  random: Random,
): number {
  const drift = Math.exp(-warm * (temperature - 20) - damp * (humidity - 50));
  return clean * (co + 0.3) ** -power * drift * Math.exp(0.03 * random.normal());
}

function reading(random: Random): (string | number)[] {
  const place = PLACE_NAMES[random.below(PLACE_NAMES.length)];
  const temperature = 14 + 8 * random.normal();
  const humidity = Math.min(98, Math.max(12, 62 - 1.2 * (temperature - 14) + 12 * random.normal()));
  const air = { co: PLACES[place] * Math.exp(0.6 * random.normal()), temperature, humidity };
  const supply = between(random, 4.85, 5.1);
  const cells = [
    resistance(air, 22, 0.65, 0.018, 0.006, random) * (supply / 5) ** -2,
    resistance(air, 9, 0.4, 0.008, 0.011, random) * (supply / 5) ** -2,
    temperature,
    humidity,
    supply,
  ].map((value, index) => (random.uniform() < MISSING ? '' : value.toFixed(index === 4 ? 3 : 2)));
  return [...cells, place, (air.co + 0.05 * random.normal()).toFixed(2)];
}

export const csvRegression: FilesTemplate = {
  request: { target: 'co' },
  files(seed) {
    const random = createRandom(seed, 'template csv-regression');
    return new Map([
      [
        'air.csv',
        csvFile(
          COLUMNS,
          Array.from({ length: ROWS }, () => reading(random)),
        ),
      ],
    ]);
  },
};
