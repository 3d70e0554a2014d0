/** Outputs that lie over a part of their inputs, of operators that slide windows over images. */

import { describe, expect, it } from 'vitest';
import { alignUp } from '../../src/core/alignment.ts';
import { tensorBytes } from '../../src/core/tensor.ts';
import { type Graph, getValue } from '../../src/ir/graph.ts';
import { compileProgram } from '../../src/targets/c/program.ts';
import { runSanitized } from '../cross/compile.ts';
import { missingNative } from '../cross/probe.ts';
import { randomCases } from './random-cases.ts';
import { compareTogether } from './run-standalone.ts';

const CASES = 40;

/** Whether the operator in the middle writes over what it reads. */
function overlaps(graph: Graph): boolean {
  const { steps, blocks } = compileProgram(graph);
  return steps.some(({ node: { inputs, outputs }, emission }) => {
    if (emission.overlaps === undefined) return false;
    const [input, output] = [inputs[0], outputs[0]].map((id) => blocks.find(({ value }) => value === id));
    if (input === undefined || output === undefined) return false;
    return input.offset < output.offset + output.bytes && output.offset < input.offset + input.bytes;
  });
}

/** Whether what it reads and makes lies together. */
function isInOnePlace(graph: Graph): boolean {
  const { steps, memory } = compileProgram(graph);
  const moved = steps.some(({ emission }) => emission.moves !== undefined);
  return (
    moved &&
    memory.bytes ===
      Math.max(
        ...graph.outputs.map((id) => padded(graph, id)),
        ...graph.inputs.map((id) => padded(graph, id)),
      )
  );
}

function padded(graph: Graph, id: number): number {
  return alignUp(tensorBytes(getValue(graph, id).type), 4);
}

const NATIVE = missingNative();

describe.skipIf(NATIVE !== '')(`over the inputs ${NATIVE}`, () => {
  it.each([
    ['conv_2d', 'int8', 4],
    ['conv_2d', 'int16', 4],
    ['conv_2d', 'float32', 4],
    ['depthwise_conv_2d', 'int16', 4],
    ['depthwise_conv_2d', 'float32', 4],
  ] as const)('%s of %s', (kind, type, least) => {
    const cases = randomCases(kind, type, CASES).filter(({ graph }) => graph.nodes.length > 1);
    expect(cases.filter(({ graph }) => overlaps(graph)).length).toBeGreaterThanOrEqual(least);
    expect(compareTogether(cases, runSanitized)).toBe('ok');
  });

  it.each([
    ['concatenation', 'int8'],
    ['split', 'int8'],
    ['slice', 'float32'],
  ] as const)('parts of one piece, %s of %s', (kind, type) => {
    const cases = randomCases(kind, type, CASES).filter(({ graph }) => graph.nodes.length > 1);
    expect(cases.filter(({ graph }) => isInOnePlace(graph)).length).toBeGreaterThan(0);
    expect(compareTogether(cases, runSanitized)).toBe('ok');
  });
});
