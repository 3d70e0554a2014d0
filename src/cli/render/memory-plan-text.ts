/** A memory plan as text: which buffer lies where and when, a picture of blocks, and what sets the peak. */

import { counted, countOf } from '../../core/figure-text.ts';
import { type MemoryBox, type MemoryPicture, memoryPeak } from '../../targets/plots/memory-picture.ts';
import { shortenedTo } from './display-width.ts';
import { printable } from './printable.ts';
import { formatCount, formatTable } from './table.ts';

/** One sign for each buffer that the picture tells apart. */
const SIGNS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
const OTHER_SIGN = '#';
const FREE_SIGN = '·';
const MAX_ROWS = 24;
/** Wider pictures do not fit a terminal. */
const MAX_STEPS = 160;
const MAX_LISTED = 200;
const LONGEST_LABEL = 60;
/** Arenas are planned in units of this many bytes. */
const UNIT = 16;

function signOf(index: number): string {
  return SIGNS[index] ?? OTHER_SIGN;
}

function shortened(label: string): string {
  return shortenedTo(printable(label), LONGEST_LABEL);
}

/** Lower ends of the rows: where boxes begin and end, or evenly spread where these are too many. */
function rowOffsets({ boxes, headBytes }: MemoryPicture): readonly number[] {
  const ends = new Set(boxes.flatMap(({ offset, bytes }) => [offset, offset + bytes]));
  ends.add(0);
  ends.delete(headBytes);
  if (ends.size <= MAX_ROWS) return [...ends].sort((a, b) => a - b);
  const step = Math.ceil(headBytes / MAX_ROWS / UNIT) * UNIT;
  return Array.from({ length: Math.ceil(headBytes / step) }, (_, row) => row * step);
}

/** The box that takes most of the range at that step. */
function boxAt(boxes: readonly MemoryBox[], from: number, to: number, step: number): number {
  let best = -1;
  let most = 0;
  for (const [index, { offset, bytes, first, last }] of boxes.entries()) {
    if (step < first || step > last) continue;
    const overlap = Math.min(to, offset + bytes) - Math.max(from, offset);
    if (overlap > most) {
      best = index;
      most = overlap;
    }
  }
  return best;
}

/** Of a line with `cellWidth` cells for every step: the offset, the edge, the steps. */
function pictureCells({ steps, headBytes }: MemoryPicture, cellWidth: number): number {
  return formatCount(headBytes).length + 2 + cellWidth * steps.length;
}

function formatPicture(picture: MemoryPicture, terminal = Infinity): string {
  const { boxes, steps, headBytes } = picture;
  const offsets = rowOffsets(picture);
  const cellWidth = steps.length <= 30 && pictureCells(picture, 2) <= terminal ? 2 : 1;
  const labels = offsets.map(formatCount);
  const top = formatCount(headBytes);
  const width = Math.max(top.length, ...labels.map(({ length }) => length));
  const rows = offsets.map((from, row) => {
    const to = offsets[row + 1] ?? headBytes;
    const cells = steps.map((_, step) => {
      const index = boxAt(boxes, from, to, step);
      return (index < 0 ? FREE_SIGN : signOf(index)).repeat(cellWidth);
    });
    return `${labels[row].padStart(width)} │${cells.join('')}`;
  });
  const digits = steps.map((_, step) => String(step % 10).padEnd(cellWidth));
  return [
    `${top.padStart(width)} ┐`,
    ...rows.reverse(),
    `${' '.repeat(width)} └${'─'.repeat(steps.length * cellWidth)}`,
    `${' '.repeat(width)}  ${digits.join('').trimEnd()}  step, last digit`,
  ].join('\n');
}

function formatBoxes({ boxes, steps }: MemoryPicture, terminal: number | undefined): string {
  const rows = boxes
    .slice(0, MAX_LISTED)
    .map(({ label, kind, bytes, offset, first, last }, index) => [
      signOf(index),
      formatCount(offset),
      formatCount(bytes),
      first === last ? String(first) : `${first}–${last}`,
      kind,
      shortened(label),
    ]);
  const table = formatTable(
    [
      { title: '' },
      { title: 'offset', align: 'right' },
      { title: 'bytes', align: 'right' },
      { title: 'steps', align: 'right' },
      { title: 'kind' },
      { title: 'name' },
    ],
    rows,
    terminal,
  );
  const more = boxes.length > MAX_LISTED ? `\n${counted(boxes.length - MAX_LISTED, 'more buffer')}` : '';
  return `${table}${more}\nstep 0 is before the first operator; then ${steps
    .slice(1, 1 + MAX_STEPS)
    .map((name, index) => `${index + 1} ${shortened(name)}`)
    .join(', ')}${steps.length > MAX_STEPS + 1 ? ', …' : ''}`;
}

function formatPeak(picture: MemoryPicture): string {
  const peak = memoryPeak(picture);
  if (peak === undefined) return 'no operator needs memory for activations';
  const parts = peak.boxes
    .slice(0, 6)
    .map(({ label, bytes }) => `${shortened(label)} (${formatCount(bytes)})`);
  if (peak.boxes.length > parts.length) parts.push(`${peak.boxes.length - parts.length} more`);
  const free = peak.freeBytes === 0 ? '' : `, and ${countOf(peak.freeBytes, 'byte')} that fit nothing`;
  const name = shortened(picture.steps[peak.step] ?? '');
  return `peak: ${countOf(picture.headBytes, 'byte')} at step ${peak.step}, ${name}: ${parts.join(' + ')}${free}`;
}

/** `terminal` is how many cells a line of the terminal has. */
export function renderMemoryPlan(picture: MemoryPicture, terminal?: number): string {
  const { title, steps, boxes, headBytes, arena, unknownOperators } = picture;
  const unknown =
    unknownOperators.length === 0 ? '' : `; the memory of ${unknownOperators.join(', ')} is not known`;
  const beside =
    arena === undefined
      ? ', besides inputs and outputs'
      : `, behind them ${formatCount(arena.tailBytes)} persistent`;
  const blocks = [
    `${printable(title)}: ${countOf(headBytes, 'byte')} of activations and scratch memory${beside}${printable(unknown)}`,
  ];
  if (boxes.length > 0) {
    blocks.push(formatBoxes(picture, terminal));
    blocks.push(
      steps.length <= MAX_STEPS && pictureCells(picture, 1) <= (terminal ?? Infinity)
        ? formatPicture(picture, terminal)
        : `${steps.length} steps are too many to draw here; use --plan-svg.`,
    );
  }
  blocks.push(formatPeak(picture));
  return `${blocks.join('\n\n')}\n`;
}
