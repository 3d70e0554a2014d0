import { describe, expect, it } from 'vitest';
import { floatPasses } from '../../src/passes/pipelines.ts';
import { type FloatBuilder, graphOf, passKinds } from './run-pass.ts';

const none = { activation: 'none' } as const;

/** Batch normalization as it is imported. */
function normalize(b: FloatBuilder, input: number): number {
  const channels = b.typeOf(input).shape.at(-1) as number;
  const scaled = b.add('mul', 'bn/mul', none, [input, b.const('gamma', [channels])]);
  return b.add('add', 'bn/add', none, [scaled, b.const('beta', [channels])]);
}

describe('the passes on float graphs', () => {
  it('leave of a separable network with batch normalization its convolutions', () => {
    const graph = graphOf((b) => {
      const x = b.add('mul', 'rescaling', none, [b.in('x', 1, 8, 8, 3), b.const('scale', [], [1 / 127.5])]);
      const stem = b.add('relu6', 'relu', {}, [normalize(b, b.conv('stem', x, 4, 3, { stride: 2 }))]);
      const paddings = [
        [0, 0],
        [0, 1],
        [0, 1],
        [0, 0],
      ] as const;
      const padded = b.add('pad', 'pad', { paddings }, [stem]);
      const depthwise = b.depthwise('depthwise', padded, 1, 3, { stride: 2, padding: 'valid' });
      const active = b.add('relu6', 'relu', {}, [normalize(b, depthwise)]);
      const pointwise = b.add('relu', 'relu', {}, [b.conv('pointwise', active, 6, 1)]);
      const pooled = b.add('mean', 'mean', { axes: [1, 2], keepDims: true }, [normalize(b, pointwise)]);
      const flat = b.add('reshape', 'flatten', { newShape: [1, 6] }, [pooled]);
      return [b.add('softmax', 'softmax', { beta: 1 }, [b.dense('dense', flat, 3)])];
    });
    expect(passKinds(graph, ...floatPasses)).toEqual([
      'conv_2d',
      'depthwise_conv_2d',
      'conv_2d',
      'mean',
      'fully_connected',
      'softmax',
    ]);
  });

  it('leave of a network over time, in images of one row, no reshapes between its convolutions', () => {
    const graph = graphOf((b) => {
      let x = b.in('x', 1, 12, 2);
      for (const name of ['one', 'two']) {
        const [, steps, depth] = b.typeOf(x).shape;
        const image = b.add('reshape', `${name}/in`, { newShape: [1, 1, steps, depth] }, [x]);
        const weights = b.const(`${name}/w`, [4, 1, 3, depth]);
        const attributes = {
          padding: 'same',
          strides: [1, 1],
          dilations: [1, 1],
          activation: 'none',
        } as const;
        const conv = b.add('conv_2d', name, attributes, [image, weights, b.const(`${name}/b`, [4])]);
        const back = b.add('reshape', `${name}/out`, { newShape: [1, steps, 4] }, [conv]);
        x = b.add('relu', `${name}/relu`, {}, [normalize(b, back)]);
      }
      return [b.dense('dense', b.add('reshape', 'flatten', { newShape: [1, 48] }, [x]), 2)];
    });
    expect(passKinds(graph, ...floatPasses)).toEqual(['reshape', 'conv_2d', 'conv_2d', 'fully_connected']);
  });
});
