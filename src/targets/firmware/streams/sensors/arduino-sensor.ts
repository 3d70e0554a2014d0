/** Readings on boards with the Arduino core. */

import { motionText } from './arduino-motion.ts';
import { soundText } from './arduino-sound.ts';
import { rowClock } from './row-clock.ts';
import { measured, type SensorPlace, type SensorWriter, sensorTop } from './sensor.ts';

function pinsText(place: SensorPlace): string {
  const { macro, stream } = place;
  return `${sensorTop(
    place,
    [`Analog pins, ${stream.rate} times a second. Change the pins, or put your own sensor here.`],
    ['Arduino.h'],
  )}
#define FIRST_PIN A0

${rowClock(macro)}
int sensor_begin(void)
{
  lost = 0;
  start_clock();
  return 1;
}

int sensor_read(float *row)
{
  if (!is_due()) {
    return SENSOR_NOTHING_YET;
  }
  for (int i = 0; i < ${macro}_WIDTH; i++) {
    row[i] = (float)analogRead(FIRST_PIN + i);
  }
  return SENSOR_ROW;
}

uint32_t sensor_lost(void)
{
  return lost;
}
`;
}

const TEXTS = { sound: soundText, motion: motionText, other: pinsText } as const;

export const arduinoSensor: SensorWriter = (place) => TEXTS[measured(place)](place);
