import { describe, expect, it } from 'vitest';
import type { ValueId } from '../../../../src/ir/graph.ts';
import { activationParameters, type Range } from '../../../../src/passes/quantize/parameters.ts';
import { symmetricFactors } from '../../../../src/passes/quantize/ranges/symmetric-factors.ts';
import { FloatBuilder } from '../../run-pass.ts';

/** What is read besides, and what lies between the layer and the product. */
interface Around {
  readonly between?: (b: FloatBuilder, layer: ValueId) => ValueId;
  readonly beside?: (b: FloatBuilder, layer: ValueId) => readonly ValueId[];
  readonly secondFactor?: 'symmetric';
}

/** The range of a layer that is the second factor of a product, after calibration saw −1 to 3. */
function factorRange({ between, beside, secondFactor }: Around): Range | undefined {
  const b = new FloatBuilder();
  const layer = b.dense('layer', b.in('x', 4, 3), 6);
  const factor = between?.(b, layer) ?? layer;
  const attributes = { adjX: false, adjY: true, ...(secondFactor && { secondFactor }) };
  const product = b.add('batch_matmul', 'product', attributes, [b.in('a', 2, 6), factor]);
  const graph = b.build([product, ...(beside?.(b, layer) ?? [])]);
  const ranges = new Map([...graph.values.keys()].map((id) => [id, { min: -1, max: 3 }]));
  return symmetricFactors(graph, ranges).get(layer);
}

const secondFactor = 'symmetric';
const half = (b: FloatBuilder, layer: ValueId, begin = 0): ValueId =>
  b.add('slice', `half ${begin}`, { begin: [begin, 0], size: [2, 6] }, [layer]);

describe('the range of a second factor', () => {
  it('becomes one with zero point 0 and a step for the wider side', () => {
    const range = factorRange({ secondFactor }) as Range;
    expect(activationParameters(range)).toMatchObject({ zeroPoint: 0, scale: Math.fround(3 / 127) });
    expect(range.max).toBe(3);
  });

  it.each<[string, Around]>([
    [
      'behind operators that move elements',
      { between: (b, layer) => b.add('reshape', 'r', { newShape: [4, 6] }, [layer]) },
    ],
    ['where others take parts of it, too', { between: half, beside: (b, layer) => [half(b, layer, 2)] }],
  ])('does so %s', (_, around) => {
    expect(factorRange({ ...around, secondFactor })?.min).toBeLessThan(-3);
  });

  it.each<[string, Around]>([
    ['nothing asks for it', {}],
    ['others compute with it', { secondFactor, beside: (b, layer) => [b.add('relu', 'z', {}, [layer])] }],
    ['it is an output', { secondFactor, beside: (_, layer) => [layer] }],
    [
      'its scale is fixed',
      { secondFactor, between: (b, layer) => b.add('softmax', 's', { beta: 1 }, [layer]) },
    ],
  ])('stays where %s', (_, around) => {
    expect(factorRange(around)).toEqual({ min: -1, max: 3 });
  });
});
