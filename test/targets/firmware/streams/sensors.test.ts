/** The sources of sensors against stubs of what kits have: nothing says that the real ones accept more. */

import { describe, expect, it } from 'vitest';
import type { Preparation } from '../../../../src/core/samples/preparation.ts';
import { streamPlan } from '../../../../src/core/samples/streaming.ts';
import { arduinoSensor } from '../../../../src/targets/firmware/streams/sensors/arduino-sensor.ts';
import { espIdfSensor } from '../../../../src/targets/firmware/streams/sensors/esp-idf-sensor.ts';
import { ownSensor } from '../../../../src/targets/firmware/streams/sensors/own-sensor.ts';
import { picoSensor } from '../../../../src/targets/firmware/streams/sensors/pico-sensor.ts';
import {
  type SensorPlace,
  type SensorWriter,
  sensorFiles,
} from '../../../../src/targets/firmware/streams/sensors/sensor.ts';
import { type CompileOptions, runNative } from '../../../cross/compile.ts';
import { missingNative } from '../../../cross/probe.ts';

function place(width: number, rate: number, largest = 1): SensorPlace {
  const preparation: Preparation = { version: 1, inputShape: [10, width], steps: [] };
  const decision = { smoothing: 1, on: [1], off: [1], gap: 0 };
  const stream = { preparation, every: 1, decision, labels: ['yes'], rate, largest };
  return { macro: 'STREAM', header: 'stream.h', stream, plan: streamPlan(preparation) };
}

const SOUND = place(1, 16_000);
/** Tables of what a microphone gave. */
const NUMBERS = place(1, 16_000, 12_345);

/** Tells whether the sensor answers, rows that it gives in so many turns, and what it lost. */
const program = (width: number, turns: number, pause = ''): string => `#include <stdio.h>
${pause === '' ? '' : '#include "Arduino.h"\n'}#include "sensor.h"
int main(void)
{
  float row[${width}];
  int turn;
  int rows = 0;
  printf("%d\\n", sensor_begin());
  for (turn = 0; turn < ${turns}; turn++) {
    int i;
    const int read = sensor_read(row);
    ${pause}
    if (read != SENSOR_ROW) continue;
    rows++;
    if (rows > 2) continue;
    for (i = 0; i < ${width}; i++) printf("%s%.5f", i == 0 ? "" : " ", (double)row[i]);
    printf("\\n");
  }
  printf("%d rows, %lu lost\\n", rows, (unsigned long)sensor_lost());
  return 0;
}
`;

/** An alarm that has rung so often when the program goes on, a thousand times in exactly so many microseconds. */
const PICO = {
  'pico/stdlib.h': `#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
typedef int32_t alarm_id_t;
typedef int64_t (*alarm_callback_t)(alarm_id_t, void *);
static inline alarm_id_t add_alarm_in_us(uint64_t us, alarm_callback_t call, void *user, bool fire_if_past)
{
  int64_t passed = (int64_t)us;
  int i;
  for (i = 0; i < 4100; i++) {
    if (i == 999) { if (passed != 62500 && passed != 10000000) return -1; }
    passed -= call(1, user);
  }
  return fire_if_past ? 1 : -1;
}
`,
  'hardware/adc.h': `#include <stdint.h>
static inline void adc_init(void) {}
static inline void adc_gpio_init(unsigned int pin) { (void)pin; }
static inline void adc_select_input(unsigned int input) { (void)input; }
static inline uint16_t adc_read(void) { static uint16_t value = 1024; return value += 1024; }
`,
};

const ESP_ARDUINO = {
  'ESP_I2S.h': `#pragma once
#include <cstddef>
#include <cstdint>
enum StubMode { I2S_MODE_STD };
enum StubWidth { I2S_DATA_BIT_WIDTH_16BIT };
enum StubSlots { I2S_SLOT_MODE_MONO };
class I2SClass {
 public:
  void setPins(int8_t, int8_t, int8_t, int8_t) {}
  bool begin(StubMode, uint32_t rate, StubWidth, StubSlots) { return rate == STUB_RATE; }
  size_t readBytes(char* into, size_t size) {
    for (size_t i = 0; i < size; ++i) into[i] = i % 2 == 0 ? 0 : 0x40;
    return size;
  }
};
`,
};

