import { describe, expect, it } from 'vitest';
import { createRandom, type Random } from '../../../../src/core/random.ts';
import type { Decision } from '../../../../src/core/samples/decision.ts';
import { type Preparation, preparedShape, rowsOf } from '../../../../src/core/samples/preparation.ts';
import { readingsPerRow, streamPlan } from '../../../../src/core/samples/streaming.ts';
import { elementCount } from '../../../../src/core/tensor.ts';
import { type Graph, getValue } from '../../../../src/ir/graph.ts';
import { createListener } from '../../../../src/models/listen/listener.ts';
import { floatBitsLiteral } from '../../../../src/targets/firmware/c-literal.ts';
import { type CompileOptions, runNative, runOnCortexM4, runSanitized } from '../../../cross/compile.ts';
import { runJoined, type SmallProgram } from '../../../cross/joined-programs.ts';
import { missingCortexM4, missingNative } from '../../../cross/probe.ts';
import { fitted } from '../../../data/preparing/fit.ts';
import { STREAM_CASES, type StreamCase } from '../../../data/streams/stream-cases.ts';
import { once } from '../../../standalone/chunks.ts';
import { listeningNetwork } from './listening-network.ts';
import { cppSources, standaloneSources } from './listening-sources.ts';

interface Case extends StreamCase {
  /** The network stands for an autoencoder. */
  readonly detects?: true;
  /** Of the network; int8 where nothing else is said. */
  readonly takes?: 'float32';
}

const CATEGORIES = [{ column: 1, texts: ['a', 'b', 'c'] }];

const CASES: Readonly<Record<string, Case>> = {
  ...STREAM_CASES,
  'rows that grow before several are one': {
    shape: [14, 3],
    steps: [{ step: 'one-hot', columns: CATEGORIES }, { step: 'decimate', factor: 4 }, { step: 'standard' }],
  },
  'spectra of what is missing in places': {
    shape: [150, 1],
    steps: [
      { step: 'fill' },
      { step: 'spectrum', rate: 8000, window: 32, hop: 20, bands: 5 },
      { step: 'standard' },
    ],
  },
  'spectra in integers, which remember noise': {
    shape: [1000, 1],
    steps: [
      { step: 'scale', from: [-4, 4] },
      { step: 'fixed-spectrum', rate: 8000, window: 200, hop: 80, channels: 8 },
      { step: 'standard' },
    ],
  },
  'a step of the whole at first, then one that remembers': {
    shape: [700, 1],
    steps: [
      { step: 'level', level: 0.2 },
      { step: 'fixed-spectrum', rate: 8000, window: 200, hop: 100, channels: 6 },
      { step: 'standard' },
    ],
  },
  'rows that become narrower': {
    shape: [400, 1],
    steps: [
      { step: 'fill' },
      { step: 'pre-emphasis' },
      { step: 'spectrum', rate: 8000, window: 64, hop: 40, bands: 12 },
      { step: 'dct', coefficients: 5 },
      { step: 'decimate', factor: 2 },
      { step: 'standard' },
    ],
  },
  'rows that become narrower before a step of the whole': {
    shape: [300, 1],
    steps: [
      { step: 'spectrum', rate: 8000, window: 64, hop: 40, bands: 12 },
      { step: 'dct', coefficients: 5 },
      { step: 'normalize' },
      { step: 'pad-ends', count: 2 },
    ],
  },
  'rows that a network of floats takes': {
    shape: [16, 2],
    steps: [{ step: 'decimate', factor: 3 }, { step: 'standard' }],
    takes: 'float32',
  },
  'a step of the whole before a network of floats': {
    shape: [6, 2],
    steps: [{ step: 'standard' }, { step: 'level' }],
    takes: 'float32',
  },
  'distances from what lies in the ring': {
    shape: [16, 2],
    steps: [{ step: 'decimate', factor: 2 }, { step: 'standard' }],
    detects: true,
  },
  'distances behind a step of the whole': {
    shape: [12, 2],
    steps: [{ step: 'standard' }, { step: 'pad-ends', count: 1 }],
    detects: true,
  },
  'distances from floats in the ring': {
    shape: [6, 3],
    steps: [{ step: 'standard' }],
    takes: 'float32',
    detects: true,
  },
  'distances from floats behind a step of the whole': {
    shape: [6, 3],
    steps: [{ step: 'standard' }, { step: 'pad-ends', count: 1 }],
    takes: 'float32',
    detects: true,
  },
};

