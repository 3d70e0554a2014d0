/** Networks of one time step, run along sequences. */

import { createInterpreter } from '../../../src/interpreter/interpreter.ts';
import type { Graph } from '../../../src/ir/graph.ts';

/** What comes out at the last of the steps, each time from a reset on. */
export function lastOutputs(step: Graph, data: Float32Array, [count, steps, depth]: readonly number[]) {
  const interpreter = createInterpreter(step);
  return Array.from({ length: count }, (_, record) => {
    interpreter.reset();
    let last: Float32Array = new Float32Array(0);
    for (let at = record * steps; at < (record + 1) * steps; at++) {
      last = interpreter.invoke([data.slice(at * depth, (at + 1) * depth)])[0] as Float32Array;
    }
    return last.slice();
  });
}

/** The greatest difference of two lists of the same length. */
export const furthest = (a: Float32Array, b: Float32Array): number =>
  a.reduce((most, value, at) => Math.max(most, Math.abs(value - b[at])), 0);
