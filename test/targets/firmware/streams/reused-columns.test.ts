/** Streams of networks that take new rows alone: every answer is that of the network that takes the window, here and in C. */

import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../../src/core/random.ts';
import type { Decision } from '../../../../src/core/samples/decision.ts';
import { preparedShape } from '../../../../src/core/samples/preparation.ts';
import { elementCount } from '../../../../src/core/tensor.ts';
import { encodeWav } from '../../../../src/data/sources/wav/encode-wav.ts';
import { writeTflite } from '../../../../src/formats/tflite/write.ts';
import { type Graph, getValue } from '../../../../src/ir/graph.ts';
import { createListener } from '../../../../src/models/listen/listener.ts';
import { exportStandalone } from '../../../../src/models/standalone/export-standalone.ts';
import { streamGraph } from '../../../../src/models/streaming/stream-graph.ts';
import { runOverUart, runSanitized } from '../../../cross/compile.ts';
import { missingCortexM4, missingNative } from '../../../cross/probe.ts';
import { fitted } from '../../../data/preparing/fit.ts';
import { causalNetwork, rowsOfWindow } from '../../../passes/streaming/causal-network.ts';

const RATE = 8000;
const WINDOW = 80;
/** Answers of the random network are as they come; nearly everything is heard. */
const decision: Decision = { smoothing: 2, on: [1, 1, 1], off: [1, 1, 1], gap: 2 };

const random = createRandom(23, 'reused columns');
const wav = encodeWav(
  Float32Array.from({ length: 9000 }, (_, i) => 0.3 * Math.sin(i / (20 + i / 400)) * random.normal()),
  RATE,
);
const data = new DataView(wav.buffer, 44);
const readings = Float32Array.from({ length: 9000 }, (_, i) => data.getInt16(2 * i, true) / 32768);

/** A network of rows of `width` bands, and readings that are prepared to its window. */
async function windowOf(seed: number) {
  const graph = causalNetwork(seed, 'int8');
  const [, , width] = getValue(graph, graph.inputs[0]).type.shape;
  const rows = rowsOfWindow(graph);
  const samples = WINDOW * rows;
  const preparation = await fitted(
    [
      { step: 'fixed-spectrum', rate: RATE, window: WINDOW, hop: WINDOW, channels: width },
      { step: 'standard' },
    ],
    readings.slice(0, 2 * samples),
    [samples, 1],
  );
  expect(elementCount(preparedShape(preparation))).toBe(rows * width);
  return { graph, rows, preparation };
}

/** Networks whose outputs are scores from 0 on: they end in a softmax. */
const SEEDS = Array.from({ length: 30 }, (_, i) => i + 1).filter(
  (seed) => causalNetwork(seed, 'int8').nodes.at(-1)?.kind === 'softmax',
);

async function casesOf(every: number, most: number) {
  const found = [];
  for (const seed of SEEDS) {
    if (found.length === most) break;
    const one = await windowOf(seed);
    const streamed = streamGraph(one.graph, every);
    if ('graph' in streamed) found.push({ ...one, streamed: streamed.graph, every });
  }
  return found;
}

type Case = Awaited<ReturnType<typeof casesOf>>[number];

function answersOf(graph: Graph, { preparation, every }: Case) {
  const listener = createListener(graph, preparation, { every, decision });
  const hear = () =>
    Array.from(readings, (_, at) => {
      const answer = listener.push(readings, at);
      return answer === undefined ? undefined : { ...answer, scores: [...answer.scores] };
    }).filter((answer) => answer !== undefined);
  const first = hear();
  listener.reset();
  return { first, again: hear() };
}

describe('a listener of new rows', () => {
  it.each([1, 2, 3, 4])(
    'answers at every %i. row as that of the window does, and again after a reset',
    async (every) => {
      const cases = await casesOf(every, 5);
      expect(cases.length).toBeGreaterThan(1);
      for (const one of cases) {
        const window = answersOf(one.graph, one);
        const streamed = answersOf(one.streamed, one);
        expect(window.first.length).toBeGreaterThan(20);
        expect(streamed.first).toEqual(window.first);
        expect(streamed.again).toEqual(window.first);
      }
    },
  );
});

/** Tells the scores of every answer, which is one when it has been decided on. */
function withScores(files: Readonly<Record<string, string>>): Record<string, string> {
  const decides = 'verdict = model_stream_decide(&stream, output);\n';
  expect(files['main.c']).toContain(decides);
  const told = `${decides}  if (stream.answers > 0) {\n    printf("scores");\n    for (int i = 0; i < 3; i++) printf(" %d", output[i] - (MODEL_OUTPUT_ZERO_POINT));\n    printf("\\n");\n  }\n`;
  return { ...files, 'main.c': files['main.c'].replace(decides, told) };
}

function expectHeard(one: Case, run: typeof runSanitized): void {
  const { streamed, graph, preparation, every } = one;
  const stream = { preparation, every, decision, labels: ['a', 'b', 'c'], rate: RATE, largest: 1 };
  const { files } = exportStandalone(
    writeTflite(streamed),
    { name: 'model', vectors: 3 },
    { seed: 1, stream },
  );
  const { stdout, stderr, exitCode } = run(withScores(files), { input: wav });
  expect([exitCode, stderr]).toEqual([0, '']);
  const [selfTest, ...lines] = stdout.trim().split(/\r?\n/);
  expect(selfTest).toMatch(/^tinyml-self-test PASS /);
  const expected = answersOf(graph, one).first.flatMap(({ scores, begins }) => [
    `scores ${scores.join(' ')}`,
    ...(begins === undefined ? [] : [`heard ${stream.labels[begins]} ${(scores[begins] / 256).toFixed(4)}`]),
  ]);
  expect(lines).toEqual(expected);
}

describe.skipIf(missingNative() !== '')(`C that takes new rows ${missingNative()}`, () => {
  it.each([2, 3])('answers at every %i. row as the window does', async (every) => {
    for (const one of await casesOf(every, 2)) expectHeard(one, runSanitized);
  });
});

describe.skipIf(missingCortexM4() !== '')(`C that takes new rows on a Cortex-M4 ${missingCortexM4()}`, () => {
  it('answers as the window does', async () => {
    for (const one of await casesOf(2, 1)) expectHeard(one, runOverUart);
  });
});
