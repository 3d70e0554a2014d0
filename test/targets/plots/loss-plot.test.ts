import { describe, expect, it } from 'vitest';
import { type LossRecord, lossPlotSvg } from '../../../src/targets/plots/loss-plot.ts';
import { COLORS } from '../../../src/targets/plots/svg-plot.ts';
import { countMarks, svgTexts } from './svg-text.ts';

function history(epochs: number, loss: (epoch: number) => number): LossRecord[] {
  return Array.from({ length: epochs }, (_, index) => {
    const epoch = index + 1;
    return { epoch, loss: loss(epoch), valLoss: loss(epoch) * 1.1 };
  });
}

/** The points of the only curve in a colour. */
function curvePoints(svg: string, color: string): number {
  const [, path] = svg.match(new RegExp(`<path d="(M[^"]*)" stroke="${color}"`)) ?? [];
  return path?.match(/[ML]/g)?.length ?? 0;
}

describe('lossPlotSvg', () => {
  it('draws both curves over the epochs', async () => {
    const svg = await lossPlotSvg(history(10, (epoch) => 1 / epoch));
    const texts = svgTexts(svg);
    expect(texts).toEqual(
      expect.arrayContaining(['Loss', 'epoch', 'loss', 'training', 'validation', '0.0', '10']),
    );
    expect(curvePoints(svg, COLORS.blue)).toBe(10);
    expect(curvePoints(svg, COLORS.vermilion)).toBe(10);
    expect(svg).not.toContain('best');
  });

  it('turns logarithmic where the losses span a wide range', async () => {
    const wide = await lossPlotSvg(history(10, (epoch) => 10 ** (1 - epoch)));
    expect(svgTexts(wide)).toEqual(expect.arrayContaining(['loss (logarithmic)', '1e-4', '1e+0']));
    const withZero = await lossPlotSvg(history(10, (epoch) => 10 - epoch));
    expect(svgTexts(withZero)).toContain('loss');
  });

  it('marks the best epoch', async () => {
    const texts = svgTexts(
      await lossPlotSvg(
        history(10, (epoch) => (epoch - 6.9) ** 2 + 1),
        7,
      ),
    );
    expect(texts).toContain('best: 1.111 at epoch 7');
  });

  it('draws training alone, one epoch, and equal losses', async () => {
    const svg = await lossPlotSvg([{ epoch: 1, loss: 0.5 }]);
    expect(svgTexts(svg)).not.toContain('validation');
    expect(svgTexts(await lossPlotSvg(history(3, () => 0))).slice(0, 4)).toEqual(['1', '2', '3', 'epoch']);
    svgTexts(await lossPlotSvg(history(5, () => -2)));
  });

  it('leaves a gap where the loss is no number', async () => {
    const records = history(9, (epoch) => (epoch === 5 ? Number.NaN : 1 / epoch));
    const fromJson: LossRecord[] = JSON.parse(JSON.stringify(records));
    for (const some of [records, fromJson]) {
      const svg = await lossPlotSvg(some);
      svgTexts(svg);
      const [, path] = svg.match(new RegExp(`<path d="(M[^"]*)" stroke="${COLORS.blue}"`)) ?? [];
      expect(path.match(/M/g)?.length).toBe(2);
      expect(curvePoints(svg, COLORS.blue)).toBe(8);
    }
  });

  it.each([[[]], [[{ epoch: 1, loss: Number.NaN }]]])('refuses %j', async (records) => {
    await expect(lossPlotSvg(records)).rejects.toMatchObject({ kind: 'input', code: 'empty-plot' });
  });

  it('stays small for many epochs, with the best and the last among those drawn', async () => {
    const svg = await lossPlotSvg(
      history(50_000, (epoch) => 2 + Math.sin(epoch)),
      12_345,
    );
    expect(svg.length).toBeLessThan(100_000);
    expect(curvePoints(svg, COLORS.blue)).toBe(1002);
    expect(svgTexts(svg).some((text) => text.startsWith('best: '))).toBe(true);
  });

  it('gives the same text again', async () => {
    const records = history(100, (epoch) => Math.exp(-epoch / 20));
    expect(await lossPlotSvg(records, 100)).toBe(await lossPlotSvg(records, 100));
    expect(countMarks(await lossPlotSvg(records, 100), 'path', COLORS.blue)).toBe(1);
  });
});
