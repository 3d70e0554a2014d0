/** Readings of the analog inputs of a Raspberry Pi Pico, measured when an alarm rings. */

import { readingRing } from './reading-ring.ts';
import { measured, type SensorWriter, sensorTop } from './sensor.ts';
import { soundUnit } from './sound-unit.ts';

/** A power of two. */
const CAPACITY = 4096;

/** An interrupt for every row takes some microseconds. */
const LEAST_PERIOD_NS = 20_000;

export const picoSensor: SensorWriter = (place) => {
  const { macro, stream } = place;
  const isSound = measured(place) === 'sound';
  const about = isSound
    ? ['A microphone with an amplifier at GPIO 26 (ADC 0): what is around the middle of its range.']
    : [
        `What the ADC measures at GPIO 26 and those behind it, ${stream.rate} times a second. Change the inputs, or put your`,
        'own sensor here.',
      ];
  return `${sensorTop(place, about, ['hardware/adc.h', 'pico/stdlib.h'])}
${isSound ? `${soundUnit(place)}\n` : ''}/* The ADC has so many inputs on pins; rows of more numbers take them in turn. */
#define INPUTS 3u

${readingRing('uint16_t', CAPACITY)}
#if ${macro}_PERIOD_NS < ${LEAST_PERIOD_NS}
#error "a row of readings takes ${LEAST_PERIOD_NS / 1000} microseconds, and the recordings have more in that time: resample them, or put another sensor here"
#endif

/* Alarms ring at whole microseconds: what is left of a period is added to the next one. */
static int64_t until_next(void)
{
  static uint32_t nanoseconds;
  int64_t period;

  nanoseconds += (uint32_t)(${macro}_PERIOD_NS % 1000);
  period = ${macro}_PERIOD_NS / 1000 + (int64_t)(nanoseconds / 1000u);
  nanoseconds %= 1000u;
  return period;
}

/* In an interrupt: a row is measured, and kept as a whole or not at all. */
static void measure(void)
{
  if (RING_CAPACITY - (ring_received - ring_taken) < (uint32_t)${macro}_WIDTH) {
    ring_lost = ring_lost + 1u;
    return;
  }
  for (uint32_t i = 0; i < (uint32_t)${macro}_WIDTH; i++) {
    adc_select_input(i % INPUTS);
    ring_put(adc_read());
  }
}

static int64_t on_alarm(alarm_id_t id, void *user)
{
  (void)id;
  (void)user;
  measure();
  /* Below 0: from when this alarm was to ring, not from now. */
  return -until_next();
}

int sensor_begin(void)
{
  static int runs;

  if (runs) {
    return 1;
  }
  adc_init();
  for (uint32_t i = 0; i < (uint32_t)${macro}_WIDTH && i < INPUTS; i++) {
    adc_gpio_init(26u + i);
  }
  runs = add_alarm_in_us((uint64_t)until_next(), on_alarm, NULL, true) > 0 ? 1 : 0;
  return runs;
}

int sensor_read(float *row)
{
  if (ring_received - ring_taken < (uint32_t)${macro}_WIDTH) {
    return SENSOR_NOTHING_YET;
  }
  for (int i = 0; i < ${macro}_WIDTH; i++) {
    uint16_t value = 0;

    ring_take(&value);
    row[i] = ${isSound ? '((float)value - 2048.0f) * 16.0f / FULL_SCALE' : '(float)value'};
  }
  return SENSOR_ROW;
}
`;
};
