import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { elementCount, type Shape, type TensorType } from '../../src/core/tensor.ts';
import { readTflite } from '../../src/formats/tflite/read.ts';
import { writeTflite } from '../../src/formats/tflite/write.ts';
import { createInterpreter } from '../../src/interpreter/interpreter.ts';
import { type Graph, inputShapes, inputTypes, type Node, outputTypes } from '../../src/ir/graph.ts';
import { printGraph } from '../../src/ir/print-graph.ts';
import { opOf } from '../../src/ops/index.ts';
import { dropConstantChannels } from '../../src/passes/drop-constant-channels.ts';
import { runPasses } from '../../src/passes/pass.ts';
import { NO_SHARED, sharedPath } from '../shared.ts';
import { drawInt8Graph, drawRecords, limitedDense } from './draw-int8.ts';

function macs(graph: Graph): number {
  return graph.nodes.reduce((sum, node) => {
    const outputs = outputTypes(graph, node).map(({ shape }) => shape);
    return sum + opOf(node.kind).macs(inputShapes(graph, node), outputs);
  }, 0);
}

function outputsOf(graph: Graph, inputs: readonly Int8Array[]): number[][] {
  const interpreter = createInterpreter(graph);
  return inputs.map((input) => Array.from(interpreter.invoke([input])[0], Number));
}

/** The same with the high halves of its weights, where TFLM takes int4. */
function withInt4(graph: Graph): Graph {
  const values = new Map(graph.values);
  for (const { kind, inputs } of graph.nodes) {
    const weights = inputs[1] === undefined ? undefined : graph.values.get(inputs[1]);
    if (opOf(kind).quantRule.rule !== 'weighted' || !(weights?.data instanceof Int8Array)) continue;
    if (
      kind === 'transpose_conv' ||
      (kind === 'fully_connected' && weights.type.quant?.scheme === 'per-axis')
    )
      continue;
    const data = weights.data.map((value) => value >> 4);
    values.set(weights.id, { ...weights, type: { ...weights.type, dtype: 'int4' }, data });
  }
  return { ...graph, values };
}

describe('drop-constant-channels', () => {
  it('keeps int4 weights int4, and the bytes', () => {
    let removed = 0;
    for (let seed = 0; seed < 40; seed++) {
      const before = withInt4(drawInt8Graph(seed));
      const after = runPasses(before, [dropConstantChannels]);
      const inputs = drawRecords(before.values.get(before.inputs[0])?.type as TensorType, 4);
      const outputs = outputsOf(before, inputs);
      expect(outputsOf(readTflite(writeTflite(after)).graph, inputs), `seed ${seed}`).toEqual(outputs);
      const weightTypes = (graph: Graph) =>
        new Set(graph.nodes.map((node) => inputTypes(graph, node)[1]?.dtype));
      expect([...weightTypes(before)]).toEqual(expect.arrayContaining([...weightTypes(after)]));
      if (macs(after) < macs(before)) removed++;
    }
    expect(removed).toBeGreaterThan(20);
  });

  it('gives the same bytes with less work', () => {
    let removed = 0;
    let varied = 0;
    for (let seed = 0; seed < 60; seed++) {
      const before = drawInt8Graph(seed);
      const after = runPasses(before, [dropConstantChannels]);
      const inputs = drawRecords(before.values.get(before.inputs[0])?.type as TensorType, 8);
      const outputs = outputsOf(before, inputs);
      expect(outputsOf(after, inputs), `seed ${seed}`).toEqual(outputs);
      expect(printGraph(runPasses(after, [dropConstantChannels]))).toBe(printGraph(after));
      if (macs(after) < macs(before)) removed++;
      if (new Set(outputs.map(String)).size > 1) varied++;
    }
    expect(removed).toBeGreaterThan(40);
    expect(varied).toBeGreaterThan(20);
  });

  it.each([
    ['sums that wrap around', limitedDense(1, 2 ** 31 - 1, 0, 0.5)],
    ['sums that wrap around when shifted, at both bounds alike', limitedDense(64, 9192, 0, 2 ** -19)],
    ['biases that would', limitedDense(0, 1000, 2 ** 31 - 1000, 0.5)],
  ])('leaves %s', (_, graph) => {
    expect(printGraph(runPasses(graph, [dropConstantChannels]))).toBe(printGraph(graph));
  });

  it('takes a constant unit with ordinary sums', () => {
    const graph = limitedDense(1, 1000, 0, 0.5);
    expect(macs(runPasses(graph, [dropConstantChannels]))).toBe(2);
  });

  const model = sharedPath('models', 'mlperf-tiny', 'vww_96_int8.tflite');
  const input = sharedPath('golden', 'models', 'vww_96_int8', 'input.bin');
  const logits = sharedPath('golden', 'models', 'vww_96_int8', 'logits.bin');
  const present = model !== undefined && input !== undefined && logits !== undefined;

  it.skipIf(!present)(
    `halves the visual wake word model with the logits recorded from TFLM (${NO_SHARED})`,
    () => {
      const before = readTflite(readFileSync(model as string)).graph;
      const after = runPasses(before, [dropConstantChannels]);
      expect(macs(before)).toBe(7489664);
      expect(macs(after)).toBeLessThanOrEqual(3900000);
      const softmax = after.nodes.find(({ kind }) => kind === 'softmax') as Node;
      const size = elementCount(after.values.get(after.inputs[0])?.type.shape as Shape);
      const bytes = new Int8Array(readFileSync(input as string));
      const expected = new Int8Array(readFileSync(logits as string));
      const interpreter = createInterpreter({ ...after, outputs: [softmax.inputs[0] as number] });
      const count = bytes.length / size;
      const seen = Array.from({ length: count }, (_, record) =>
        Array.from(interpreter.invoke([bytes.subarray(record * size, (record + 1) * size)])[0], Number),
      );
      expect(seen.flat()).toEqual(Array.from(expected));
      expect(new Set(expected).size).toBeGreaterThan(4);
    },
  );
});
