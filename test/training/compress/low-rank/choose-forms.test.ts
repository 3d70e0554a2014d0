import { describe, expect, it } from 'vitest';
import {
  type Choice,
  chooseForms,
  type Goal,
} from '../../../../src/training/compress/low-rank/choose-forms.ts';
import type { Form, LayerForms } from '../../../../src/training/compress/low-rank/forms.ts';
import type { WindowLayer } from '../../../../src/training/compress/low-rank/window-layer.ts';

/** `macs` weights and multiply-accumulates for each rank; `lost[rank - 1]` is lost. */
function layerOf(own: number, macs: number, lost: readonly number[]): LayerForms {
  return {
    layer: {} as WindowLayer,
    own: { macs: own, parameters: own },
    forms: lost.map((share, index): Form => {
      const cost = macs * (index + 1);
      return { macs: cost, parameters: cost, lost: share, ranks: `rank ${index + 1}`, operators: () => [] };
    }),
  };
}

const STEEP = layerOf(1000, 100, [0.05, 0.02, 0.01, 0]);
const FLAT = layerOf(2000, 200, [0.9, 0.7, 0.5, 0.3, 0.2, 0.1, 0.05, 0.04, 0.03, 0.02, 0.01, 0]);
const SMALL = layerOf(100, 90, [0.3, 0]);

function chosen(goal: Goal, ...layers: readonly LayerForms[]): (string | undefined)[] {
  const all = layers.reduce((sum, { own }) => sum + own.macs, 0);
  return chooseForms(layers, goal, { macs: all, parameters: all }).map((choice: Choice) =>
    'form' in choice ? choice.form.ranks : undefined,
  );
}

function reason(goal: Goal, layer: LayerForms): string | undefined {
  const [choice] = chooseForms([layer], goal, layer.own);
  return 'stays' in choice ? choice.stays : undefined;
}

describe('chooseForms', () => {
  it('keeps a share of the variance with as little as it takes', () => {
    expect(chosen({ by: 'energy', share: 0.97 }, STEEP, FLAT)).toEqual(['rank 2', 'rank 9']);
    expect(chosen({ by: 'energy', share: 0.5 }, STEEP, FLAT)).toEqual(['rank 1', 'rank 3']);
  });

  it('leaves a layer alone that would become larger, and says by how much', () => {
    expect(reason({ by: 'energy', share: 0.9 }, SMALL)).toBe(
      'rank 2, with 90 % of its variance, would take 180 multiply-accumulates and 180 weights instead of 100 and 100',
    );
    expect(reason({ by: 'energy', share: 0.999999 }, SMALL)).toContain('with 99.9999 % of its variance');
    expect(reason({ by: 'energy', share: 0.99 }, FLAT)).toBe(
      'rank 11, with 99 % of its variance, would take 2,200 multiply-accumulates and 2,200 weights instead of 2,000 and 2,000',
    );
    expect(reason({ by: 'energy', share: 0.9 }, { ...SMALL, forms: [] })).toBe('has no weight other than 0');
  });

  it('does not take more weights for fewer multiply-accumulates', () => {
    const [form] = SMALL.forms;
    const heavier = { ...SMALL, forms: [{ ...form, macs: 10, parameters: 100, lost: 0 }] };
    expect(chosen({ by: 'energy', share: 0.5 }, heavier)).toEqual([undefined]);
    expect(chosen({ by: 'rank', share: 0.5 }, heavier)).toEqual([undefined]);
  });

  it('keeps a share of the multiply-accumulates with the least loss', () => {
    expect(chosen({ by: 'rank', share: 0.35 }, STEEP, FLAT)).toEqual(['rank 3', 'rank 3']);
    expect(reason({ by: 'rank', share: 0.5 }, SMALL)).toBe(
      'rank 1, the least there is, would take 90 multiply-accumulates and 90 weights instead of 100 and 100',
    );
  });

  it('meets a budget of the whole model where least is lost', () => {
    // The steep layer gives nearly all it has before the flat one gives anything.
    expect(chosen({ by: 'macs', share: 0.8 }, STEEP, FLAT)).toEqual(['rank 4', undefined]);
    expect(chosen({ by: 'macs', share: 0.75 }, STEEP, FLAT)).toEqual(['rank 2', undefined]);
    expect(chosen({ by: 'parameters', share: 0.4 }, STEEP, FLAT)).toEqual(['rank 1', 'rank 5']);
    expect(chosen({ by: 'macs', share: 0.1 }, STEEP, FLAT)).toEqual(['rank 1', 'rank 1']);
  });

  it('is as good as the best of all combinations that cost as much', () => {
    for (const share of [0.3, 0.4, 0.5, 0.6, 0.7]) {
      const choices = chooseForms([STEEP, FLAT], { by: 'macs', share }, { macs: 3000, parameters: 3000 });
      const sum = (measure: (form: Form | undefined, layer: LayerForms) => number): number =>
        choices.reduce(
          (total, choice, index) =>
            total + measure('form' in choice ? choice.form : undefined, [STEEP, FLAT][index]),
          0,
        );
      const spent = sum((form, { own }) => form?.macs ?? own.macs);
      const lost = sum((form) => form?.lost ?? 0);
      expect(spent).toBeLessThanOrEqual(3000 * share);
      const options = [STEEP, FLAT].map(({ own, forms }) => [{ macs: own.macs, lost: 0 }, ...forms]);
      for (const a of options[0]) {
        for (const b of options[1]) {
          if (a.macs + b.macs <= spent) expect(lost).toBeLessThanOrEqual(a.lost + b.lost + 1e-12);
        }
      }
    }
  });

  it('refuses a budget that nothing meets, with what is possible', () => {
    expect(() => chosen({ by: 'macs', share: 0.05 }, STEEP, FLAT)).toThrowError(
      expect.objectContaining({
        kind: 'usage',
        code: 'low-rank-budget',
        message:
          'Low rank leaves the model 300 of 3,000 multiply-accumulates at least, more than the 5 % that "macs" asks for',
        hint: 'Ask for 0.100 or more, or take channels away first.',
      }),
    );
    expect(() => chosen({ by: 'parameters', share: 0.5 }, { ...SMALL, forms: [] })).toThrowError(
      /100 of 100 weights at least, more than the 50 % that "parameters" asks for/,
    );
  });
});
