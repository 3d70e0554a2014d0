import { describe, expect, it } from 'vitest';
import { absorbPadding } from '../../src/passes/absorb-padding.ts';
import { type ConvolutionOptions, expectUntouched, graphOf, passKinds, passText } from './run-pass.ts';

type Amount = readonly [number, number];

/** An image of 8×6, padded, under a window of 3×3. */
function padded(rows: Amount, columns: Amount, options: ConvolutionOptions, more: Amount = [0, 0]) {
  return graphOf((b) => {
    const paddings = [[0, 0], rows, columns, more] as const;
    const image = b.add('pad', 'pad', { paddings }, [b.in('x', 1, 8, 6, 2)]);
    return [b.depthwise('depthwise', b.conv('conv', image, 3, 3, options), 1, 1)];
  });
}

describe('absorb-padding', () => {
  it.each([
    ['stride 1, one pixel on every side', [1, 1], { stride: 1 }],
    ['stride 2, one pixel behind', [0, 1], { stride: 2 }],
    ['dilation 2, two pixels on every side', [2, 2], { dilation: 2 }],
  ] as const)('finds SAME padding: %s', (_, amount, options) => {
    const graph = padded(amount, amount, { ...options, padding: 'valid' });
    expect(passKinds(graph, absorbPadding)).toEqual(['conv_2d', 'depthwise_conv_2d']);
    expect(passText(graph, absorbPadding)).toContain('padding=same');
  });

  it('reaches depthwise convolutions', () => {
    const graph = graphOf((b) => {
      const paddings = [
        [0, 0],
        [0, 1],
        [0, 1],
        [0, 0],
      ] as const;
      const image = b.add('pad', 'pad', { paddings }, [b.in('x', 1, 8, 6, 2)]);
      return [b.depthwise('depthwise', image, 2, 3, { stride: 2, padding: 'valid' })];
    });
    expect(passKinds(graph, absorbPadding)).toEqual(['depthwise_conv_2d']);
  });

  it.each([
    ['stride 2, one pixel before', [1, 0], [1, 0], { stride: 2, padding: 'valid' }],
    ['stride 2, all of it reached', [1, 2], [1, 2], { stride: 2, padding: 'valid' }],
    ['too little', [1, 1], [1, 0], { padding: 'valid' }],
    ['too much', [1, 1], [1, 2], { padding: 'valid' }],
    ['before padding of its own', [1, 1], [1, 1], { padding: 'same' }],
  ] as const)('keeps other padding: %s', (_, rows, columns, options) => {
    expectUntouched(padded(rows, columns, options), absorbPadding);
  });

  it('keeps padding along the depth', () => {
    expectUntouched(padded([1, 1], [1, 1], { padding: 'valid' }, [0, 1]), absorbPadding);
  });

  it('leaves out what no window reaches', () => {
    const graph = padded([1, 1], [1, 3], { stride: 2, padding: 'valid' });
    expect(passText(graph, absorbPadding)).toContain('paddings=[[0,0],[1,0],[1,2],[0,0]]');
  });

  it('keeps padding that others read', () => {
    const graph = graphOf((b) => {
      const paddings = [
        [0, 0],
        [1, 1],
        [1, 1],
        [0, 0],
      ] as const;
      const image = b.add('pad', 'pad', { paddings }, [b.in('x', 1, 8, 6, 2)]);
      return [b.conv('conv', image, 3, 3, { stride: 2, padding: 'valid' }), image];
    });
    expectUntouched(graph, absorbPadding);
  });
});
