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
const program = (width: number, turns: number): string => `#include <stdio.h>
#include "sensor.h"
int main(void)
{
  float row[${width}];
  int turn;
  int rows = 0;
  printf("%d\\n", sensor_begin());
  for (turn = 0; turn < ${turns}; turn++) {
    int i;
    const int read = sensor_read(row);
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

/** A timer that has run for so many periods when the program goes on. */
const PICO = {
  'pico/stdlib.h': `#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
typedef struct repeating_timer { int64_t delay; } repeating_timer_t;
typedef bool (*repeating_timer_callback_t)(repeating_timer_t *);
static inline bool add_repeating_timer_us(int64_t delay, repeating_timer_callback_t call, void *user, repeating_timer_t *timer)
{
  int i;
  (void)user;
  timer->delay = delay;
  for (i = 0; i < 4100; i++) call(timer);
  return delay == -62 || delay == -10000;
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
  bool begin(StubMode, uint32_t rate, StubWidth, StubSlots) { return rate == 16000; }
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
{ (void)channel; return config->clk_cfg.rate == 16000u ? ESP_OK : 1; }
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
    ...{ write: arduinoSensor, place: place(6, 100), width: 6, turns: 2, language: 'cpp' },
    options: { defines: { NANO_REVISION: '1' } },
    expected:
      '1\n0.12500 -0.12500 1.00000 1.25000 0.00000 -2000.00000\n0.25000 -0.25000 1.00000 2.50000 0.00000 -2000.00000\n2 rows, 0 lost\n',
  },
  'the acceleration of its second': {
    ...{ write: arduinoSensor, place: place(3, 100), width: 3, turns: 1, language: 'cpp' },
    expected: '1\n0.12500 -0.12500 1.00000\n1 rows, 0 lost\n',
  },
  'a microphone at an ESP32 of Arduino': {
    ...{ write: arduinoSensor, place: SOUND, width: 1, turns: 100, language: 'cpp' },
    stubs: ESP_ARDUINO,
    options: { defines: { ARDUINO_ARCH_ESP32: '1' } },
    expected: '1\n0.50000\n0.50000\n100 rows, 0 lost\n',
  },
  'a microphone with ESP-IDF': {
    ...{ write: espIdfSensor, place: SOUND, width: 1, turns: 100, language: 'c' },
    stubs: ESP_IDF,
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

const missing = missingNative();
describe.skipIf(missing !== '')(`sensors ${missing}`, () => {
  it.each(Object.entries(TRIALS))('%s', (_, trial) => {
    const { write, place: own, width, turns, stubs = {}, options = {}, language, expected } = trial;
    const files = sensorFiles(`sensor.${language}`, write, own).map(({ path, text }) => [path, text]);
    const macros = `#define STREAM_WIDTH ${width}\n#define STREAM_RATE ${own.stream.rate}.0f\n`;
    const sources = {
      ...Object.fromEntries(files),
      ...stubs,
      'stream.h': macros,
      [`main.${language}`]: program(width, turns),
    };
    const { stdout, stderr } = runNative(sources, { ...options, standard: 'c++17' });
    expect(stdout + stderr).toBe(expected);
  });

  it('analog pins of an Arduino, as often as is said', () => {
    const sources = Object.fromEntries(
      sensorFiles('sensor.cpp', arduinoSensor, place(2, 100)).map(({ path, text }) => [path, text]),
    );
    const { stdout } = runNative({
      ...sources,
      'stream.h': '#define STREAM_WIDTH 2\n#define STREAM_RATE 100.0f\n',
      'main.cpp': program(2, 3),
    });
    expect(stdout).toMatch(/^1\n/);
  });
});