const ESP_IDF = {
  'freertos/FreeRTOS.h': '#include <stdint.h>\n',
  'driver/i2s_std.h': `#include <stddef.h>
#include <stdint.h>
typedef int esp_err_t;
#define ESP_OK 0
typedef int gpio_num_t;
#define GPIO_NUM_25 25
#define GPIO_NUM_26 26
#define GPIO_NUM_33 33
#define I2S_GPIO_UNUSED (-1)
typedef struct stub_channel *i2s_chan_handle_t;
typedef struct { int id; int role; } i2s_chan_config_t;
#define I2S_NUM_AUTO 2
#define I2S_ROLE_MASTER 0
#define I2S_CHANNEL_DEFAULT_CONFIG(number, own_role) {.id = (number), .role = (own_role)}
#define I2S_DATA_BIT_WIDTH_16BIT 16
#define I2S_SLOT_MODE_MONO 1
typedef struct { uint32_t rate; } stub_clock_t;
typedef struct { int width; int mode; } stub_slot_t;
typedef struct { gpio_num_t mclk, bclk, ws, dout, din; } stub_gpio_t;
typedef struct { stub_clock_t clk_cfg; stub_slot_t slot_cfg; stub_gpio_t gpio_cfg; } i2s_std_config_t;
#define I2S_STD_CLK_DEFAULT_CONFIG(own_rate) {.rate = (own_rate)}
#define I2S_STD_PHILIPS_SLOT_DEFAULT_CONFIG(own_width, own_mode) {.width = (own_width), .mode = (own_mode)}
struct stub_channel { int unused; };
static struct stub_channel stub_channel;
static inline esp_err_t i2s_new_channel(const i2s_chan_config_t *config, i2s_chan_handle_t *out, i2s_chan_handle_t *in)
{ (void)config; (void)out; *in = &stub_channel; return ESP_OK; }
static inline esp_err_t i2s_channel_init_std_mode(i2s_chan_handle_t channel, const i2s_std_config_t *config)
{ (void)channel; return config->clk_cfg.rate == STUB_RATE ? ESP_OK : 1; }
static inline esp_err_t i2s_channel_enable(i2s_chan_handle_t channel) { (void)channel; return ESP_OK; }
static inline esp_err_t i2s_channel_read(i2s_chan_handle_t channel, void *into, size_t size, size_t *bytes, uint32_t wait)
{
  size_t i;
  (void)channel; (void)wait;
  for (i = 0; i < size; i++) ((char *)into)[i] = i % 2 == 0 ? 0 : 0x40;
  *bytes = size;
  return ESP_OK;
}
`,
};

interface Trial {
  readonly write: SensorWriter;
  readonly place: SensorPlace;
  readonly width: number;
  readonly turns: number;
  /** A statement that passes time in each of them. */
  readonly pause?: string;
  readonly stubs?: Readonly<Record<string, string>>;
  readonly options?: CompileOptions;
  readonly language: 'c' | 'cpp';
  readonly expected: string;
}

