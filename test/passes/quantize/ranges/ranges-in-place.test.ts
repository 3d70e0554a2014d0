import { describe, expect, it } from 'vitest';
import type { ValueId } from '../../../../src/ir/graph.ts';
import { getValue } from '../../../../src/ir/graph.ts';
import { runPasses } from '../../../../src/passes/pass.ts';
import { activationParameters } from '../../../../src/passes/quantize/parameters.ts';
import { quantizePass } from '../../../../src/passes/quantize/quantize.ts';
import { rangesInPlace } from '../../../../src/passes/quantize/ranges/ranges-in-place.ts';
import { FloatBuilder } from '../../run-pass.ts';

const add = { activation: 'none' } as const;

interface Sum {
  readonly builder: FloatBuilder;
  readonly a: ValueId;
  readonly b: ValueId;
  readonly sum: ValueId;
}

/** a + b, both made by dense layers of x. */
function sumOf(size = 4): Sum {
  const builder = new FloatBuilder();
  const x = builder.in('x', 1, 4);
  const [a, b] = [builder.dense('a', x, size), builder.dense('b', x, size)];
  return { builder, a, b, sum: builder.add('add', 'sum', add, [a, b]) };
}

/** Every value from 0 to its id. */
function rangeAfter({ builder }: Sum, outputs: readonly ValueId[], id: ValueId) {
  const graph = builder.build(outputs);
  const ranges = new Map([...graph.values.keys()].map((key) => [key, { min: 0, max: key }]));
  return rangesInPlace(graph, ranges).get(id);
}

describe('ranges that hold what was computed in their place', () => {
  it('are those of the first operand that nobody else reads', () => {
    const made = sumOf();
    const y = made.builder.add('relu', 'y', {}, [made.sum]);
    expect(rangeAfter(made, [y], made.a)).toEqual({ min: 0, max: made.sum });
    expect(rangeAfter(made, [y], made.b)).toEqual({ min: 0, max: made.b });
  });

  it('are those of the second where the first is read again', () => {
    const made = sumOf();
    const y = made.builder.add('add', 'y', add, [made.sum, made.a]);
    const z = made.builder.add('relu', 'z', {}, [y]);
    expect(rangeAfter(made, [z], made.a)).toEqual({ min: 0, max: made.a });
    expect(rangeAfter(made, [z], made.b)).toEqual({ min: 0, max: made.sum });
  });

  it('are nobody’s where the sum is an output, or single numbers are added', () => {
    const made = sumOf();
    expect(rangeAfter(made, [made.sum], made.a)).toEqual({ min: 0, max: made.a });
    const single = sumOf(1);
    const y = single.builder.add('relu', 'y', {}, [single.sum]);
    expect(rangeAfter(single, [y], single.a)).toEqual({ min: 0, max: single.a });
  });

  it('decide by the rules of TensorFlow alone', () => {
    const made = sumOf();
    const graph = made.builder.build([made.builder.add('logistic', 'y', {}, [made.sum])]);
    const ranges = new Map(
      [...graph.values.keys()].map((id) => [id, { min: 0, max: id === made.a ? 1 : 2 }]),
    );
    const quantOf = (scaleRules: 'tinyml' | 'tensorflow') => {
      const int8 = runPasses(graph, [quantizePass(ranges, { densePerChannel: true, scaleRules })]);
      return getValue(int8, made.a).type.quant;
    };
    expect(quantOf('tensorflow')).toEqual(activationParameters({ min: 0, max: 2 }, 'int8'));
    expect(quantOf('tinyml')).toEqual(activationParameters({ min: 0, max: 1 }, 'int8'));
  });
});
