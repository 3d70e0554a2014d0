/** Depthwise convolutions of three by three with every padding in pixels, which some of their loops have room for and some not. */

import { expect, it } from 'vitest';
import { perAxis, perTensor } from '../../src/core/quant-params.ts';
import { createRandom } from '../../src/core/random.ts';
import { marginsOf, positions, type Sliding } from '../../src/ops/window.ts';
import { constant } from '../conformance/draw.ts';
import { runNative, runOnCortexM4 } from '../cross/compile.ts';
import { missingCortexM4, missingNative } from '../cross/probe.ts';
import { oneNode } from '../ops/one-node.ts';
import { compareTogether, type StandaloneCase } from './run-standalone.ts';

const IMAGE = [1, 5, 4, 2] as const;
const AMOUNTS = [0, 1, 2];
const random = createRandom(5, 'margins');

function bytes(count: number): Int8Array {
  return Int8Array.from({ length: count }, () => random.below(256) - 128);
}

function caseOf(stride: number, margins: Exclude<Sliding['padding'], string>): StandaloneCase {
  const sliding = { padding: margins, strides: [stride, stride], dilations: [1, 1] } as const;
  const [height, width] = positions({ ...sliding, filter: [3, 3] }, IMAGE);
  const int8 = (...shape: number[]) => ({ dtype: 'int8', shape, quant: perTensor(0.02, -3) }) as const;
  const input = bytes(IMAGE[1] * IMAGE[2] * IMAGE[3]);
  const weights = { dtype: 'int8', shape: [1, 3, 3, 2], quant: perAxis(3, [0.004, 0.003]) } as const;
  const graph = oneNode(
    'depthwise_conv_2d',
    { ...sliding, depthMultiplier: 1, activation: 'none' },
    [
      { type: int8(...IMAGE), data: input },
      constant(weights, bytes(18)),
      constant({ dtype: 'int32', shape: [2] }, Int32Array.of(100, -200)),
    ],
    int8(1, height, width, 2),
  );
  return { name: `stride ${stride}, ${JSON.stringify(margins)}`, graph, record: [input] };
}

const cases = [1, 2].flatMap((stride) =>
  AMOUNTS.flatMap((top) =>
    AMOUNTS.flatMap((bottom) =>
      AMOUNTS.flatMap((left) => AMOUNTS.map((right) => caseOf(stride, { top, bottom, left, right }))),
    ),
  ),
);

it.skipIf(missingNative() !== '')(`all of them, here ${missingNative()}`, () => {
  expect(compareTogether(cases, (sources) => runNative(sources, { strict: true }))).toBe('ok');
});

it.skipIf(missingCortexM4() !== '')(`all of them, on a Cortex-M4 ${missingCortexM4()}`, () => {
  expect(compareTogether(cases, (sources) => runOnCortexM4(sources, { optimize: '-O2' }))).toBe('ok');
});

it('SAME and VALID in pixels make the same windows', () => {
  for (const padding of ['same', 'valid'] as const) {
    for (const filter of [2, 3, 4]) {
      for (const stride of [1, 2, 3]) {
        const sliding: Sliding = {
          padding,
          filter: [filter, filter],
          strides: [stride, 1],
          dilations: [1, 1],
        };
        const margins = marginsOf(sliding, IMAGE);
        expect(positions({ ...sliding, padding: margins }, IMAGE)).toEqual(positions(sliding, IMAGE));
        expect(marginsOf({ ...sliding, padding: margins }, IMAGE)).toEqual(margins);
      }
    }
  }
});
