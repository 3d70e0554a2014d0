/** A network over windows of rows, and the same one that takes the new rows alone: the same answers, byte for byte. */

import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../src/core/random.ts';
import { bytesOf, type TensorData } from '../../../src/core/tensor.ts';
import { createInterpreter } from '../../../src/interpreter/interpreter.ts';
import { type Graph, getValue } from '../../../src/ir/graph.ts';
import { graphCost } from '../../../src/ir/graph-cost.ts';
import { columnsInTime } from '../../../src/passes/streaming/columns-in-time.ts';
import { streamInColumns } from '../../../src/passes/streaming/stream-in-columns.ts';
import { causalNetwork, drawWindow, type NetworkType, rowsOfWindow } from './causal-network.ts';

const SEEDS = Array.from({ length: 24 }, (_, index) => index + 1);
const ANSWERS = 50;

/** How many answers of a long signal differ; the window moves on by `rows`. */
function differing(window: Graph, streamed: Graph, rows: number, seed: number): number {
  const { type } = getValue(window, window.inputs[0]);
  const count = rowsOfWindow(window);
  const width = type.shape.slice(2).reduce((product, size) => product * size, 1);
  const steps = Math.ceil(count / rows) + ANSWERS;
  const random = createRandom(seed, 'signal');
  const signal = drawWindow({ ...type, shape: [steps * rows * width] }, random);
  const [whole, parts] = [createInterpreter(window), createInterpreter(streamed)];
  const rowsAt = (start: number, end: number): TensorData =>
    signal.slice(start * width, end * width) as TensorData;
  let different = 0;
  for (let end = rows; end <= steps * rows; end += rows) {
    const [part] = parts.invoke([rowsAt(end - rows, end)]);
    if (end < count) continue;
    const [all] = whole.invoke([rowsAt(end - count, end)]);
    if (Buffer.compare(bytesOf(part), bytesOf(all)) !== 0) different++;
  }
  return different;
}

describe.each<NetworkType>(['float32', 'int8', 'int16'])('random networks in %s', (type) => {
  it('give the bytes of the window, wherever what is kept ends', () => {
    let saving = 0;
    const wrong = SEEDS.flatMap((seed) => {
      const graph = causalNetwork(seed, type);
      return [1, 2, 3, 4].flatMap((rows) => {
        const until = seed % 3 === 0 ? Math.floor(graph.nodes.length / 2) : graph.nodes.length;
        const plan = columnsInTime(graph, rows, until);
        if (plan === undefined) return [`${seed}: no plan`];
        const streamed = streamInColumns(graph, plan);
        if (graphCost(streamed).macs < graphCost(graph).macs) saving++;
        const different = differing(graph, streamed, rows, seed);
        return different === 0 ? [] : [`seed ${seed}, ${rows} rows: ${different} answers`];
      });
    });
    expect(wrong).toEqual([]);
    expect(saving).toBeGreaterThan(SEEDS.length * 2);
  }, 60_000);
});
