/** Networks that take new rows alone, written as files and read back: their C gives the interpreter's bytes along a stream. */

import { describe, expect, it } from 'vitest';
import { readTflite } from '../../src/formats/tflite/read.ts';
import { writeTflite } from '../../src/formats/tflite/write.ts';
import { streamGraph } from '../../src/models/streaming/stream-graph.ts';
import { runOnCortexM4, runSanitized } from '../cross/compile.ts';
import { missingCortexM4, missingNative } from '../cross/probe.ts';
import { causalNetwork, type NetworkType } from '../passes/streaming/causal-network.ts';
import { differingAnswers, inferencesOf } from '../passes/streaming/differing-answers.ts';
import { compareWithInterpreter } from './run-standalone.ts';

const SEEDS = Array.from({ length: 30 }, (_, index) => index + 1);
const ROWS = 2;
const ANSWERS = 6;

/** The first network of which something is to be saved. */
function streamedNetwork(type: NetworkType) {
  for (const seed of SEEDS) {
    const window = causalNetwork(seed, type);
    const streamed = streamGraph(window, ROWS);
    if ('graph' in streamed) return { window, streamed: readTflite(writeTflite(streamed.graph)).graph };
  }
  throw new Error('no network gains');
}

const MACHINES = [
  { machine: 'here, with sanitizers', missing: missingNative(), run: runSanitized },
  { machine: 'on a Cortex-M4', missing: missingCortexM4(), run: runOnCortexM4 },
] as const;

describe.each(MACHINES)('networks of new rows $machine $missing', ({ missing, run }) => {
  it.skipIf(missing !== '').each<NetworkType>(['float32', 'int8', 'int16'])('in %s', (type) => {
    const { window, streamed } = streamedNetwork(type);
    expect(differingAnswers(window, streamed, ROWS, 3)).toBe(0);
    const records = inferencesOf(window, ROWS, 3, ANSWERS).map(({ rows }) => [rows]);
    expect(compareWithInterpreter(streamed, records, run)).toBe('ok');
  });
});
