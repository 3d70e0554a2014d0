import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../src/core/random.ts';
import { arrayRecords } from '../../../src/data/records/records.ts';
import type { Graph, ValueId } from '../../../src/ir/graph.ts';
import { calibrate } from '../../../src/models/convert/calibrate.ts';
import { runReal } from '../../../src/models/run/real-runner.ts';
import { sqnr } from '../../../src/models/score/sqnr.ts';
import { type Pass, runPasses } from '../../../src/passes/pass.ts';
import { quantizePass } from '../../../src/passes/quantize/quantize.ts';
import { scalesAsDepthwise } from '../../../src/passes/replace/scales-as-depthwise.ts';
import { expectUntouched, type FloatBuilder, graphOf, passKinds, passText } from '../run-pass.ts';

const none = { activation: 'none' } as const;

/** x · scale + shift. */
function normalized(
  b: FloatBuilder,
  x: ValueId,
  scale: readonly number[] = [10, 0.1],
  shift: readonly number[] = [1, -1],
): ValueId {
  const scaled = b.add('mul', 'mul', none, [x, b.const('scale', [scale.length], scale)]);
  return b.add('add', 'add', { activation: 'relu' }, [scaled, b.const('shift', [shift.length], shift)]);
}

describe('scales-as-depthwise', () => {
  it('makes a product and a sum of each channel one depthwise convolution', () => {
    const graph = graphOf((b) => [normalized(b, b.in('x', 1, 2, 3, 2))]);
    expect(passText(graph, scalesAsDepthwise)).toContain(
      'add: float32[1,2,3,2] = depthwise_conv_2d(x, add/scale, add/shift)',
    );
  });

  it('does so in other shapes than those of images, between reshapes', () => {
    for (const shape of [[1, 2], [1, 5, 2], [2]]) {
      const graph = graphOf((b) => [normalized(b, b.in('x', ...shape))]);
      expect(passKinds(graph, scalesAsDepthwise)).toEqual(['reshape', 'depthwise_conv_2d', 'reshape']);
    }
  });

  it('takes a product alone, and a difference before it', () => {
    const alone = graphOf((b) => [b.add('mul', 'mul', none, [b.in('x', 1, 2, 3, 2), b.const('c', [2])])]);
    expect(passKinds(alone, scalesAsDepthwise)).toEqual(['depthwise_conv_2d']);
    const behind = graphOf((b) => {
      const less = b.add('sub', 'sub', none, [b.in('x', 1, 2, 3, 2), b.const('mean', [2])]);
      return [b.add('mul', 'mul', none, [less, b.const('c', [2])])];
    });
    expect(passKinds(behind, scalesAsDepthwise)).toEqual(['depthwise_conv_2d']);
  });

  it('leaves a product that is read elsewhere to its readers', () => {
    const graph = graphOf((b) => {
      const scaled = b.add('mul', 'mul', none, [b.in('x', 1, 2, 3, 2), b.const('scale', [2])]);
      return [b.add('add', 'add', none, [scaled, b.const('shift', [2])]), scaled];
    });
    expect(passKinds(graph, scalesAsDepthwise)).toEqual(['depthwise_conv_2d', 'add']);
  });

  it.each<[string, Graph]>([
    ['one factor for all channels', graphOf((b) => [normalized(b, b.in('x', 1, 2, 3, 2), [3, 3])])],
    ['shifts alone', graphOf((b) => [b.add('add', 'add', none, [b.in('x', 1, 2, 3, 2), b.const('c', [2])])])],
    [
      'an input that a padded convolution will take in',
      graphOf((b) => {
        const scaled = b.add('mul', 'mul', none, [b.in('x', 1, 4, 4, 2), b.const('scale', [2])]);
        return [b.conv('conv', b.add('add', 'add', none, [scaled, b.const('shift', [2])]), 2, 3)];
      }),
    ],
  ])('leaves %s alone', (_, graph) => expectUntouched(graph, scalesAsDepthwise));

  it('keeps small factors beside large ones in int8', async () => {
    const graph = graphOf((b) => [
      b.dense('y', normalized(b, b.add('tanh', 'tanh', {}, [b.in('x', 1, 2)]), [100, 0.2], [0, 0.1]), 2),
    ]);
    // What is seen is the small channel: the other never moves.
    const random = createRandom(5, 'records');
    const data = Float32Array.from({ length: 256 }, (_, index) => (index % 2 === 0 ? 0 : random.normal()));
    const records = { shape: [128, 2], data };
    const quality = async (...passes: readonly Pass[]): Promise<number> => {
      const float = runPasses(graph, passes);
      const { ranges, ...elements } = await calibrate(float, arrayRecords(records), {});
      const int8 = runPasses(float, [quantizePass(ranges, { densePerChannel: false, ...elements })]);
      return sqnr(runReal(int8, records).data, runReal(graph, records).data);
    };
    expect(await quality(scalesAsDepthwise)).toBeGreaterThan((await quality()) + 10);
  });
});
