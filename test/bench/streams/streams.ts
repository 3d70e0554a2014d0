/** What listening costs on an emulated Cortex-M4, as `tinyml check --max-duty` measures it: features, network, decision. */

import { measureListening } from '../../../src/cli/emulator/measure-listening.ts';
import type { Preparation } from '../../../src/core/samples/preparation.ts';
import { elementCount } from '../../../src/core/tensor.ts';
import { fitSteps } from '../../../src/data/preparing/preparation.ts';
import {
  dutyOf,
  type ListeningCost,
  type NotMeasured,
  sumOf,
} from '../../../src/models/duty/listening-cost.ts';
import { listeningProgram } from '../../../src/models/duty/listening-sources.ts';
import { MICRO_SPEECH } from '../../data/preparing/micro-speech.ts';
import { LOG_MEL } from '../features/float-features.ts';
import { atMost, type Outcome, type Section } from '../row.ts';
import { sharedBytes, withShared } from '../shared.ts';
import { newRows } from './new-rows.ts';

const HOP = 320;
const CLOCK_HZ = 64e6;
const ROWS = 49;
const READINGS = [(ROWS - 1) * HOP + MICRO_SPEECH.window, 1];

/** The network of micro_speech, asked of 49 rows of 40 values every 20 ms. */
function listen(steps: Preparation['steps']): Promise<ListeningCost | NotMeasured> {
  const scores = [600, 600, 600, 600];
  const program = listeningProgram(sharedBytes('models', 'tflm', 'micro_speech_quantized.tflite'), {
    preparation: { version: 1, inputShape: READINGS, steps },
    every: 1,
    decision: { smoothing: 3, on: scores, off: scores, gap: 10 },
    labels: ['silence', 'unknown', 'yes', 'no'],
    rate: 16_000,
    largest: 0.25,
  });
  return measureListening(program, new AbortController().signal);
}

const name = 'micro_speech that listens';

async function microSpeech(): Promise<Outcome[]> {
  const cost = await listen([{ step: 'fixed-spectrum', parameters: MICRO_SPEECH }]);
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
    {
      name: `${name}: features of 20 ms`,
      value: features.instructions,
      unit: 'instructions',
      how,
    },
    {
      name: `${name}: network of an answer`,
      value: network.instructions,
      unit: 'instructions',
      how,
    },
    {
      name: `${name}: decision of an answer`,
      value: decision.instructions,
      unit: 'instructions',
      how,
    },
    {
      name: `${name}: all of it every 20 ms at 64 MHz`,
      value: 100 * dutyOf(cost, CLOCK_HZ),
      unit: '%',
      target: atMost(50),
      how: `${sumOf(cost, 'instructions')} instructions, an answer every 20 ms, a cycle counted for each: flash that waits is not emulated`,
    },
  ];
}

const { noise: _, gain: __, ...LOGARITHMS } = MICRO_SPEECH;
const logMelName = 'logarithms of 40 bands of mel';

/** The same spectra in both arithmetics, without what TensorFlow Lite Micro does to noise. */
async function logMel(): Promise<Outcome[]> {
  const noSound = new Float32Array(elementCount(READINGS));
  const float = await fitSteps([{ ...LOG_MEL, window: MICRO_SPEECH.window }], () => [noSound], READINGS);
  const arithmetics: readonly (readonly [string, Preparation['steps']])[] = [
    ['integers', [{ step: 'fixed-spectrum', parameters: LOGARITHMS }]],
    ['float32', float.steps],
  ];
  const outcomes: Outcome[] = [];
  for (const [arithmetic, steps] of arithmetics) {
    const name = `${logMelName} in ${arithmetic}`;
    const cost = await listen(steps);
    if ('doubt' in cost) {
      outcomes.push({ name, why: cost.doubt });
      continue;
    }
    const { instructions, ramBytes, flashBytes } = cost.parts.features;
    const how = `30/20 ms at 16 kHz, 512 points, Cortex-M4 with a unit for float32, ${cost.level}, as readings come`;
    outcomes.push(
      {
        name: `${name}: 20 ms`,
        value: instructions,
        unit: 'instructions',
        how,
      },
      { name: `${name}: RAM`, value: ramBytes, unit: 'B', how },
      { name: `${name}: flash`, value: flashBytes, unit: 'B', how },
    );
  }
  return outcomes;
}

export const streams: Section = {
  'micro-speech': withShared(name, microSpeech),
  'log-mel': withShared(logMelName, logMel),
  'new-rows': newRows,
};
