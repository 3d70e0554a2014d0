/** What listening costs on an emulated Cortex-M4: features as they come, the network at every answer, and the decision. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MICRO_SPEECH } from '../../../src/core/samples/fixed-spectrum.ts';
import { exportStandalone } from '../../../src/models/standalone/export-standalone.ts';
import { missingCortexM4 } from '../../cross/probe.ts';
import { atMost, type Outcome, type Section } from '../row.ts';
import { sharedBytes, withShared } from '../shared.ts';
import { build, instructionsOf, run } from '../standalone/emulate.ts';
import { newRows } from './new-rows.ts';

const HOP = 320;
const CLOCK_HZ = 64e6;
const ROWS = 49;

/** Fills the ring, then prints the bytes of the stream, ticks of one hop, of a sample and verdict, and of the network. */
const HARNESS = `#include <stdint.h>
#include <stdio.h>
#include "model.h"
#include "model_io.h"
#include "model_prepare.h"
#include "model_stream.h"
#define CSR (*(volatile uint32_t *)0xE000E010)
#define RELOAD (*(volatile uint32_t *)0xE000E014)
#define NOW (*(volatile uint32_t *)0xE000E018)
static struct model_stream stream;
static int8_t input[MODEL_INPUT_LENGTH];
static int8_t output[MODEL_OUTPUT_LENGTH];
static uint32_t state = 1;
static float sound[${HOP}];
static uint32_t since(uint32_t start) { return (start - NOW) & 0xffffffu; }
static int hop(void)
{
  int due = 0;
  for (int i = 0; i < ${HOP}; i++) due += model_stream_push(&stream, sound + i);
  return due;
}
int main(void)
{
  uint32_t start, features, answer, network;
  int due = 0;
  for (int i = 0; i < ${HOP}; i++) {
    state = state * 1664525u + 1013904223u;
    sound[i] = (float)(int16_t)(state >> 16) / 131072.0f;
  }
  model_stream_reset(&stream);
  for (int i = 0; i < ${ROWS + 3}; i++) due += hop();
  RELOAD = 0xffffffu; NOW = 0; CSR = 5;
  start = NOW; due += hop(); features = since(start);
  start = NOW; model_stream_sample(&stream, input); answer = since(start);
  start = NOW; model_invoke(input, output); network = since(start);
  start = NOW; due += model_stream_decide(&stream, output).heard; answer += since(start);
  printf("%lu\\n%lu\\n%lu\\n%lu\\n%d\\n", (unsigned long)sizeof stream, (unsigned long)features, (unsigned long)answer,
         (unsigned long)network, due);
  return 0;
}
`;

const name = 'micro_speech that listens';

async function microSpeech(): Promise<Outcome[]> {
  const missing = missingCortexM4();
  if (missing !== '') return [{ name, why: missing }];
  const model = sharedBytes('models', 'tflm', 'micro_speech_quantized.tflite');
  const scores = [600, 600, 600, 600];
  const stream = {
    preparation: {
      version: 1 as const,
      inputShape: [(ROWS - 1) * HOP + MICRO_SPEECH.window, 1],
      steps: [{ step: 'fixed-spectrum' as const, parameters: MICRO_SPEECH }],
    },
    every: 1,
    decision: { smoothing: 3, on: scores, off: scores, gap: 10 },
    labels: ['silence', 'unknown', 'yes', 'no'],
    rate: 16_000,
    largest: 1,
  };
  const { files } = exportStandalone(model, { name: 'model', vectors: 1 }, { seed: 1, stream });
  const folder = mkdtempSync(join(tmpdir(), 'tinyml-bench-streams-'));
  try {
    for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text);
    build(folder, '-O2', { 'model.c': files['model.c'], 'bench.c': HARNESS }, 'bench.elf');
    const [bytes, ...ticks] = run(folder, 'bench.elf');
    const [features, answer, network] = ticks.map(instructionsOf);
    const all = features + answer + network;
    const how = 'fixed-spectrum of TensorFlow Lite Micro, 30/20 ms at 16 kHz, Cortex-M4, -O2';
    return [
      { name: `${name}: RAM of the stream`, value: bytes, unit: 'B', how },
      { name: `${name}: features of 20 ms`, value: features, unit: 'instructions', how },
      { name: `${name}: sample and decision of an answer`, value: answer, unit: 'instructions', how },
      { name: `${name}: network of an answer`, value: network, unit: 'instructions', how },
      {
        name: `${name}: all of it every 20 ms at 64 MHz`,
        value: (100 * all) / (0.02 * CLOCK_HZ),
        unit: '%',
        target: atMost(50),
        how: `${all} instructions, an answer every 20 ms, a cycle counted for each: flash that waits is not emulated`,
      },
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export const streams: Section = {
  'micro-speech': withShared(name, microSpeech),
  'new-rows': newRows,
};