function readingsOf(random: Random, count: number, { steps }: Case, width: number): Float32Array {
  const categories = steps.some(({ step }) => step === 'one-hot');
  const fills = steps.some(({ step }) => step === 'fill');
  return Float32Array.from({ length: count }, (_, i) => {
    if (categories && i % width === 1) return random.below(4);
    if (fills && random.below(50) === 0) return Number.NaN;
    // Loud and quiet by turns, so that sums rise and fall.
    return random.normal() * (Math.floor(i / width / 100) % 2 === 0 ? 1 : 2);
  });
}

function decisionOf(random: Random, classes: number): Decision {
  const smoothing = 1 + random.below(4);
  const on = Array.from({ length: classes }, () => smoothing * (20 + random.below(120)));
  // One class that is never heard, where there are several.
  if (classes > 2) on[classes - 1] = 0;
  return {
    smoothing,
    on,
    off: on.map((sum) => Math.floor(sum * (0.5 + random.below(50) / 100))),
    gap: random.below(4),
  };
}

interface Trial {
  readonly preparation: Preparation;
  readonly graph: Graph;
  readonly every: number;
  readonly decision: Decision;
  readonly readings: Float32Array;
}

async function trialOf(name: string): Promise<Trial> {
  const one = CASES[name];
  const random = createRandom(32, `stream ${name}`);
  const { count, width } = rowsOf(one.shape);
  const preparation = await fitted(one.steps, readingsOf(random, 10 * count * width, one, width), one.shape);
  const length = elementCount(preparedShape(preparation));
  const classes = one.detects || name === 'windows apart' ? 1 : 2 + random.below(3);
  const every = 1 + random.below(3);
  const hop = readingsPerRow(streamPlan(preparation));
  const rows = count + 60 * every * hop;
  return {
    preparation,
    graph: listeningNetwork(length, one.detects ? length : classes, random, one.takes),
    every,
    decision: {
      ...decisionOf(random, classes),
      // Of readings about 1 and outputs about 0.
      ...(one.detects ? { threshold: 1.25 } : {}),
    },
    readings: readingsOf(random, rows * width, one, width),
  };
}

/** Lines as the program prints them. */
function expectedLines({ preparation, graph, every, decision, readings }: Trial): string[] {
  const listener = createListener(graph, preparation, { every, decision });
  const [output] = graph.outputs.map((id) => getValue(graph, id).type.quant);
  const own = output?.scheme === 'per-tensor' ? output.zeroPoint : Number.NaN;
  const zeroPoint = decision.threshold === undefined ? own : -128;
  const { width } = rowsOf(preparation.inputShape);
  const lines = [];
  for (let at = 0; at < readings.length; at += width) {
    const answer = listener.push(readings, at);
    if (answer === undefined) continue;
    const outputs = Array.from(answer.scores, (score) => score + zeroPoint);
    lines.push([answer.readings, answer.begins ?? -1, answer.heard ?? -1, ...outputs].join(' '));
  }
  return lines;
}

function mainText(
  { graph, readings, decision }: Trial,
  classes: number,
  names: { prefix: string; macro: string },
  header: string,
): string {
  const { prefix, macro } = names;
  // A byte of the latest answer, as the decision took it.
  const printed =
    decision.threshold === undefined
      ? 'output[i]'
      : `(int)(${prefix}_score(&listening, i) / ${macro}_SCALE) + ${macro}_ZERO_POINT`;
  const takes = getValue(graph, graph.inputs[0]).type.dtype === 'int8' ? 'int8_t' : 'float';
  return `#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include "model.h"
#include "${header}"
static const uint32_t given[] = {${Array.from(readings, floatBitsLiteral).join(',')}};
static struct ${prefix} listening;
int main(void)
{
  static ${takes} input[MODEL_INPUT_LENGTH];
  int8_t output[MODEL_OUTPUT_LENGTH];
  /* The second time is as the first. */
  for (int round = 0; round < 2; round++) {
    ${prefix}_reset(&listening);
    for (unsigned row = 0; row < sizeof given / 4 / ${macro}_WIDTH; row++) {
      struct ${prefix}_verdict verdict;
      float reading[${macro}_WIDTH];
      memcpy(reading, given + row * ${macro}_WIDTH, sizeof reading);
      if (!${prefix}_push(&listening, reading)) continue;
      ${prefix}_sample(&listening, input);
      if (model_invoke(input, output) != MODEL_OK) return 1;
      verdict = ${prefix}_decide(&listening, output);
      printf("%u %d %d", row + 1, verdict.begins, verdict.heard);
      for (int i = 0; i < ${classes}; i++) printf(" %d", ${printed});
      printf("\\n");
      if (verdict.begins >= 0 && (${prefix}_score(&listening, verdict.begins) < 0 || ${prefix}_label(verdict.begins)[0] == 0)) return 2;
    }
  }
  return 0;
}
`;
}

