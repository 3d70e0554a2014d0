import { describe, expect, it } from 'vitest';
import { type LossRecord, lossPlotSvg } from '../../../src/targets/plots/loss-plot.ts';
import { COLORS } from '../../../src/targets/plots/svg-picture.ts';
import { countPoints, curveIn, spokenWords, svgTexts } from './svg-text.ts';

function history(epochs: number, loss: (epoch: number) => number): LossRecord[] {
  return Array.from({ length: epochs }, (_, index) => {
    const epoch = index + 1;
    return { epoch, loss: loss(epoch), valLoss: loss(epoch) * 1.1 };
  });
}

function curvePoints(svg: string, color: string): number {
  return curveIn(svg, color)?.match(/[ML]/g)?.length ?? 0;
}

describe('lossPlotSvg', () => {
  it('draws both curves over the epochs', () => {
    const svg = lossPlotSvg(history(10, (epoch) => 1 / epoch));
    const texts = svgTexts(svg);
    expect(texts).toEqual(
      expect.arrayContaining(['Loss', 'epoch', 'loss', 'training', 'validation', '0', '0.2', '10']),
    );
    expect(curvePoints(svg, COLORS.blue)).toBe(10);
    expect(curvePoints(svg, COLORS.vermilion)).toBe(10);
    expect(svg).not.toContain('best');
    expect(spokenWords(svg)).toEqual(['Loss', 'The loss of training and validation over 10 epochs.']);
  });

  it('turns logarithmic where the losses span a wide range', () => {
    const wide = lossPlotSvg(history(10, (epoch) => 10 ** (1 - epoch)));
    expect(svgTexts(wide)).toEqual(expect.arrayContaining(['loss (logarithmic)', '1e-4', '0.01', '1']));
    const withZero = lossPlotSvg(history(10, (epoch) => 10 - epoch));
    expect(svgTexts(withZero)).toContain('loss');
  });

  it('numbers 2 and 5 times a power of ten too where there are few powers, and marks all others by a line', () => {
    const svg = lossPlotSvg(history(10, (epoch) => 4 / epoch ** 1.5));
    const numbers = svgTexts(svg).filter((text) => /^[\d.]+$/.test(text) && !/^([2468]|10)$/.test(text));
    expect(numbers).toEqual(expect.arrayContaining(['0.2', '0.5', '1']));
    expect(numbers).not.toContain('0.3');
    // 0.2, 0.5, 1, 2 and 5; between them 0.3, 0.4, 0.6 to 0.9, 3 and 4.
    expect(svg.match(/stroke="#e4e7eb"/g)).toHaveLength(5);
    expect(svg.match(/stroke="#f1f3f5"/g)).toHaveLength(8);
  });

  it('marks the best epoch where it lies', () => {
    const svg = lossPlotSvg(
      history(10, (epoch) => (epoch - 6.9) ** 2 + 1),
      7,
    );
    expect(svgTexts(svg)).toContain('best: 1.111 at epoch 7');
    expect(spokenWords(svg)[1]).toMatch(/over 10 epochs; best: 1\.111 at epoch 7\.$/);
    // 620 pixels for 9 steps between epochs; the mark lies on the curve of the validation loss.
    const [, x, y] = svg.match(/<g [^>]*stroke="#1f2328"[^>]*><circle cx="([\d.]+)" cy="([\d.]+)"/) ?? [];
    expect(Number(x)).toBeCloseTo(76 + (6 * 620) / 9, 2);
    expect(curveIn(svg, COLORS.vermilion)).toContain(`L${x},${y}L`);
  });

  it('draws training alone, one epoch, and equal losses', () => {
    const svg = lossPlotSvg([{ epoch: 1, loss: 0.5 }]);
    expect(svgTexts(svg)).not.toContain('validation');
    expect(svgTexts(svg).filter((text) => text === '1')).toHaveLength(1);
    expect(countPoints(svg, COLORS.blue)).toBe(1);
    const zero = svgTexts(lossPlotSvg(history(3, () => 0)));
    expect(zero.slice(zero.indexOf('epoch') - 3).slice(0, 4)).toEqual(['1', '2', '3', 'epoch']);
    svgTexts(lossPlotSvg(history(5, () => -2)));
  });

  it('leaves a gap where the loss is no number, and a dot where it is one between two gaps', () => {
    const gaps = new Set([5, 7]);
    const records = history(9, (epoch) => (gaps.has(epoch) ? Number.NaN : 1 / epoch));
    const fromJson: LossRecord[] = JSON.parse(JSON.stringify(records));
    for (const some of [records, fromJson]) {
      const svg = lossPlotSvg(some);
      svgTexts(svg);
      expect(curveIn(svg, COLORS.blue)?.match(/M/g)).toHaveLength(3);
      expect(curvePoints(svg, COLORS.blue)).toBe(7);
      expect(countPoints(svg, COLORS.blue)).toBe(1);
    }
  });

  it.each([[[]], [[{ epoch: 1, loss: Number.NaN }]]])('refuses %j', (records) => {
    expect(() => lossPlotSvg(records)).toThrow(
      expect.objectContaining({ kind: 'input', code: 'empty-plot' }),
    );
  });

  it('stays small for many epochs, with the best and the last among those drawn', () => {
    const svg = lossPlotSvg(
      history(50_000, (epoch) => 2 + Math.sin(epoch)),
      12_345,
    );
    expect(svg.length).toBeLessThan(100_000);
    expect(curvePoints(svg, COLORS.blue)).toBe(1002);
    expect(svgTexts(svg).some((text) => text.startsWith('best: '))).toBe(true);
  });

  it('gives the same text again', () => {
    const records = history(100, (epoch) => Math.exp(-epoch / 20));
    expect(lossPlotSvg(records, 100)).toBe(lossPlotSvg(records, 100));
  });
});
