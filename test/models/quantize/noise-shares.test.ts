import { expect, it } from 'vitest';
import { createRandom } from '../../../src/core/random.ts';
import { elementCount } from '../../../src/core/tensor.ts';
import { arrayRecords } from '../../../src/data/records/records.ts';
import { getValue } from '../../../src/ir/graph.ts';
import { quantizeGraph } from '../../../src/models/quantize/quantize-graph.ts';
import { runReal } from '../../../src/models/run/real-runner.ts';
import { graphOf } from '../../passes/run-pass.ts';

const SHAPE = [1, 6, 4];
const RECORDS = 64;

/** Rows over their root mean square: in some rows it lies below half a step of what others need, and becomes 0 when it is rounded. */
const normalized = graphOf((b) => {
  const x = b.add('relu', 'limit', {}, [b.in('x', ...SHAPE)]);
  const squares = b.add('mul', 'squares', { activation: 'none' }, [x, x]);
  const mean = b.add('mean', 'mean', { axes: [2], keepDims: true }, [squares]);
  const sum = b.add('add', 'sum', { activation: 'none' }, [mean, b.const('epsilon', [1], [1e-7])]);
  const inverse = b.add('rsqrt', 'inverse', {}, [sum]);
  return [b.add('mul', 'normalized', { activation: 'none' }, [x, inverse])];
});

function records() {
  const random = createRandom(4, 'rows of all sizes');
  const data = Float32Array.from({ length: RECORDS * elementCount(SHAPE) }, (_, index) => {
    const row = Math.floor(index / 4);
    return Math.abs(random.normal()) * 10 ** (1 - (row % 5));
  });
  return { shape: [RECORDS, ...SHAPE.slice(1)], data };
}

it('a value that leaves no number when it is rounded alone keeps nothing from becoming integers', async () => {
  const calibration = records();
  const options = { method: ['headroom'], densePerChannel: false, activations: 'int8' } as const;
  const { int8 } = await quantizeGraph(normalized, arrayRecords(calibration), options, {});
  for (const id of int8.nodes.flatMap(({ outputs }) => outputs)) {
    const { quant } = getValue(int8, id).type;
    expect(quant?.scheme === 'per-tensor' && quant.scale > 0 && quant.scale < Infinity).toBe(true);
  }
  expect(runReal(int8, calibration).data.every(Number.isFinite)).toBe(true);
});
