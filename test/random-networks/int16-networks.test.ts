/** Random networks with int16 activations: they are written, load, are read again as they were, and are near to float. */

import { describe, expect, it } from 'vitest';
import { arrayRecords } from '../../src/data/records/records.ts';
import { importKeras } from '../../src/formats/keras/import.ts';
import { readTflite } from '../../src/formats/tflite/read.ts';
import { readOutline } from '../../src/formats/tflite/read-outline.ts';
import { type Graph, getValue } from '../../src/ir/graph.ts';
import { convertModel } from '../../src/models/convert/convert-model.ts';
import { modelTypeOf, prepareForInt8, simplifyFloat } from '../../src/models/convert/lower.ts';
import { runReal } from '../../src/models/run/real-runner.ts';
import { sqnr } from '../../src/models/score/sqnr.ts';
import { writeTflmModel } from '../../src/models/tflm-model.ts';
import { opOf } from '../../src/ops/index.ts';
import { planTypes } from '../../src/passes/quantize/types/activation-types.ts';
import { planArena } from '../../src/planner/plan-arena.ts';
import { modelObjections } from '../../src/targets/tflm/model-objections.ts';
import { randomNetwork } from './random-network.ts';

const SEEDS = Array.from({ length: 24 }, (_, index) => index + 1);

describe('random networks in int16', () => {
  it.each(SEEDS)('%i', async (seed) => {
    const { model, calibration, test } = randomNetwork(seed);
    const imported = importKeras(model);
    const records = arrayRecords(calibration);
    const convert = (type: 'int8' | 'int16x8') =>
      convertModel(imported, { type, method: 'tensorflow', calibration: records });
    const { bytes } = await convert('int16x8');
    const { graph } = readTflite(bytes);
    expect(modelTypeOf(graph)).toBe('int16x8');
    for (const id of [...graph.inputs, ...graph.outputs])
      expect(getValue(graph, id).type.dtype).toBe('int16');
    expect(modelObjections('tflm', readOutline(bytes).outline)).toEqual([]);
    expect(planArena(readOutline(bytes).outline, 'cortex-m-reference').minimumBytes).toBeGreaterThan(0);
    expect(writeTflmModel(graph)).toEqual(bytes);

    const expected = runReal(imported, test).data;
    if (expected.every((value) => value === 0)) return;
    const narrow = sqnr(runReal(readTflite((await convert('int8')).bytes).graph, test).data, expected);
    const wide = sqnr(runReal(graph, test).data, expected);
    expect(wide).toBeGreaterThan(narrow - 1);
  });
});

/** Every second operator that computes in int16, of those that are named as no other is. */
function someLayers(imported: Graph, seed: number): readonly string[] {
  const prepared = prepareForInt8(simplifyFloat(imported), { library: 'tflm', without: [] });
  const { nodes } = prepared;
  const { real } = planTypes(prepared, 'int8');
  const able = nodes.filter((node) => {
    return opOf(node.kind).kernels.int16 !== undefined && !real.has(node);
  });
  return able
    .map(({ name }) => name)
    .filter((name) => name !== '' && nodes.filter((node) => node.name === name).length === 1)
    .filter((_, index) => (index + seed) % 2 === 0);
}

describe('random networks with some layers in int16', () => {
  it.each(SEEDS)('%i', async (seed) => {
    const { model, calibration, test } = randomNetwork(seed);
    const imported = importKeras(model);
    const int16 = someLayers(imported, seed);
    if (int16.length === 0) return;
    const options = { method: 'tensorflow', calibration: arrayRecords(calibration) } as const;
    const { bytes } = await convertModel(imported, { ...options, int16 });
    const { graph } = readTflite(bytes);
    expect([...graph.values.values()].some(({ type }) => type.dtype === 'int16')).toBe(true);
    expect(modelObjections('tflm', readOutline(bytes).outline)).toEqual([]);
    expect(writeTflmModel(graph)).toEqual(bytes);

    const expected = runReal(imported, test).data;
    if (expected.every((value) => value === 0)) return;
    // Steps between the types round too.
    const int8 = await convertModel(imported, options);
    const narrow = sqnr(runReal(readTflite(int8.bytes).graph, test).data, expected);
    expect(sqnr(runReal(graph, test).data, expected)).toBeGreaterThan(narrow - 4);
  });
});
