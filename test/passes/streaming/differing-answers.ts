/** A network of a window and that of its new rows, along one signal. */

import { createRandom } from '../../../src/core/random.ts';
import { bytesOf, type TensorData } from '../../../src/core/tensor.ts';
import { createInterpreter } from '../../../src/interpreter/interpreter.ts';
import { type Graph, getValue } from '../../../src/ir/graph.ts';
import { drawWindow, rowsOfWindow } from './causal-network.ts';

const ANSWERS = 50;

/** Each inference of the second: the new rows, and its answer where the window is full. */
export interface Inference {
  readonly rows: TensorData;
  readonly answer: TensorData | undefined;
}

/** What the network of the window answers as it moves on by `rows`. */
export function inferencesOf(window: Graph, rows: number, seed: number, answers = ANSWERS): Inference[] {
  const { type } = getValue(window, window.inputs[0]);
  const count = rowsOfWindow(window);
  const width = type.shape.slice(2).reduce((product, size) => product * size, 1);
  const steps = Math.ceil(count / rows) + answers;
  const signal = drawWindow({ ...type, shape: [steps * rows * width] }, createRandom(seed, 'signal'));
  const interpreter = createInterpreter(window);
  const rowsAt = (start: number, end: number): TensorData =>
    signal.slice(start * width, end * width) as TensorData;
  return Array.from({ length: steps }, (_, step) => {
    const end = (step + 1) * rows;
    const answer =
      end < count ? undefined : (interpreter.invoke([rowsAt(end - count, end)])[0].slice() as TensorData);
    return { rows: rowsAt(end - rows, end), answer };
  });
}

/** How many answers are others, byte by byte. */
export function differingAnswers(window: Graph, streamed: Graph, rows: number, seed: number): number {
  const interpreter = createInterpreter(streamed);
  return inferencesOf(window, rows, seed).filter(({ rows: fresh, answer }) => {
    const [own] = interpreter.invoke([fresh]);
    return answer !== undefined && Buffer.compare(bytesOf(own), bytesOf(answer)) !== 0;
  }).length;
}
