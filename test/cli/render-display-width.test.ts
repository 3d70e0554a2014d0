import { describe, expect, it } from 'vitest';
import { cutToWidth, displayWidth } from '../../src/cli/render/display-width.ts';
import { evaluationPlot } from '../../src/cli/render/evaluation.ts';
import { formatTable } from '../../src/cli/render/table.ts';
import { createTerminalReporter } from '../../src/cli/terminal/terminal-reporter.ts';

describe('displayWidth', () => {
  it.each([
    ['', 0],
    ['sine', 4],
    ['naïve', 5],
    ['nai\u0308ve', 5],
    ['手を振る', 8],
    ['한글', 4],
    ['👋', 2],
    ['👩‍👩‍👧', 2],
    ['🇩🇪', 2],
    ['\u001b[1mbold\u001b[22m', 4],
    ['▸ – │', 5],
  ])('%j takes %d cells', (text, cells) => {
    expect(displayWidth(text)).toBe(cells);
  });

  it('cuts between characters', () => {
    expect(['手を振る', 'a手', '👩‍👩‍👧x'].map((text) => cutToWidth(text, 3))).toEqual([
      '手',
      'a手',
      '👩‍👩‍👧x',
    ]);
  });
});

it('tables are aligned by what the terminal shows', () => {
  const table = formatTable(
    [{ title: 'class' }, { title: 'n', align: 'right' }],
    [
      ['手を振る', '1'],
      ['idle', '12'],
    ],
  );
  expect(table.split('\n').map(displayWidth)).toEqual([12, 12, 12]);
});

it.each([44, 120])('plots fit into %d columns', (columns) => {
  const x = Float32Array.of(0, 1, 2);
  const plot = evaluationPlot({ x, y: x, predicted: x, type: 'int8' }, columns);
  expect(Math.max(...plot.split('\n').map(displayWidth))).toBeLessThan(columns);
});

it.each([20, 44, 80])('progress stays within %d columns, whatever is in it', (columns) => {
  let written = '';
  const stderr = { isTTY: true, columns, write: (text: string | Uint8Array) => (written += String(text)) };
  const io = { stdout: stderr, stderr, cwd: '/', env: {}, signal: new AbortController().signal };
  createTerminalReporter(io).progress(1, 900, '手を振る'.repeat(20));
  const line = written.replace('\r\u001b[K', '');
  expect(displayWidth(line)).toBeLessThan(columns);
  expect(displayWidth(line)).toBeGreaterThan(columns - 4);
});

it.each([
  [20, 0],
  [44, 16],
  [80, 40],
])('on %d columns a curve has %d cells, and none where nothing is live', (columns, cells) => {
  const written = [true, false].map((isTTY) => {
    let text = '';
    const stderr = { isTTY, columns, write: (more: string | Uint8Array) => (text += String(more)) };
    const io = {
      stdout: stderr,
      stderr,
      cwd: '/',
      env: { NO_COLOR: '1' },
      signal: new AbortController().signal,
    };
    createTerminalReporter(io).curve?.(
      'val_loss',
      Array.from({ length: 100 }, (_, i) => 1 / (i + 1)),
    );
    return text;
  });
  expect(written[1]).toBe('');
  expect(written[0].match(/[▁-█]/g)?.length ?? 0).toBe(cells);
  expect(displayWidth(written[0].trimEnd())).toBeLessThan(columns);
  if (cells > 0) expect(written[0]).toMatch(/^ {2}val_loss {2}█.*▁ {2}1\.00 → 0\.0100\n$/);
});
