import { describe, expect, it } from 'vitest';
import { layerNoisePlotSvg } from '../../../src/targets/plots/layer-noise-plot.ts';
import { COLORS } from '../../../src/targets/plots/svg-picture.ts';
import { spokenWords, svgTexts } from './svg-text.ts';

function widths(svg: string, color: string): number[] {
  return [...svg.matchAll(new RegExp(`width="([\\d.]+)" height="9" fill="${color}"`, 'g'))].map(([, width]) =>
    Number(width),
  );
}

describe('layerNoisePlotSvg', () => {
  const layers = [
    { layer: 'conv', weightsDb: 20, accumulatedDb: 40 },
    { layer: '<pool>', accumulatedDb: 10 },
  ];

  it('has a bar for every figure, as long as it is large', () => {
    const svg = layerNoisePlotSvg(layers, 9.5);
    const [weights] = widths(svg, COLORS.blue);
    const outputs = widths(svg, COLORS.vermilion);
    expect(widths(svg, COLORS.blue).length).toBe(1);
    expect(outputs[0]).toBeCloseTo(2 * weights, 0);
    expect(outputs[1]).toBeCloseTo(weights / 2, 0);
    expect(svgTexts(svg, 'width="720" height="176"')).toEqual(
      expect.arrayContaining(['conv', 'its weights alone', 'its output', '0', '40']),
    );
    expect(svg).not.toContain('<pool>');
    expect(spokenWords(svg)[1]).toBe(
      'Signal to noise, layer by layer (2). The weights of conv cost most: alone they leave 20.0 dB. All together leave 9.5 dB.',
    );
  });

  it('draws figures below zero to the left', () => {
    const svg = layerNoisePlotSvg([{ layer: 'a', weightsDb: -10, accumulatedDb: 10 }], undefined);
    expect(widths(svg, COLORS.blue)[0]).toBeCloseTo(widths(svg, COLORS.vermilion)[0], 0);
  });

  it('has no bar where there is no noise', () => {
    const svg = layerNoisePlotSvg([{ layer: 'a' }], undefined);
    expect([...widths(svg, COLORS.blue), ...widths(svg, COLORS.vermilion)]).toEqual([]);
    expect(spokenWords(svg)[1]).toBe('Signal to noise, layer by layer (1).');
    expect(svgTexts(layerNoisePlotSvg([], undefined), 'width="720" height="116"')).toContain('its output');
  });
});