const TRIALS: Readonly<Record<string, Trial>> = {
  'the microphone of the Nano 33 BLE Sense': {
    ...{ write: arduinoSensor, place: SOUND, width: 1, turns: 500, language: 'cpp' },
    expected: '1\n0.03043\n0.06085\n300 rows, 0 lost\n',
  },
  'the same for recordings of its numbers': {
    ...{ write: arduinoSensor, place: NUMBERS, width: 1, turns: 500, language: 'cpp' },
    expected: '1\n997.00000\n1994.00000\n300 rows, 0 lost\n',
  },
  'its microphone for recordings of half its rate': {
    ...{ write: arduinoSensor, place: place(1, 8000), width: 1, turns: 500, language: 'cpp' },
    expected: '1\n0.04562\n0.10648\n150 rows, 0 lost\n',
  },
  'the motion of its first revision': {
    ...{
      write: arduinoSensor,
      place: place(6, 119),
      width: 6,
      turns: 30,
      language: 'cpp',
      pause: 'delay(1);',
    },
    options: { defines: { NANO_REVISION: '1', STUB_IMU_PERIOD: '8403' } },
    expected:
      '1\n0.12500 -0.12500 1.00000 1.25000 0.00000 -2000.00000\n0.25000 -0.25000 1.00000 2.50000 0.00000 -2000.00000\n3 rows, 0 lost\n',
  },
  'the acceleration of its second': {
    ...{
      write: arduinoSensor,
      place: place(3, 100),
      width: 3,
      turns: 2000,
      language: 'cpp',
      pause: 'delay(1);',
    },
    options: { defines: { STUB_IMU_PERIOD: '10016' } },
    expected: '1\n0.12500 -0.12500 1.00000\n0.25000 -0.25000 1.00000\n200 rows, 0 lost\n',
  },
  'motion for recordings of a third of its rate: means of three readings and now and then four': {
    ...{
      write: arduinoSensor,
      place: place(3, 32),
      width: 3,
      turns: 2000,
      language: 'cpp',
      pause: 'delay(1);',
    },
    options: { defines: { STUB_IMU_PERIOD: '10016' } },
    expected: '1\n0.12500 -0.12500 1.00000\n0.37500 -0.37500 1.00000\n64 rows, 0 lost\n',
  },
  'motion in a loop that is too slow': {
    ...{
      write: arduinoSensor,
      place: place(3, 100),
      width: 3,
      turns: 20,
      language: 'cpp',
      pause: 'delay(50);',
    },
    options: { defines: { STUB_IMU_PERIOD: '10016' } },
    expected: '1\n0.12500 -0.12500 1.00000\n0.25000 -0.25000 1.00000\n19 rows, 72 lost\n',
  },
  'analog pins, without a drift': {
    ...{
      write: arduinoSensor,
      place: place(2, 300),
      width: 2,
      turns: 10_000,
      language: 'cpp',
      pause: 'delay(1);',
    },
    expected: '1\n140.00000 150.00000\n140.00000 150.00000\n3003 rows, 0 lost\n',
  },
  'a microphone at an ESP32 of Arduino': {
    ...{ write: arduinoSensor, place: SOUND, width: 1, turns: 100, language: 'cpp' },
    stubs: ESP_ARDUINO,
    options: { defines: { ARDUINO_ARCH_ESP32: '1', STUB_RATE: '16000' } },
    expected: '1\n0.50000\n0.50000\n100 rows, 0 lost\n',
  },
  'the same for recordings of a quarter of its rate': {
    ...{ write: arduinoSensor, place: place(1, 4000), width: 1, turns: 100, language: 'cpp' },
    stubs: ESP_ARDUINO,
    options: { defines: { ARDUINO_ARCH_ESP32: '1', STUB_RATE: '16000' } },
    expected: '1\n0.50000\n0.50000\n100 rows, 0 lost\n',
  },
  'a microphone with ESP-IDF': {
    ...{ write: espIdfSensor, place: SOUND, width: 1, turns: 100, language: 'c' },
    stubs: ESP_IDF,
    options: { defines: { STUB_RATE: '16000' } },
    expected: '1\n0.50000\n0.50000\n100 rows, 0 lost\n',
  },
  'the same for recordings of a compact disc': {
    ...{ write: espIdfSensor, place: place(1, 44_100), width: 1, turns: 100, language: 'c' },
    stubs: ESP_IDF,
    options: { defines: { STUB_RATE: '44100' } },
    expected: '1\n0.50000\n0.50000\n100 rows, 0 lost\n',
  },
  'the same for recordings of a quarter of that': {
    ...{ write: espIdfSensor, place: place(1, 11_025), width: 1, turns: 100, language: 'c' },
    stubs: ESP_IDF,
    options: { defines: { STUB_RATE: '22050' } },
    expected: '1\n0.50000\n0.50000\n100 rows, 0 lost\n',
  },
  'a microphone at a Pico, too slowly read': {
    ...{ write: picoSensor, place: SOUND, width: 1, turns: 5000, language: 'c' },
    stubs: PICO,
    expected: '1\n0.00000\n0.50000\n4096 rows, 4 lost\n',
  },
  'the same for recordings of numbers': {
    ...{ write: picoSensor, place: NUMBERS, width: 1, turns: 5000, language: 'c' },
    stubs: PICO,
    expected: '1\n0.00000\n16384.00000\n4096 rows, 4 lost\n',
  },
  'inputs of a Pico, rows as a whole': {
    ...{ write: picoSensor, place: place(3, 100), width: 3, turns: 5000, language: 'c' },
    stubs: PICO,
    expected: '1\n2048.00000 3072.00000 4096.00000\n5120.00000 6144.00000 7168.00000\n1365 rows, 2735 lost\n',
  },
  'a sensor of which nothing is known': {
    ...{ write: ownSensor, place: place(2, 10), width: 2, turns: 3, language: 'c' },
    expected: '0\n0 rows, 0 lost\n',
  },
};