type Run = typeof runNative;
type Form = 'c' | 'c++';

/** What each case asks, and what is answered here: the same on every machine. */
const TRIALS = Object.fromEntries(
  Object.keys(CASES).map((name) => [
    name,
    once(async () => {
      const trial = await trialOf(name);
      return { trial, expected: expectedLines(trial) };
    }),
  ]),
);

async function programOf(name: string, form: Form): Promise<SmallProgram> {
  const { trial } = await TRIALS[name]();
  const { files, names, header, main } = form === 'c' ? standaloneSources(trial) : cppSources(trial);
  return { files: { ...files, [main]: mainText(trial, trial.decision.on.length, names, header) }, main };
}

/** What the programs of all cases have outside of their sources. */
const DEFINED: Readonly<Record<Form, readonly string[]>> = {
  c: ['model_invoke', 'model_invoke_in'],
  'c++': ['model_invoke', 'model_invoke_in', 'quantize_input', 'dequantize_output'],
};

/** What kits of boards compile with, of which the older standard has headers that are read in a fifth of the time. */
const KITS: Readonly<Record<'gnu++14' | 'gnu++17', CompileOptions>> = {
  'gnu++14': { standard: 'gnu++14', optimize: '-O2' },
  'gnu++17': { standard: 'gnu++17', optimize: '-O2' },
};

function itDecides(
  title: string,
  cases: readonly string[],
  run: Run,
  form: Form,
  options: CompileOptions,
): void {
  const runs = once(async () => {
    const programs = await Promise.all(cases.map((name) => programOf(name, form)));
    return runJoined(programs, DEFINED[form], (sources) => run(sources, options));
  });
  it.each(cases.map((name, index) => [name, index] as const))(`${title}: %s`, async (name, index) => {
    const { expected } = await TRIALS[name]();
    const { stdout, stderr, exitCode } = (await runs())[index];
    expect([stderr, exitCode]).toEqual(['', 0]);
    expect(stdout.trim().split('\n')).toEqual([...expected, ...expected]);
  });
}

describe('the cases', () => {
  it.each(Object.keys(CASES))('answer, hear and forget: %s', async (name) => {
    const { expected: lines } = await TRIALS[name]();
    expect(lines.length).toBeGreaterThan(50);
    expect(new Set(lines.map((line) => line.split(' ')[2])).size).toBeGreaterThan(1);
    expect(lines.some((line) => line.split(' ')[1] !== '-1')).toBe(true);
  });
});

const ALL = Object.keys(CASES);
/** The header's text is the same in both languages: what one proves of all cases, the other need not on the same machine. */
const SOME = ALL.filter((_, index) => index % 4 === 0);

const noNative = missingNative();
describe.skipIf(noNative !== '')(`a stream on this machine ${noNative}`, () => {
  itDecides('decides what the host decides, in C', ALL, runSanitized, 'c', { strict: true });
  itDecides('and in C++', SOME, runNative, 'c++', KITS['gnu++17']);
});

const noCortexM4 = missingCortexM4();
describe.skipIf(noCortexM4 !== '')(`a stream on a Cortex-M4 ${noCortexM4}`, () => {
  itDecides('decides what the host decides, in C', SOME, runOnCortexM4, 'c', { strict: true });
  itDecides('and in C++', ALL, runOnCortexM4, 'c++', KITS['gnu++14']);
});
