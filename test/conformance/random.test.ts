/** Every operator against formulas written down independently: integers exactly, float32 to 1e-6. */

import { describe, expect, it } from 'vitest';
import { createRandom } from '../../src/core/random.ts';
import { OP_KINDS, type OpKind, opOf } from '../../src/ops/index.ts';
import { runAll } from '../ops/one-node.ts';
import { type Case, int4Cases, int8Cases, softmaxInt16 } from './exact-int8.ts';
import { floatCases } from './float-cases.ts';
import { PLAIN_TYPES, plainCases } from './plain-cases.ts';
import { quantizeFloatsTo } from './quantize-cases.ts';

const CASES = 80;

/** Enough of a case to find it again in a failure. */
function describeCase(index: number, { attributes, operands, output }: Case<unknown>): string {
  return JSON.stringify({ index, attributes, operands: operands.map((operand) => operand?.type), output });
}

function check<Kind extends OpKind>(kind: Kind, draw: NonNullable<(typeof int8Cases)[Kind]>): void {
  const random = createRandom(7, `conformance of ${kind}`);
  for (let index = 0; index < CASES; index++) {
    const drawn = draw(random, index);
    const results = [drawn, ...(drawn.more ?? [])];
    const actual = runAll(
      kind,
      drawn.attributes,
      drawn.operands,
      results.map(({ output }) => output),
    );
    for (const [output, { expected }] of results.entries()) {
      expect(Array.from(actual[output], Number), describeCase(index, drawn)).toEqual(Array.from(expected));
    }
  }
}

describe('int8, against exact integers', () => {
  const kinds = OP_KINDS.filter((kind) => int8Cases[kind] !== undefined);

  it('covers every operator with an int8 kernel', () => {
    expect(kinds).toEqual(OP_KINDS.filter((kind) => opOf(kind).kernels.int8 !== undefined));
  });

  it.each(kinds)('%s', (kind) =>
    check(kind, int8Cases[kind] as NonNullable<(typeof int8Cases)[typeof kind]>),
  );

  it.each(['conv_2d', 'depthwise_conv_2d', 'fully_connected'] as const)('%s with int4 weights', (kind) =>
    check(kind, int4Cases[kind] as NonNullable<(typeof int8Cases)[typeof kind]>),
  );

  it.each(['int8', 'int16'] as const)('quantize from float32 to %s', (to) =>
    check('quantize', quantizeFloatsTo(to)),
  );

  it('softmax to int16', () => check('softmax', softmaxInt16));
});

describe.each(PLAIN_TYPES)('%s, against exact integers', (type) => {
  const kinds = OP_KINDS.filter((kind) => opOf(kind).kernels[type] !== undefined);

  it('covers every kernel', () => {
    expect(Object.keys(plainCases[type]).sort()).toEqual([...kinds].sort());
  });

  it.each(kinds)('%s', (kind) =>
    check(kind, plainCases[type][kind] as NonNullable<(typeof int8Cases)[typeof kind]>),
  );
});

describe('float32, against double precision', () => {
  const kinds = OP_KINDS.filter((kind) => floatCases[kind] !== undefined);

  it('covers every operator with a float32 result', () => {
    const withKernel = OP_KINDS.filter(
      (kind) => opOf(kind).kernels.float32 !== undefined && kind !== 'quantize',
    );
    expect(kinds).toEqual(withKernel);
  });

  it.each(kinds)('%s', (kind) => {
    const random = createRandom(7, `float conformance of ${kind}`);
    for (let index = 0; index < CASES; index++) {
      const drawn = floatCases[kind]?.(random, index);
      if (drawn === undefined) throw new Error('unreachable');
      const results = [drawn, ...(drawn.more ?? [])];
      const actual = runAll(
        kind,
        drawn.attributes,
        drawn.operands,
        results.map(({ output }) => output),
      );
      for (const [output, { expected }] of results.entries()) {
        for (const [at, value] of expected.entries()) {
          const size = Math.max(Math.abs(value), drawn.termSizes?.[at] ?? 0);
          const error = Math.abs(Number(actual[output][at]) - value);
          // Asked of very many elements: a place in words is made for a wrong one alone, NaN among them.
          if (error <= 1e-6 * size) continue;
          expect.fail(
            `${describeCase(index, drawn)} element ${at}: ${actual[output][at]} instead of ${value}`,
          );
        }
      }
    }
  });
});
