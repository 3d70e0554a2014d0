/** Readings of the motion sensors of the Nano 33 BLE Sense, at the rate of the recordings. */

import { readingWidth } from '../push-code.ts';
import { rowClock } from './row-clock.ts';
import { type SensorPlace, sensorTop } from './sensor.ts';

/** What the libraries set: LSM9DS1.cpp writes 119 Hz into the sensor, the documentation of Arduino_BMI270_BMM150 says 99.84. */
const RATES = { rev1: 119, rev2: 99.84 } as const;

const nanoseconds = (rate: number): number => Math.round(1e9 / rate);

export function motionText(place: SensorPlace): string {
  const { macro, plan } = place;
  const width = readingWidth(plan);
  const turns = width === 6;
  const available = turns
    ? 'IMU.accelerationAvailable() && IMU.gyroscopeAvailable()'
    : 'IMU.accelerationAvailable()';
  return `${sensorTop(
    place,
    [
      `Acceleration (in g)${turns ? ' and rotation (in degrees a second)' : ''} of the Nano 33 BLE Sense. The sensor measures at a rate of its`,
      `own; rows come at that of the recordings, each the mean of what was measured since the one before.`,
    ],
    ['string.h', 'Arduino.h'],
  )}
/* The revision of the board, which says what sensor it has. */
#ifndef NANO_REVISION
#define NANO_REVISION 2
#endif

/* Nanoseconds between two readings of the sensor: its library sets ${RATES.rev1} a second, or ${RATES.rev2}. */
#if NANO_REVISION == 1
#include <Arduino_LSM9DS1.h>
#define SENSOR_NS ${nanoseconds(RATES.rev1)}
#else
#include <Arduino_BMI270_BMM150.h>
#define SENSOR_NS ${nanoseconds(RATES.rev2)}
#endif

/* A twentieth more comes of clocks that differ. */
#if SENSOR_NS * 20 > ${macro}_PERIOD_NS * 21
#error "the recordings have more readings a second than this sensor (${RATES.rev1} in Rev1, 100 in Rev2): train on recordings of such a rate, or put another sensor here"
#endif

${rowClock(macro)}
/* Of what was measured since the latest row. */
static float sums[${macro}_WIDTH];
static int summed;
static int begun;
static int stands;

int sensor_begin(void)
{
  memset(sums, 0, sizeof sums);
  summed = 0;
  begun = 0;
  stands = 0;
  lost = 0;
  return IMU.begin() ? 1 : 0;
}

static void measure(void)
{
  float now[${macro}_WIDTH];

  if (!(${available})) {
    return;
  }
  IMU.readAcceleration(now[0], now[1], now[2]);
${turns ? '  IMU.readGyroscope(now[3], now[4], now[5]);\n' : ''}  for (int i = 0; i < ${macro}_WIDTH; i++) {
    sums[i] += now[i];
  }
  summed++;
  if (!begun) {
    begun = 1;
    start_clock();
  }
}

int sensor_read(float *row)
{
  static float latest[${macro}_WIDTH];

  measure();
  if (!begun || !is_due()) {
    return SENSOR_NOTHING_YET;
  }
  if (summed > 0) {
    for (int i = 0; i < ${macro}_WIDTH; i++) {
      latest[i] = sums[i] / (float)summed;
      sums[i] = 0.0f;
    }
    summed = 0;
    stands = 0;
  } else {
    /* The row before stands for one without a reading; where it does so again, the sensor does not keep up. */
    lost += stands ? 1u : 0u;
    stands = 1;
  }
  memcpy(row, latest, sizeof latest);
  return SENSOR_ROW;
}

uint32_t sensor_lost(void)
{
  return lost;
}
`;
}
