/** Projects for boards that listen, as wholes: stubs of the kits give readings and end, and what is heard of them is what the host hears. */

import { basename } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../../src/core/random.ts';
import { preparedShape } from '../../../../src/core/samples/preparation.ts';
import { elementCount } from '../../../../src/core/tensor.ts';
import type { StepInput } from '../../../../src/data/preparing/index.ts';
import { writeTflite } from '../../../../src/formats/tflite/write.ts';
import { createListener } from '../../../../src/models/listen/listener.ts';
import { exportStandalone } from '../../../../src/models/standalone/export-standalone.ts';
import { runNative } from '../../../cross/compile.ts';
import { missingNative } from '../../../cross/probe.ts';
import { fitted } from '../../../data/preparing/fit.ts';
import { listeningNetwork } from '../../firmware/streams/listening-network.ts';
import { ESP_START, KIT_HEADERS } from './sdk-stubs.ts';

const READINGS = 4800;

/** What the sensor measures: noise that swells, in 16 bits, here and in the stubs. */
const MEASURE = `#ifndef STUB_MEASURE_H
#define STUB_MEASURE_H
#include <stdint.h>
#define STUB_READINGS ${READINGS}
static uint32_t stub_at;
static inline int stub_measure(void)
{
  static uint32_t state = 7u;
  state = state * 1103515245u + 12345u;
  return ((int)(state >> 16) - 32768) / (stub_at++ / 600u % 2u == 0u ? 1 : 32);
}
#endif
`;

function measurements(): Int32Array {
  let state = 7;
  return Int32Array.from({ length: READINGS }, (_, i) => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return Math.trunc(((state >>> 16) - 32768) / (Math.floor(i / 600) % 2 === 0 ? 1 : 32));
  });
}

/** The ADC has 12 bits; all alarms ring when the first one is set. */
const PICO = {
  'stub_measure.h': MEASURE,
  'pico/stdlib.h': `#include <stdbool.h>
#include <stddef.h>
#include "stub_measure.h"
typedef int32_t alarm_id_t;
typedef int64_t (*alarm_callback_t)(alarm_id_t, void *);
static inline alarm_id_t add_alarm_in_us(uint64_t us, alarm_callback_t call, void *user, bool fire_if_past)
{
  (void)us; (void)user; (void)fire_if_past;
  while (stub_at < 3000u) call(1, NULL);
  return 1;
}
`,
  'hardware/adc.h': `#include "stub_measure.h"
static inline void adc_init(void) {}
static inline void adc_gpio_init(unsigned int pin) { (void)pin; }
static inline void adc_select_input(unsigned int input) { (void)input; }
static inline uint16_t adc_read(void) { return (uint16_t)(stub_measure() / 16 + 2048); }
`,
};

const ESP_IDF = {
  'stub_measure.h': MEASURE,
  'driver/i2s_std.h': `#include <stddef.h>
#include "stub_measure.h"
typedef int esp_err_t;
#define ESP_OK 0
#define GPIO_NUM_25 25
#define GPIO_NUM_26 26
#define GPIO_NUM_33 33
#define I2S_GPIO_UNUSED (-1)
#define I2S_NUM_AUTO 2
#define I2S_ROLE_MASTER 0
#define I2S_DATA_BIT_WIDTH_16BIT 16
#define I2S_SLOT_MODE_MONO 1
typedef int *i2s_chan_handle_t;
typedef struct { int id; int role; } i2s_chan_config_t;
#define I2S_CHANNEL_DEFAULT_CONFIG(number, own_role) {.id = (number), .role = (own_role)}
typedef struct { uint32_t rate; } stub_clock_t;
typedef struct { int width; int mode; } stub_slot_t;
typedef struct { int mclk, bclk, ws, dout, din; } stub_gpio_t;
typedef struct { stub_clock_t clk_cfg; stub_slot_t slot_cfg; stub_gpio_t gpio_cfg; } i2s_std_config_t;
#define I2S_STD_CLK_DEFAULT_CONFIG(own_rate) {.rate = (own_rate)}
#define I2S_STD_PHILIPS_SLOT_DEFAULT_CONFIG(own_width, own_mode) {.width = (own_width), .mode = (own_mode)}
static int stub_channel;
static inline esp_err_t i2s_new_channel(const i2s_chan_config_t *config, i2s_chan_handle_t *out, i2s_chan_handle_t *in)
{ (void)config; (void)out; *in = &stub_channel; return ESP_OK; }
static inline esp_err_t i2s_channel_init_std_mode(i2s_chan_handle_t channel, const i2s_std_config_t *config)
{ (void)channel; return config->clk_cfg.rate == 16000u ? ESP_OK : 1; }
static inline esp_err_t i2s_channel_enable(i2s_chan_handle_t channel) { (void)channel; return ESP_OK; }
static inline esp_err_t i2s_channel_read(i2s_chan_handle_t channel, void *into, size_t size, size_t *bytes, uint32_t wait)
{
  int16_t *values = (int16_t *)into;
  (void)channel; (void)wait;
  for (*bytes = 0; *bytes < size && stub_at < STUB_READINGS; *bytes += 2) *values++ = (int16_t)stub_measure();
  return ESP_OK;
}
`,
};

