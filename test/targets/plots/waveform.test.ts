import { expect, it } from 'vitest';
import { waveformSvg } from '../../../src/targets/plots/waveform.ts';

const FRAME = { domain: [-1, 1] as const, title: 't', summary: 's' };

function lines(svg: string): number[][][] {
  return [...svg.matchAll(/<polyline points="([^"]*)"/g)].map(([, points]) =>
    points.split(' ').map((point) => point.split(',').map(Number)),
  );
}

it('a line for every channel, from edge to edge; low values below', () => {
  const drawn = lines(waveformSvg({ ...FRAME, data: [-1, 1, 0, 0, 1, -1], channels: 2 }));
  expect(drawn).toEqual([
    [
      [4, 86],
      [90, 45],
      [176, 4],
    ],
    [
      [4, 4],
      [90, 45],
      [176, 86],
    ],
  ]);
});

it('a long line keeps its spikes, in few points', () => {
  const data = new Float32Array(100_000);
  data[12_345] = 1;
  data[77_777] = -1;
  const [line] = lines(waveformSvg({ ...FRAME, data, channels: 1 }));
  expect(line.length).toBeLessThan(200);
  expect(line.map(([, y]) => y)).toEqual(expect.arrayContaining([4, 86]));
  const xs = line.map(([x]) => x);
  expect(xs).toEqual([...xs].sort((a, b) => a - b));
});

it('one value, and values that are all equal, are drawn with finite numbers', () => {
  for (const data of [[0.5], [0.5, 0.5]]) {
    const svg = waveformSvg({ ...FRAME, data, channels: 1, domain: [0.5, 0.5] });
    expect(svg).not.toMatch(/NaN|Infinity/);
  }
});
