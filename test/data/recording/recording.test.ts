import { expect, it } from 'vitest';
import { Recording } from '../../../src/data/recording/recording.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

it('takes rows until the time is over, and writes them with their clock', () => {
  const recording = new Recording(1);
  const rows = ['half', ...Array.from({ length: 20 }, (_, i) => `a:${i},1:${i % 7 === 3 ? 'nan' : -i / 4}`)];
  let text = '';
  for (const [place, line] of rows.entries()) {
    const before = recording.rows;
    const kept = recording.push(bytes(`${line}\n`), 50 + place / 10);
    text += recording.text(kept, before === 0 && kept.length > 0);
  }
  expect(recording.isComplete).toBe(true);
  expect(text).toBe(
    `time_s,a,x1\n${[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]
      .map((i) => `0.${i}00000,${i},${i === 3 ? '' : i === 0 ? 0 : -i / 4}\n`)
      .join('')}`,
  );
  const { columns, rows: count, seconds, rate, lines } = recording.facts;
  expect([columns, count]).toEqual([['a', '1'], 10]);
  expect(seconds).toBeCloseTo(0.9);
  expect(rate?.hz).toBeCloseTo(10);
  expect(lines.missing).toBeGreaterThan(0);
});

it('keeps rows that waited for others but not what was heard at once, and writes names as cells', () => {
  const recording = new Recording(10);
  recording.push(bytes('\n"a",b \n9,9\n'), 1);
  recording.push(bytes('1,2\n3,4\n'), 1.5);
  const kept = recording.end();
  expect(recording.text(kept, true)).toBe('time_s,"""a""",b\n0.000000,1,2\n0.000000,3,4\n');
});
