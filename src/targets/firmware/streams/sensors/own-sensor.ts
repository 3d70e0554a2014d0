/** A place for a sensor of which nothing is known. */

import { type SensorWriter, sensorTop } from './sensor.ts';

export const ownSensor: SensorWriter = (place) => `${sensorTop(
  place,
  [`Put your sensor here: rows of ${place.macro}_WIDTH readings, ${place.stream.rate} a second.`],
  [],
)}
/* 0, until there is a sensor. */
int sensor_begin(void)
{
  return 0;
}

int sensor_read(float *row)
{
  (void)row;
  return SENSOR_NOTHING_YET;
}

uint32_t sensor_lost(void)
{
  return 0;
}
`;
