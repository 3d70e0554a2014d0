import { describe, expect, it } from 'vitest';
import { arrayRecords } from '../../src/data/records/records.ts';
import { runPasses } from '../../src/passes/pass.ts';
import { rangeOf } from '../../src/passes/quantize/parameters.ts';
import { quantizePass } from '../../src/passes/quantize/quantize.ts';
import { quantizationReport } from '../../src/stages/quantization-report.ts';
import { graphOf } from '../passes/run-pass.ts';

describe('quantizationReport', () => {
  it('finds nothing clipped where a sigmoid at the end is settled', () => {
    const graph = graphOf((b) => {
      const logit = b.add('fully_connected', 'logit', { activation: 'none', keepNumDims: false }, [
        b.in('x', 1, 1),
        b.const('w', [1, 1], [30]),
      ]);
      return [b.add('logistic', 'sigmoid', {}, [logit])];
    });
    const data = Float32Array.of(-1, -0.1, 0.05, 0.15, 1);
    const [logit, sigmoid] = graph.nodes.map(({ outputs }) => outputs[0]);
    const ranges = new Map([
      [graph.inputs[0], rangeOf(data)],
      [logit, rangeOf(data.map((x) => 30 * x))],
      [sigmoid, { min: 0, max: 1 }],
    ]);
    const int8 = runPasses(graph, [quantizePass(ranges, { activations: 'int8', densePerChannel: false })]);
    const report = quantizationReport(graph, int8, ranges, arrayRecords({ shape: [5, 1], data }));
    expect(report[1]).toMatchObject({ max: 30, clippedShare: 0 });
    expect(report[1].sqnrDb).toBeGreaterThan(30);
  });
});
