/** Tables on terminals of any width. */

import { describe, expect, it } from 'vitest';
import { DEFAULT_FORM } from '../../src/browser.ts';
import { displayWidth } from '../../src/cli/render/display-width.ts';
import { formatOperators } from '../../src/cli/render/inspection.ts';
import { renderMemoryPlan } from '../../src/cli/render/memory-plan-text.ts';
import { type Column, formatTable } from '../../src/cli/render/table.ts';
import { writeTflite } from '../../src/formats/tflite/write.ts';
import { inspectModel } from '../../src/models/inspect/inspect-model.ts';
import { memoryPicture } from '../../src/models/inspect/memory-picture.ts';
import { sineNet } from '../formats/tflite/models.ts';

const COLUMNS: readonly Column[] = [
  { title: 'name' },
  { title: 'a long title', align: 'right' },
  { title: 'why', wraps: true },
];
const ROWS = [
  ['識別器の出力テンソル', '1,234,567', 'because it is so, and because nobody said otherwise'],
  ['output', '8', ''],
];

const widths = (text: string): number[] => text.split('\n').map(displayWidth);

describe('formatTable', () => {
  it('is whole where no terminal shows it', () => {
    expect(formatTable(COLUMNS, ROWS).split('\n')).toHaveLength(3);
    expect(formatTable(COLUMNS, ROWS)).not.toContain('…');
    expect(formatTable(COLUMNS, ROWS, 200)).toBe(formatTable(COLUMNS, ROWS));
  });

  it.each([30, 34, 44, 60, 80])(
    'fits %i cells, with every number and every word of its sentences',
    (terminal) => {
      const text = formatTable(COLUMNS, ROWS, terminal);
      expect(Math.max(...widths(text))).toBeLessThanOrEqual(terminal);
      expect(text).toContain('1,234,567');
      for (const word of ROWS[0][2].split(' ')) expect(text).toContain(word);
    },
  );

  it('shortens the widest names first, and never a number', () => {
    const columns: readonly Column[] = [
      { title: 'short' },
      { title: 'long' },
      { title: 'n', align: 'right' },
    ];
    expect(formatTable(columns, [['one', 'a'.repeat(20), '123456789']], 27)).toBe(
      `short  long                n\none    ${'a'.repeat(8)}…  123456789`.replace(
        'long                n',
        'long               n',
      ),
    );
    expect(formatTable(columns, [['one', 'two', '123456789']], 4)).toContain('123456789');
  });
});

it('the tables of an inspection and of its plan fit 44 columns, and lose no number', () => {
  const { inspection, outline, plans } = inspectModel(writeTflite(sineNet()), DEFAULT_FORM);
  const picture = memoryPicture(outline, plans[0], 'm');
  for (const [whole, narrow] of [
    [formatOperators(inspection), formatOperators(inspection, 44)],
    ...[0, 1].map((index) =>
      [undefined, 44].map((terminal) => renderMemoryPlan(picture, terminal).split('\n\n')[1 + index]),
    ),
  ]) {
    const table = narrow.split('\nstep 0')[0];
    expect(Math.max(...widths(table))).toBeLessThanOrEqual(44);
    const numbers = (text: string): readonly string[] => text.match(/(?<= {2})\d[\d,]*(?= |$)/gm) ?? [];
    expect(numbers(narrow)).toEqual(numbers(whole));
  }
});
