/** Readings of microphones on boards with the Arduino core. */

import { readingRing } from './reading-ring.ts';
import { type SensorPlace, sensorTop } from './sensor.ts';
import { everyOfI2s, everyOfPdm, PDM_RATE, readSeveral } from './several-readings.ts';
import { soundUnit } from './sound-unit.ts';

/** A power of two: a quarter of a second and more at 16 kHz. */
const SOUND_CAPACITY = 4096;

function pdmText(macro: string): string {
  return `#include <PDM.h>

${everyOfPdm(macro)}
${readingRing('int16_t', SOUND_CAPACITY)}
static int16_t incoming[256];
static int32_t sum;
static int summed;

/* Called from an interrupt: it copies, and nothing else. */
static void on_sound(void)
{
  const int waiting = PDM.available();
  const int bytes = waiting < (int)sizeof incoming ? waiting : (int)sizeof incoming;
  const int count = PDM.read(incoming, (size_t)bytes) / 2;

  for (int i = 0; i < count; i++) {
    sum += incoming[i];
    summed++;
    if (summed == EVERY) {
      ring_put((int16_t)(sum / EVERY));
      sum = 0;
      summed = 0;
    }
  }
}

int sensor_begin(void)
{
  PDM.onReceive(on_sound);
  return PDM.begin(1, ${PDM_RATE});
}

int sensor_read(float *row)
{
  int16_t value;

  if (!ring_take(&value)) {
    return SENSOR_NOTHING_YET;
  }
  row[0] = (float)value / FULL_SCALE;
  return SENSOR_ROW;
}
`;
}

const REFILL = `      next = 0;
      count = (int)(microphone.readBytes((char *)incoming, sizeof incoming) / sizeof incoming[0]);
      if (count == 0) {
        return SENSOR_NOTHING_YET;
      }
`;

/** The driver has a ring of its own, and does not tell what it loses. */
function esp32Text(macro: string): string {
  return `#include <ESP_I2S.h>

${everyOfI2s(macro)}
/* Where the microphone is connected, a MEMS microphone with I2S. */
#define PIN_CLOCK 26
#define PIN_WORD 25
#define PIN_DATA 33

static I2SClass microphone;

int sensor_begin(void)
{
  const uint32_t rate = (uint32_t)(${macro}_RATE * (float)EVERY + 0.5f);

  microphone.setPins(PIN_CLOCK, PIN_WORD, -1, PIN_DATA);
  return microphone.begin(I2S_MODE_STD, rate, I2S_DATA_BIT_WIDTH_16BIT, I2S_SLOT_MODE_MONO) ? 1 : 0;
}

int sensor_read(float *row)
{
  static int16_t incoming[64];
  static int count;
  static int next;
${readSeveral(REFILL)}}

uint32_t sensor_lost(void)
{
  return 0;
}
`;
}

export function soundText(place: SensorPlace): string {
  return `${sensorTop(
    place,
    ['The microphone of the Nano 33 BLE Sense (Rev1 and Rev2), or one with I2S at an ESP32.'],
    ['Arduino.h'],
  )}
${soundUnit(place)}
#if defined(ARDUINO_ARCH_ESP32)

${esp32Text(place.macro)}
#else

${pdmText(place.macro)}
#endif
`;
}
