import { describe, expect, it } from 'vitest';
import { depthwiseConvDesktop, fullyConnectedDesktop } from '../../../src/kernels/float/desktop_sums.ts';

const NO_CLAMP = { clampMin: -Infinity, clampMax: Infinity };
/** Adding 1 to it leaves it as it is. */
const LARGE = 2 ** 25;

/** One record through `units` equal rows of ones. */
function dense(input: readonly number[], units: number, bias = 0): readonly number[] {
  const depth = input.length;
  const output = new Float32Array(units);
  const run = fullyConnectedDesktop({ batches: 1, depth, units, ...NO_CLAMP });
  const weights = new Float32Array(units * depth).fill(1);
  run(Float32Array.from(input), weights, new Float32Array(units).fill(bias), output);
  return [...output];
}

describe('sums in the order of TensorFlow Lite on x86', () => {
  it('are taken in eight lanes: what is eight apart meets first', () => {
    const input = new Array<number>(16).fill(0);
    input[0] = LARGE;
    input[8] = -LARGE;
    input[1] = 1;
    expect(dense(input, 2)).toEqual([1, 1]);
    input[8] = 0;
    input[9] = -LARGE;
    // Lane 1 has lost its 1, and meets lane 0 at the end.
    expect(dense(input, 2)).toEqual([0, 0]);
  });

  it('bring lanes together four apart, then two apart', () => {
    expect(dense([LARGE, 1, 0, 0, -LARGE, 0, 0, 0], 2)).toEqual([1, 1]);
    expect(dense([LARGE, 1, -LARGE, 0, 0, 0, 0, 0], 2)).toEqual([1, 1]);
    expect(dense([LARGE, -LARGE, 1, 0, 0, 0, 0, 0], 2)).toEqual([0, 0]);
  });

  it('have a remainder one by one, and in four lanes in a row that is left over', () => {
    const input = [0, 0, 0, 0, 0, 0, 0, 0, LARGE, 1, 0, -LARGE];
    // One by one, the 1 is lost between the large ones.
    expect(dense(input, 2)).toEqual([0, 0]);
    const apart = [0, 0, 0, 0, 0, 0, 0, 0, LARGE, 1, -LARGE, 0];
    expect(dense(apart, 3)).toEqual([0, 0, 1]);
  });

  it('have the bias at the end in dense layers, and at the beginning in depthwise ones', () => {
    expect(dense([LARGE, -LARGE], 2, 1)).toEqual([1, 1]);
    const window = {
      batches: 1,
      inputHeight: 1,
      inputWidth: 2,
      outputHeight: 1,
      outputWidth: 1,
      filterHeight: 1,
      filterWidth: 2,
      strideHeight: 1,
      strideWidth: 1,
      dilationHeight: 1,
      dilationWidth: 1,
      padTop: 0,
      padLeft: 0,
    };
    const output = new Float32Array(1);
    const run = depthwiseConvDesktop({
      window,
      inputDepth: 1,
      outputDepth: 1,
      ...NO_CLAMP,
    });
    run(Float32Array.of(LARGE, -LARGE), Float32Array.of(1, 1), Float32Array.of(1), output);
    expect([...output]).toEqual([0]);
  });
});
