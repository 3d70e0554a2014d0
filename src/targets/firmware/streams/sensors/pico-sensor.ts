/** Readings of the analog inputs of a Raspberry Pi Pico, measured by a timer. */

import { readingRing } from './reading-ring.ts';
import { measured, type SensorWriter, sensorTop } from './sensor.ts';
import { soundUnit } from './sound-unit.ts';

/** A power of two. */
const CAPACITY = 4096;

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
static repeating_timer_t timer;

/* Called from an interrupt: a row is measured, and kept as a whole or not at all. */
static bool on_timer(repeating_timer_t *which)
{
  (void)which;
  if (RING_CAPACITY - (ring_received - ring_taken) < (uint32_t)${macro}_WIDTH) {
    ring_lost = ring_lost + 1u;
    return true;
  }
  for (uint32_t i = 0; i < (uint32_t)${macro}_WIDTH; i++) {
    adc_select_input(i % INPUTS);
    ring_put(adc_read());
  }
  return true;
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
  /* Below 0: from the beginning of one call to that of the next. */
  runs = add_repeating_timer_us(-(int64_t)(1.0e6f / ${macro}_RATE), on_timer, NULL, &timer) ? 1 : 0;
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