/** Ends the program where all was read. */
const ESP_ARDUINO = {
  'stub_measure.h': MEASURE,
  'ESP_I2S.h': `#pragma once
#include <cstdlib>
#include "stub_measure.h"
enum StubMode { I2S_MODE_STD };
enum StubWidth { I2S_DATA_BIT_WIDTH_16BIT };
enum StubSlots { I2S_SLOT_MODE_MONO };
class I2SClass {
 public:
  void setPins(int8_t, int8_t, int8_t, int8_t) {}
  bool begin(StubMode, uint32_t rate, StubWidth, StubSlots) { return rate == 16000; }
  size_t readBytes(char* into, size_t size) {
    if (stub_at == STUB_READINGS) std::exit(0);
    size_t bytes = 0;
    for (; bytes < size && stub_at < STUB_READINGS; bytes += 2) {
      const int value = stub_measure();
      into[bytes] = static_cast<char>(value & 255);
      into[bytes + 1] = static_cast<char>((value >> 8) & 255);
    }
    return bytes;
  }
};
`,
};

interface Case {
  readonly board: 'pico' | 'esp-idf' | 'arduino' | 'platformio';
  readonly width: number;
  readonly rate: number;
  /** Rows that the stub gives. */
  readonly readings: Float32Array;
  readonly steps: readonly StepInput[];
  readonly stubs: Readonly<Record<string, string>>;
}

const sleepy = `${PICO['pico/stdlib.h']}${KIT_HEADERS.pico['pico/stdlib.h']}`;
const SPECTRUM: readonly StepInput[] = [
  { step: 'fixed-spectrum', rate: 16_000, window: 240, hop: 160, channels: 20 },
  { step: 'standard' },
];
const adc = Float32Array.from(measurements().subarray(0, 3000), (value) => Math.trunc(value / 16) + 2048);

const CASES: Readonly<Record<string, Case>> = {
  'a microphone with ESP-IDF': {
    board: 'esp-idf',
    width: 1,
    rate: 16_000,
    readings: Float32Array.from(measurements(), (value) => value / 32768),
    steps: SPECTRUM,
    stubs: { ...KIT_HEADERS['esp-idf'], ...ESP_IDF, 'start.c': ESP_START },
  },
  'a microphone at an ESP32 of Arduino': {
    board: 'arduino',
    width: 1,
    rate: 16_000,
    readings: Float32Array.from(measurements(), (value) => value / 32768),
    steps: SPECTRUM,
    stubs: ESP_ARDUINO,
  },
  'the same with PlatformIO': {
    board: 'platformio',
    width: 1,
    rate: 16_000,
    readings: Float32Array.from(measurements(), (value) => value / 32768),
    steps: SPECTRUM,
    stubs: ESP_ARDUINO,
  },
  'a microphone at a Pico': {
    board: 'pico',
    width: 1,
    rate: 16_000,
    readings: adc.map((value) => ((value - 2048) * 16) / 32768),
    steps: SPECTRUM,
    stubs: { ...PICO, 'pico/stdlib.h': sleepy },
  },
  'motion at inputs of a Pico': {
    board: 'pico',
    width: 3,
    rate: 50,
    readings: adc,
    steps: [{ step: 'standard' }, { step: 'decimate', factor: 2 }],
    stubs: { ...PICO, 'pico/stdlib.h': sleepy },
  },
};

async function expectHeard({ board, width, rate, readings, steps, stubs }: Case): Promise<void> {
  const rows = width === 1 ? 1040 : 40;
  const preparation = await fitted(steps, readings.slice(0, 2 * rows * width), [rows, width]);
  const graph = listeningNetwork(elementCount(preparedShape(preparation)), 3, createRandom(5, 'board'));
  const decision = { smoothing: 1, on: [120, 120, 120], off: [120, 120, 120], gap: 1 };
  const labels = ['yes', 'no', 'noise'];
  const stream = { preparation, every: 1, decision, labels, rate, largest: width === 1 ? 1 : 4095 };
  const listener = createListener(graph, preparation, stream);
  const heard: string[] = [];
  for (let at = 0; at < readings.length; at += width) {
    const answer = listener.push(readings, at);
    if (answer?.begins === undefined) continue;
    heard.push(`heard ${labels[answer.begins]} ${(answer.scores[answer.begins] / 256).toFixed(4)}`);
  }
  const { files } = exportStandalone(
    writeTflite(graph),
    { name: 'model', board, folder: 'ear', vectors: 2 },
    { seed: 1, stream },
  );
  const flat = Object.fromEntries(Object.entries(files).map(([path, text]) => [basename(path), text]));
  // The stubs of the Arduino core go with a sketch.
  const { 'main.cpp': sketch, ...others } = flat;
  const sources = { ...others, ...(sketch === undefined ? {} : { 'main.ino': sketch }), ...stubs };
  const onArduino = board === 'arduino' || board === 'platformio';
  const { stdout, stderr, exitCode } = runNative(sources, {
    standard: onArduino ? 'c++11' : 'c++17',
    ...(onArduino ? { defines: { ARDUINO_ARCH_ESP32: '1' } } : {}),
  });
  expect([exitCode, stderr]).toEqual([0, '']);
  const lines = stdout.trim().split(/\r?\n/);
  expect(lines[0]).toMatch(/^tinyml-self-test PASS /);
  expect(heard.length).toBeGreaterThan(2);
  expect(lines.slice(1).filter((line) => !line.startsWith('tinyml-self-test'))).toEqual(heard);
}

describe.skipIf(missingNative() !== '')(`a project that listens ${missingNative()}`, () => {
  it.each(Object.entries(CASES))('hears what the host hears: %s', (_, one) => expectHeard(one));
});
