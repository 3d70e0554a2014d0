import { expect, it } from 'vitest';
import { frontPlotSvg } from '../../../src/targets/plots/front-plot.ts';
import { COLORS } from '../../../src/targets/plots/svg-picture.ts';

const plot = {
  score: 'accuracy on validation samples',
  others: [{ x: 9000, y: 0.95 }],
  front: [
    { x: 4000, y: 0.96 },
    { x: 6000, y: 0.98 },
  ],
  chosen: { x: 6000, y: 0.98 },
};

it('draws every model, and the chosen one on top', () => {
  const svg = frontPlotSvg(plot);
  // Three in the legend.
  expect(svg.match(/<circle/g)).toHaveLength(3 + 1 + 2 + 1);
  expect(svg.lastIndexOf(`<g fill="${COLORS.vermilion}"`)).toBeGreaterThan(
    svg.lastIndexOf(`<g fill="${COLORS.blue}"`),
  );
  expect(svg).toContain(
    '2 models on the front, from 4000 to 6000 bytes; the chosen one has 6000 bytes and scores 0.98.',
  );
  expect(frontPlotSvg(plot)).toBe(svg);
});

it('draws one model alone', () => {
  const [point] = plot.front;
  const svg = frontPlotSvg({ ...plot, others: [], front: [point], chosen: point });
  expect(svg).toContain('1 model on the front');
  expect(svg).not.toMatch(/NaN|Infinity/);
});
