/** Microphones that measure more often than the recordings: how many of their readings make one. */

/** What the library of the Nano 33 BLE can be asked for, besides 41667 (Arduino's core for mbed, libraries/PDM). */
export const PDM_RATE = 16_000;

/**
 * With fewer readings of 16 bits a second the clock of a microphone with I2S is below the 0.5 MHz that common ones need (INMP441:
 * 0.5 to 3.2 MHz).
 */
const I2S_LEAST_RATE = 16_000;
const I2S_MOST_RATE = 50_000;

const nanoseconds = (rate: number): number => 1e9 / rate;

/** \`EVERY\` for the microphone of the Nano 33 BLE, which has one rate; what is no part of that is refused when it is compiled. */
export function everyOfPdm(macro: string): string {
  const own = nanoseconds(PDM_RATE);
  const period = `${macro}_PERIOD_NS`;
  const parts = [1, 2, 3, 4].map((every) => Math.round(PDM_RATE / every));
  return `/* The microphone has ${PDM_RATE} readings a second: the mean of so many is one of the recordings, which dampens what is too high for these. */
#define EVERY ((${period} + ${own / 2}) / ${own})
#if EVERY < 1 || (EVERY * ${own} - ${period}) * 1000 > ${period} || (${period} - EVERY * ${own}) * 1000 > ${period}
#error "this microphone gives ${parts.join(', ')} readings a second, and the recordings have another rate: resample them, or put another sensor here"
#endif
`;
}

/** \`EVERY\` for a microphone with I2S, which takes nearly any rate. */
export function everyOfI2s(macro: string): string {
  const period = `${macro}_PERIOD_NS`;
  const least = nanoseconds(I2S_LEAST_RATE);
  return `/* Microphones with I2S need a fast clock: the mean of so many readings is one of the recordings. */
#define EVERY ((${period} + ${least - 1}) / ${least})
#if ${period} < ${nanoseconds(I2S_MOST_RATE)}
#error "a microphone with I2S has at most ${I2S_MOST_RATE} readings a second, and the recordings have more: resample them, or put another sensor here"
#endif
`;
}

/** Of \`sensor_read\`: takes \`incoming[next]\` until \`EVERY\` of them are a row; \`refill\` is done where there are none, and returns. */
export function readSeveral(refill: string): string {
  return `  static int32_t sum;
  static int32_t summed;

  while (summed < EVERY) {
    if (next == count) {
${refill}    }
    sum += incoming[next];
    next++;
    summed++;
  }
  row[0] = (float)sum / (float)EVERY / FULL_SCALE;
  sum = 0;
  summed = 0;
  return SENSOR_ROW;
`;
}
