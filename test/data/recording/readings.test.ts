import { describe, expect, it } from 'vitest';
import { NoiseMeter } from '../../../src/data/recording/noise-meter.ts';
import { Readings } from '../../../src/data/recording/readings.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

/** All rows of a text that comes in pieces of `size` bytes. */
function rowsOf(text: string, size = text.length) {
  const readings = new Readings();
  const rows = [];
  const all = bytes(text);
  for (let at = 0; at < all.length; at += size)
    rows.push(...readings.push(all.subarray(at, at + size), at / 1000));
  rows.push(...readings.end());
  return { readings, values: rows.map(({ values }) => values) };
}

describe('Readings', () => {
  it.each([1, 3, 1000])('skips the first line, which may be a part, in pieces of %d', (size) => {
    const { values, readings } = rowsOf('9,9\r\n1,2\r\n3,4\r5,6\n7', size);
    expect(values).toEqual([
      [1, 2],
      [3, 4],
      [5, 6],
    ]);
    expect(readings.columns).toEqual(['x0', 'x1']);
    expect(readings.counts).toEqual({ rows: 3, malformed: 0, words: 0, missing: 0 });
  });

  it('takes names from the line before the first row, and does not mind that it is repeated', () => {
    const { values, readings } = rowsOf('boot\nSensor found!\nax,ay\n1,2\nax,ay\n3,4\nwarm now\n');
    expect(values.length).toBe(2);
    expect(readings.columns).toEqual(['ax', 'ay']);
    expect(readings.counts.words).toBe(3);
    expect(rowsOf('ax,ay\n1,2\n3,4\n').readings.columns).toEqual(['ax', 'ay']);
    expect(rowsOf('Hello\n1,2\n3,4\n').readings.columns).toEqual(['x0', 'x1']);
  });

  it('takes names that stand at the values', () => {
    const { values, readings } = rowsOf('x\nx:1\ty:2\nx:3\ty:4\ny:4\tx:3\n');
    expect(readings.columns).toEqual(['x', 'y']);
    expect(values.length).toBe(2);
    expect(readings.counts.malformed).toBe(1);
  });

  it('lets most of the first rows say how many columns there are', () => {
    const { values, readings } = rowsOf('\n7,8\n1,2,3\n1,2,3\n1,2\n1,2,3\n4,5,6\n');
    expect(values).toEqual([
      [1, 2, 3],
      [1, 2, 3],
      [1, 2, 3],
      [4, 5, 6],
    ]);
    expect(readings.counts.malformed).toBe(2);
    expect(readings.example).toBe('7,8');
  });

  it('counts what is no number', () => {
    expect(rowsOf('\nnan,1\n2,inf\n').readings.counts).toMatchObject({ rows: 2, missing: 2 });
  });
});

describe('NoiseMeter', () => {
  it('tells text from bytes at another rate', () => {
    const text = new NoiseMeter();
    text.push(bytes('température:21.5\t0.25\r\n'.repeat(20)));
    expect(text.isNoise).toBe(false);
    const noise = new NoiseMeter();
    noise.push(Uint8Array.from({ length: 63 }, (_, i) => (i * 151) & 0xff));
    expect(noise.isNoise).toBe(false);
    noise.push(Uint8Array.of(0xf8, 0x80));
    expect(noise.isNoise).toBe(true);
  });
});
