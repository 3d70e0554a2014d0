/** What compares values after an inference sees each as its node wrote it, not what later nodes left in its place. */

import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../src/core/random.ts';
import { arrayRecords } from '../../../src/data/records/records.ts';
import { createInterpreter } from '../../../src/interpreter/interpreter.ts';
import type { Graph, ValueId } from '../../../src/ir/graph.ts';
import { diffOutputs } from '../../../src/models/diff/diff-outputs.ts';
import { sqnr } from '../../../src/models/score/sqnr.ts';
import { runPasses } from '../../../src/passes/pass.ts';
import { type Range, rangeOf } from '../../../src/passes/quantize/parameters.ts';
import { quantizePass } from '../../../src/passes/quantize/quantize.ts';
import { quantizationReport } from '../../../src/stages/quantization-report.ts';
import { graphOf } from '../../passes/run-pass.ts';

const LAYERS = 6;
const WIDTH = 5;
const CHANGED = 3;

/** Layers of one size, which take turns in the same memory; the fourth one has `weight` among ones. */
function chain(weight: number): Graph {
  return graphOf((b) => {
    let x = b.in('x', 1, WIDTH);
    for (let layer = 0; layer < LAYERS; layer++) {
      const other =
        layer === CHANGED ? Array.from({ length: WIDTH ** 2 }, (_, i) => (i === 1 ? weight : 1)) : undefined;
      const weights = b.const(`w${layer}`, [WIDTH, WIDTH], other);
      x = b.add('fully_connected', `dense ${layer}`, { activation: 'none', keepNumDims: false }, [
        x,
        weights,
      ]);
    }
    return [x];
  });
}

const random = createRandom(6, 'compared values');
const records = {
  shape: [4, WIDTH],
  data: Float32Array.from({ length: 4 * WIDTH }, () => random.normal()),
};
const recordOf = (index: number): Float32Array => records.data.subarray(index * WIDTH, (index + 1) * WIDTH);

/** Every value over all records, dequantized where it is int8. */
function valuesOf(graph: Graph, ids: readonly ValueId[]): Map<ValueId, number[]> {
  const values = new Map<ValueId, number[]>(ids.map((id) => [id, []]));
  const quantOf = (id: ValueId) => graph.values.get(id)?.type.quant;
  const { inputs, invoke } = createInterpreter({ ...graph, outputs: ids });
  for (let index = 0; index < records.shape[0]; index++) {
    const quant = inputs[0].quant;
    const record =
      quant?.scheme === 'per-tensor'
        ? Int8Array.from(recordOf(index), (x) =>
            Math.max(-128, Math.min(127, Math.round(x / quant.scale) + quant.zeroPoint)),
          )
        : recordOf(index);
    for (const [place, data] of invoke([record]).entries()) {
      const own = quantOf(ids[place]);
      for (const value of data) {
        const real =
          own?.scheme === 'per-tensor' ? own.scale * (Number(value) - own.zeroPoint) : Number(value);
        values.get(ids[place])?.push(real);
      }
    }
  }
  return values;
}

describe('values compared after an inference', () => {
  it('are those of each layer in the report on quantization', () => {
    const float = chain(1);
    const ids = [...float.inputs, ...float.nodes.flatMap(({ outputs }) => outputs)];
    const floats = valuesOf(float, ids);
    const ranges = new Map<ValueId, Range>([...floats].map(([id, values]) => [id, rangeOf(values)]));
    const int8 = runPasses(float, [quantizePass(ranges, { densePerChannel: true })]);
    const quantized = valuesOf(int8, ids);
    const report = quantizationReport(float, int8, ranges, arrayRecords(records));
    expect(report.length).toBe(LAYERS + 1);
    for (const [index, { sqnrDb }] of report.entries()) {
      const [theirs, ours] = [quantized, floats].map((all) => Float32Array.from(all.get(ids[index]) ?? []));
      expect(sqnrDb).toBeGreaterThan(15);
      expect(sqnrDb).toBeCloseTo(sqnr(theirs, ours), 3);
    }
  });

  it('are those of each layer where two models are compared', () => {
    const alignment = Array.from({ length: LAYERS }, (_, index) => ({ a: index, b: index }));
    const difference = diffOutputs(chain(1), chain(2), alignment, records);
    expect(difference).toMatchObject({
      comparedLayers: LAYERS,
      firstDifference: { a: CHANGED, name: `dense ${CHANGED}`, differingRecords: 4 },
    });
  });
});
