/** What listening costs on an emulated Cortex-M4, as `tinyml check --max-duty` measures it: features, network, decision. */

import { measureListening } from '../../../src/cli/emulator/measure-listening.ts';
import { MICRO_SPEECH } from '../../../src/core/samples/fixed-spectrum.ts';
import { dutyOf, sumOf } from '../../../src/models/duty/listening-cost.ts';
import { listeningProgram } from '../../../src/models/duty/listening-sources.ts';
import { atMost, type Outcome, type Section } from '../row.ts';
import { sharedBytes, withShared } from '../shared.ts';
import { newRows } from './new-rows.ts';

const HOP = 320;
const CLOCK_HZ = 64e6;
const ROWS = 49;

const name = 'micro_speech that listens';

async function microSpeech(): Promise<Outcome[]> {
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
    largest: 0.25,
  };
  const cost = await measureListening(listeningProgram(model, stream), new AbortController().signal);
  if ('doubt' in cost) return [{ name, why: cost.doubt }];
  const { features, rows, network, decision } = cost.parts;
  const how = `fixed-spectrum of TensorFlow Lite Micro, 30/20 ms at 16 kHz, Cortex-M4, ${cost.level}`;
  return [
    {
      name: `${name}: RAM of the stream`,
      value: features.ramBytes + rows.ramBytes + decision.ramBytes,
      unit: 'B',
      how,
    },
    { name: `${name}: features of 20 ms`, value: features.instructions, unit: 'instructions', how },
    { name: `${name}: network of an answer`, value: network.instructions, unit: 'instructions', how },
    { name: `${name}: decision of an answer`, value: decision.instructions, unit: 'instructions', how },
    {
      name: `${name}: all of it every 20 ms at 64 MHz`,
      value: 100 * dutyOf(cost, CLOCK_HZ),
      unit: '%',
      target: atMost(50),
      how: `${sumOf(cost, 'instructions')} instructions, an answer every 20 ms, a cycle counted for each: flash that waits is not emulated`,
    },
  ];
}

export const streams: Section = {
  'micro-speech': withShared(name, microSpeech),
  'new-rows': newRows,
};
