/** Outputs at every distance from the inputs over which they may lie: where an emitter says so, the bytes are the same. */

import { describe, expect, it } from 'vitest';
import { runOnCortexM4, runSanitized } from '../cross/compile.ts';
import { missingCortexM4, missingNative } from '../cross/probe.ts';
import { once } from './chunks.ts';
import { tryDistances } from './overlap-distances.ts';
import { randomCases } from './random-cases.ts';

const CASES = 24;

const OPERATORS = [
  ['conv_2d', 'int8'],
  ['conv_2d', 'int16'],
  ['depthwise_conv_2d', 'float32'],
  ['transpose_conv', 'int8'],
  ['transpose_conv', 'float32'],
  ['average_pool_2d', 'int8'],
  ['max_pool_2d', 'int8'],
  ['max_pool_2d', 'int16'],
  ['average_pool_2d', 'float32'],
  ['resize_nearest_neighbor', 'int8'],
  ['resize_nearest_neighbor', 'float32'],
  ['resize_bilinear', 'int8'],
  ['resize_bilinear', 'float32'],
  ['concatenation', 'int8'],
  ['concatenation', 'int16'],
  ['slice', 'int8'],
  ['strided_slice', 'float32'],
  ['transpose', 'int8'],
  ['reverse_v2', 'int8'],
  ['batch_to_space_nd', 'int8'],
  ['depth_to_space', 'int8'],
] as const;

const MACHINES = [
  { machine: 'here', missing: missingNative(), which: 'allowed', run: runSanitized },
  { machine: 'on a Cortex-M4', missing: missingCortexM4(), which: 'all', run: runOnCortexM4 },
] as const;

const nameOf = (kind: string, type: string): string => `${kind} of ${type},`;

describe.each(MACHINES)('over the inputs $machine $missing', ({ missing, which, run }) => {
  const all = once(() => {
    const cases = OPERATORS.flatMap(([kind, type]) => randomCases(kind, type, CASES));
    // Every other case lies in the buffer, behind and in front of other operators.
    return tryDistances(
      cases.filter(({ graph }) => graph.nodes.length === 1),
      which,
      run,
    );
  });

  it.skipIf(missing !== '').each(OPERATORS)('%s of %s', (kind, type) => {
    const tried = all().filter(({ name }) => name.startsWith(nameOf(kind, type)));
    expect(tried.filter(({ isAllowed, isEqual }) => isAllowed && !isEqual)).toEqual([]);
    expect(tried.length).toBeGreaterThan(0);
    // Some would give other bytes, and are not allowed.
    expect(tried.some(({ isEqual }) => !isEqual)).toBe(which === 'all');
  });
});
