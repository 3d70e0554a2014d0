/** Readings on boards with the Arduino core. */

import { readingWidth } from '../push-code.ts';
import { readingRing } from './reading-ring.ts';
import { measured, type SensorPlace, type SensorWriter, sensorTop } from './sensor.ts';
import { soundUnit } from './sound-unit.ts';

/** A power of two: a quarter of a second and more at 16 kHz. */
const SOUND_CAPACITY = 4096;

/** The library of the Nano 33 BLE knows this rate and 41667 alone (Arduino's core for mbed, libraries/PDM). */
const PDM_RATE = 16_000;

/** What the interrupt does with each reading: `every` of the microphone are one of the recordings. */
function keepText(every: number): { readonly memory: string; readonly keep: string } {
  if (every === 1) return { memory: '', keep: '    ring_put(incoming[i]);\n' };
  return {
    memory: `
/* The microphone has ${every} readings for each one of the recordings: their mean, which dampens what is too high for these. */
#define EVERY ${every}
static int32_t sum;
static int summed;
`,
    keep: `    sum += incoming[i];
    summed++;
    if (summed == EVERY) {
      ring_put((int16_t)(sum / EVERY));
      sum = 0;
      summed = 0;
    }
`,
  };
}

function pdmText(rate: string, every: number): string {
  const { memory, keep } = keepText(every);
  return `#include <PDM.h>

${readingRing('int16_t', SOUND_CAPACITY)}
static int16_t incoming[256];
${memory}
/* Called from an interrupt: it copies, and nothing else. */
static void on_sound(void)
{
  const int waiting = PDM.available();
  const int bytes = waiting < (int)sizeof incoming ? waiting : (int)sizeof incoming;
  const int count = PDM.read(incoming, (size_t)bytes) / 2;

  for (int i = 0; i < count; i++) {
${keep}  }
}

int sensor_begin(void)
{
  PDM.onReceive(on_sound);
  return PDM.begin(1, ${every === 1 ? `(int)${rate}` : PDM_RATE});
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

/** The driver has a ring of its own, and does not tell what it loses. */
const ESP32_TEXT = (rate: string): string => `#include <ESP_I2S.h>

/* Where the microphone is connected, a MEMS microphone with I2S. */
#define PIN_CLOCK 26
#define PIN_WORD 25
#define PIN_DATA 33

static I2SClass microphone;

int sensor_begin(void)
{
  microphone.setPins(PIN_CLOCK, PIN_WORD, -1, PIN_DATA);
  return microphone.begin(I2S_MODE_STD, (uint32_t)${rate}, I2S_DATA_BIT_WIDTH_16BIT, I2S_SLOT_MODE_MONO) ? 1 : 0;
}

int sensor_read(float *row)
{
  static int16_t incoming[64];
  static int count;
  static int next;

  if (next == count) {
    next = 0;
    count = (int)(microphone.readBytes((char *)incoming, sizeof incoming) / sizeof incoming[0]);
    if (count == 0) {
      return SENSOR_NOTHING_YET;
    }
  }
  row[0] = (float)incoming[next] / FULL_SCALE;
  next++;
  return SENSOR_ROW;
}

uint32_t sensor_lost(void)
{
  return 0;
}
`;

function soundText(place: SensorPlace): string {
  const rate = `${place.macro}_RATE`;
  const every = PDM_RATE % place.stream.rate === 0 ? PDM_RATE / place.stream.rate : 1;
  return `${sensorTop(
    place,
    ['The microphone of the Nano 33 BLE Sense (Rev1 and Rev2), or one with I2S at an ESP32.'],
    ['Arduino.h'],
  )}
${soundUnit(place)}
#if defined(ARDUINO_ARCH_ESP32)

${ESP32_TEXT(rate)}
#else

${pdmText(rate, every)}
#endif
`;
}

/** The sensor itself says when it has measured: no clock of the sketch is as steady. */
function motionText(place: SensorPlace): string {
  const turns = readingWidth(place.plan) === 6;
  const available = turns
    ? '!IMU.accelerationAvailable() || !IMU.gyroscopeAvailable()'
    : '!IMU.accelerationAvailable()';
  return `${sensorTop(
    place,
    [
      `Acceleration (in g)${turns ? ' and rotation (in degrees a second)' : ''} of the Nano 33 BLE Sense, at the sensor's own rate: about 100 a second. The model`,
      `was trained on ${place.stream.rate}.`,
    ],
    ['Arduino.h'],
  )}
/* The revision of the board, which says what sensor it has. */
#ifndef NANO_REVISION
#define NANO_REVISION 2
#endif

#if NANO_REVISION == 1
#include <Arduino_LSM9DS1.h>
#else
#include <Arduino_BMI270_BMM150.h>
#endif

int sensor_begin(void)
{
  return IMU.begin() ? 1 : 0;
}

int sensor_read(float *row)
{
  if (${available}) {
    return SENSOR_NOTHING_YET;
  }
  IMU.readAcceleration(row[0], row[1], row[2]);
${turns ? '  IMU.readGyroscope(row[3], row[4], row[5]);\n' : ''}  return SENSOR_ROW;
}

/* The sensor does not tell. */
uint32_t sensor_lost(void)
{
  return 0;
}
`;
}

function pinsText(place: SensorPlace): string {
  const { macro, stream } = place;
  return `${sensorTop(
    place,
    [`Analog pins, ${stream.rate} times a second. Change the pins, or put your own sensor here.`],
    ['Arduino.h'],
  )}
#define FIRST_PIN A0

static const unsigned long period = (unsigned long)(1.0e6f / ${macro}_RATE);
static unsigned long due;
static uint32_t lost;

int sensor_begin(void)
{
  lost = 0;
  due = micros();
  return 1;
}

int sensor_read(float *row)
{
  /* Signed, since the clock begins anew after an hour and more. */
  const long late = (long)(micros() - due);

  if (late < 0) {
    return SENSOR_NOTHING_YET;
  }
  if ((unsigned long)late >= period) {
    const unsigned long missed = (unsigned long)late / period;

    lost += (uint32_t)missed;
    due += missed * period;
  }
  due += period;
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
