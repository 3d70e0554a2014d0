import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../../src/core/random.ts';
import { elementCount } from '../../../../src/core/tensor.ts';
import { arrayRecords, type RecordSource } from '../../../../src/data/records/records.ts';
import { type Graph, getValue } from '../../../../src/ir/graph.ts';
import { calibrateFor } from '../../../../src/models/quantize/apply-methods.ts';
import { int4Candidates } from '../../../../src/models/quantize/int4/candidates.ts';
import { Side } from '../../../../src/models/quantize/int4/judge.ts';
import { noiseAlone } from '../../../../src/models/quantize/int4/noise-alone.ts';
import { RECIPES } from '../../../../src/models/quantize/method-names.ts';
import { quantizeCalibrated } from '../../../../src/models/quantize/quantize-calibrated.ts';
import { graphOf } from '../../../passes/run-pass.ts';

const network = graphOf((b) => {
  const hidden = b.dense('first', b.in('x', 1, 24), 32, 'relu');
  return [b.dense('last', b.dense('second', hidden, 16, 'relu'), 4)];
});

function records({ values, inputs }: Graph, count: number, size: number): RecordSource {
  const random = createRandom(size, 'records');
  const { shape } = getValue({ values }, inputs[0]).type;
  const data = Float32Array.from({ length: count * elementCount(shape) }, () => size * random.normal());
  return arrayRecords({ shape: [count, ...shape.slice(1)], data });
}

describe('the noise of 4-bit weights in each layer alone', () => {
  it('is their own where int8 clips what it was not calibrated for', async () => {
    const [calibrating, judging] = [records(network, 16, 1), records(network, 16, 3)];
    const form = { activations: 'int8', densePerChannel: false } as const;
    const calibrated = (await calibrateFor(network, calibrating, form, {}))(RECIPES.default);
    const int8 = await quantizeCalibrated(calibrated, calibrating, {});
    const side = new Side(calibrated, int8, calibrating, judging);
    const items = await noiseAlone([side], int4Candidates(int8), {});
    expect(items.map(({ name }) => name)).toEqual(['first', 'second', 'last']);
    // Where results are clipped, errors of weights often bring them nearer to float32.
    for (const { noise } of items) {
      expect(noise).toBeGreaterThan(0.001 * side.noise);
      expect(noise).toBeLessThan(0.5 * side.noise);
    }
    expect(side.distanceOf(int8)).toBe(0);
  });
});