/** What the header of the stream says. */
const macros = ({ stream: { rate } }: SensorPlace, width: number): string =>
  `#define STREAM_WIDTH ${width}\n#define STREAM_RATE ${rate}.0f\n#define STREAM_PERIOD_NS ${Math.round(1e9 / rate)}\n`;

type Refused = readonly [
  of: string,
  write: SensorWriter,
  place: SensorPlace,
  defines: Readonly<Record<string, string>>,
  sentence: string,
];

const PDM = 'this microphone gives 16000, 8000, 5333, 4000 readings a second';
const REFUSED: readonly Refused[] = [
  ['sound of 22050 Hz', arduinoSensor, place(1, 22_050), {}, PDM],
  ['sound of 44100 Hz', arduinoSensor, place(1, 44_100), {}, PDM],
  [
    'sound of 96000 Hz with I2S',
    arduinoSensor,
    place(1, 96_000),
    { ARDUINO_ARCH_ESP32: '1', STUB_RATE: '96000' },
    'at most 50000 readings a second',
  ],
  [
    'fast motion',
    arduinoSensor,
    place(6, 200),
    { NANO_REVISION: '1' },
    'more readings a second than this sensor',
  ],
  ['motion of the other revision', arduinoSensor, place(3, 119), {}, '(119 in Rev1, 100 in Rev2)'],
  [
    'sound of 96000 Hz at a Pico',
    picoSensor,
    place(1, 96_000),
    {},
    'a row of readings takes 20 microseconds',
  ],
];

const missing = missingNative();
describe.skipIf(missing !== '')(`sensors ${missing}`, () => {
  it.each(Object.entries(TRIALS))('%s', (_, trial) => {
    const { write, place: own, width, turns, pause, stubs = {}, options = {}, language, expected } = trial;
    const files = sensorFiles(`sensor.${language}`, write, own).map(({ path, text }) => [path, text]);
    const sources = {
      ...Object.fromEntries(files),
      ...stubs,
      'stream.h': macros(own, width),
      [`main.${language}`]: program(width, turns, pause),
    };
    const { stdout, stderr } = runNative(sources, { ...options, standard: 'c++17' });
    expect(stdout + stderr).toBe(expected);
  });

  it.each(REFUSED)(
    'says to who compiles it what the sensor cannot: %s',
    (_, write, own, defines, sentence) => {
      const sources = {
        ...Object.fromEntries(sensorFiles('sensor.cpp', write, own).map(({ path, text }) => [path, text])),
        ...ESP_ARDUINO,
        ...PICO,
        'stream.h': macros(own, streamPlan(own.stream.preparation).ring.width),
        'main.cpp': program(6, 1),
      };
      expect(() => runNative(sources, { defines })).toThrow(sentence);
    },
  );
});
