import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../src/core/random.ts';
import { predictionPlotSvg } from '../../../src/targets/plots/prediction-plot.ts';
import { COLORS } from '../../../src/targets/plots/svg-picture.ts';
import { countPoints, curveIn, spokenWords, svgTexts } from './svg-text.ts';

function sine(samples: number) {
  const random = createRandom(3, 'plot test');
  const x = Array.from({ length: samples }, () => random.uniform() * 6);
  const truth = x.map(Math.sin);
  return {
    x,
    truth,
    measured: truth.map((value) => value + 0.1 * random.normal()),
    float: truth.map((value) => value + 0.01),
    int8: truth.map((value) => Math.round(value * 100) / 100),
  };
}

describe('predictionPlotSvg over one input', () => {
  it('draws the samples, the truth and both models', () => {
    const svg = predictionPlotSvg({
      ...sine(50),
      labels: { x: 'angle', y: 'sin <&">', int8: 'int8 (TFLM)' },
    });
    const texts = svgTexts(svg);
    const expected = ['angle', 'sin &lt;&amp;&quot;&gt;', 'measured', 'truth', 'float', 'int8 (TFLM)'];
    for (const text of expected) expect(texts.map((shown) => shown.replace('"', '&quot;'))).toContain(text);
    expect(countPoints(svg, COLORS.gray)).toBe(50);
    expect(countPoints(svg, COLORS.blue)).toBe(50);
    expect(countPoints(svg, COLORS.vermilion)).toBe(50);
    expect(curveIn(svg, COLORS.ink)?.match(/[ML]/g)).toHaveLength(50);
    expect(spokenWords(svg)).toEqual([
      'Predictions on the test samples',
      'sin &lt;&amp;&quot;&gt; over angle (measured, truth, float, int8 (TFLM)) for 50 samples.',
    ]);
  });

  it('draws what is there', () => {
    const { x, measured, float } = sine(20);
    const svg = predictionPlotSvg({ x, measured, float });
    expect(svgTexts(svg)).not.toContain('truth');
    expect(svgTexts(svg)).not.toContain('int8');
    expect(countPoints(svg, COLORS.vermilion)).toBe(0);
  });

  it('leaves out what is not finite', () => {
    const { x, measured, float } = sine(20);
    x[3] = Number.NaN;
    float[4] = Number.POSITIVE_INFINITY;
    const svg = predictionPlotSvg({ x, measured, float });
    svgTexts(svg);
    expect(countPoints(svg, COLORS.gray)).toBe(19);
    expect(countPoints(svg, COLORS.blue)).toBe(18);
  });

  it('draws one sample, and a constant', () => {
    svgTexts(predictionPlotSvg({ x: [1], measured: [2], float: [2], int8: [2] }));
    svgTexts(predictionPlotSvg({ x: [1, 1], truth: [2, 2], float: [2, 2] }));
  });

  it('thins many samples and stays small, whatever their order', () => {
    const many = sine(20_000);
    const svg = predictionPlotSvg(many);
    expect(svg.length).toBeLessThan(100_000);
    expect(countPoints(svg, COLORS.gray)).toBe(500);
    expect(countPoints(svg, COLORS.blue)).toBe(100);
    const reversed = Object.fromEntries(
      Object.entries(many).map(([name, values]) => [name, values.toReversed()]),
    );
    expect(predictionPlotSvg(reversed as typeof many)).toBe(svg);
  });

  it('refuses nothing to draw and arrays of different lengths', () => {
    const empty = { kind: 'input', code: 'empty-plot' };
    expect(() => predictionPlotSvg({ x: [], measured: [], float: [] })).toThrow(
      expect.objectContaining(empty),
    );
    expect(() => predictionPlotSvg({ x: [1], measured: [1], float: [Number.NaN] })).toThrow(
      expect.objectContaining(empty),
    );
    expect(() => predictionPlotSvg({ x: [Number.NaN], float: [1] })).toThrow(expect.objectContaining(empty));
    expect(() => predictionPlotSvg({ x: [1, 2], measured: [1, 2], float: [1] })).toThrow(
      expect.objectContaining({
        kind: 'input',
        code: 'plot-lengths',
        message: 'The plot has 2 samples, but 1 value of "float".',
      }),
    );
  });
});

describe('predictionPlotSvg against the expected values', () => {
  it('draws both models and the diagonal', () => {
    const { measured, float, int8 } = sine(700);
    const svg = predictionPlotSvg({ x: measured, float, int8 });
    expect(svgTexts(svg)).toEqual(
      expect.arrayContaining(['expected', 'predicted', 'exact', 'float', 'int8']),
    );
    expect(countPoints(svg, COLORS.blue)).toBe(500);
    expect(countPoints(svg, COLORS.vermilion)).toBe(500);
    expect(svg.length).toBeLessThan(100_000);
    expect(predictionPlotSvg({ x: measured, float, int8 })).toBe(svg);
  });
});
