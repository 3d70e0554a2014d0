/**
 * The plan of an arena as an SVG picture: time runs to the right, addresses upward, every buffer is a box, and a key
 * names them all. Equal plans give equal text; names are escaped.
 */

import { counted, formatCount } from '../../core/figure-text.ts';
import { type MemoryBox, type MemoryPeak, type MemoryPicture, memoryPeak } from './memory-picture.ts';
import { COLORS, GRID, svgPicture } from './svg-picture.ts';
import { coordinate, escapeXml, shortenText, svgText } from './svg-text.ts';

const WIDTH = 1000;
const PLOT = { left: 86, right: 976, top: 84, height: 400 };
const BOTTOM = PLOT.top + PLOT.height;
const NAMES_HEIGHT = 118;
const KEY_ROW = 17;
const KEY_COLUMNS = 2;
const MAX_KEY_ENTRIES = 80;
/** Of a letter, relative to the size of the font. */
const LETTER_WIDTH = 0.56;
/** Columns at least this wide have their names straight. */
const STRAIGHT_NAMES = 150;
/** Columns narrower than this have no name below, only every so many a number. */
const NARROWEST_NAMED = 13;

/** Tints that tell neighbours apart; numbers and the key say which is which. */
const TINTS = ['#a6cee8', '#f7d08a', '#a9dcc3', '#f2b28c', '#e3b5d0', '#cfe6f5', '#f4ea9b', '#c5c9ce'];

interface Scales {
  x(step: number): number;
  y(offset: number): number;
  readonly columnWidth: number;
}

function scalesOf({ steps, headBytes }: MemoryPicture): Scales {
  const columnWidth = (PLOT.right - PLOT.left) / Math.max(1, steps.length);
  return {
    x: (step) => PLOT.left + step * columnWidth,
    y: (offset) => BOTTOM - (offset / Math.max(1, headBytes)) * PLOT.height,
    columnWidth,
  };
}

/** 1, 2 or 5 times a power of ten, so that about six fit. */
function tickStep(most: number): number {
  const rough = Math.max(1, most / 6);
  const power = 10 ** Math.floor(Math.log10(rough));
  return power * ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10);
}

function grid({ headBytes }: MemoryPicture, { y }: Scales): string[] {
  const step = tickStep(headBytes);
  const ticks = Array.from({ length: Math.floor(headBytes / step) + 1 }, (_, index) => index * step);
  return ticks.flatMap((tick) => [
    `<line x1="${PLOT.left}" x2="${PLOT.right}" y1="${coordinate(y(tick))}" y2="${coordinate(y(tick))}" stroke="${GRID}"/>`,
    svgText(PLOT.left - 8, y(tick) + 4, formatCount(tick), 'text-anchor="end" class="faint"'),
  ]);
}

function peakBand(peak: MemoryPeak, { x, columnWidth }: Scales): string {
  return `<rect x="${coordinate(x(peak.step))}" y="${PLOT.top}" width="${coordinate(columnWidth)}" height="${PLOT.height}" fill="${COLORS.vermilion}" fill-opacity="0.12"/>`;
}

function peakLine({ headBytes }: MemoryPicture, peak: MemoryPeak, { x }: Scales): string[] {
  const atRight = x(peak.step) > (PLOT.left + PLOT.right) / 2;
  return [
    `<line x1="${PLOT.left}" x2="${PLOT.right}" y1="${PLOT.top}" y2="${PLOT.top}" stroke="${COLORS.vermilion}" stroke-width="1.5" stroke-dasharray="5 4"/>`,
    svgText(
      atRight ? PLOT.right : PLOT.left,
      PLOT.top - 7,
      `peak: ${formatCount(headBytes)} bytes at step ${peak.step}`,
      `text-anchor="${atRight ? 'end' : 'start'}" fill="${COLORS.vermilion}" font-weight="600"`,
    ),
  ];
}

function fillOf({ kind }: MemoryBox, index: number): string {
  return kind === 'scratch' ? 'url(#scratch)' : TINTS[index % TINTS.length];
}

/** What a number in a box stands for. */
function describe({ label, kind, bytes, offset, first, last }: MemoryBox): string {
  const steps = first === last ? `step ${first}` : `steps ${first}–${last}`;
  return `${label}${kind === 'activation' || kind === 'scratch' ? '' : ` (${kind})`}: ${formatCount(bytes)} bytes at ${formatCount(offset)}, ${steps}`;
}

/** Converters join the names of fused layers with semicolons, and begin all names alike: the end of the first tells most. */
function tailOf({ kind, label }: MemoryBox, length: number): string {
  // Whose it is stands below.
  if (kind === 'scratch' && length >= kind.length) return kind;
  const characters = [...(label.split(';', 1)[0] || label).slice(-2 * length - 2)];
  return characters.length <= length ? characters.join('') : `…${characters.slice(1 - length).join('')}`;
}

/** The number, and as much of the name as fits; nothing in a box too small for a number. */
function boxLabel(box: MemoryBox, index: number, width: number, height: number): string {
  const size = 11;
  const letters = Math.floor((width - 6) / (size * LETTER_WIDTH));
  const number = String(index + 1);
  if (height < size || letters < number.length) return '';
  if (height >= 2 * size + 8 && letters >= 8) return number;
  return letters >= number.length + 8 ? `${number} ${tailOf(box, letters - number.length - 1)}` : number;
}

function drawBox(box: MemoryBox, index: number, atPeak: boolean, scales: Scales): string {
  const { offset, bytes, first, last } = box;
  const [left, top] = [scales.x(first), scales.y(offset + bytes)];
  const width = (last - first + 1) * scales.columnWidth;
  const height = Math.max(1, scales.y(offset) - top);
  const [middle, center] = [left + width / 2, top + height / 2];
  const label = boxLabel(box, index, width, height);
  const letters = Math.floor((width - 6) / (11 * LETTER_WIDTH));
  const twoLines = label !== '' && height >= 30 && letters >= 8;
  const parts = [
    `<rect x="${coordinate(left + 0.5)}" y="${coordinate(top)}" width="${coordinate(Math.max(0.5, width - 1))}" height="${coordinate(height)}" fill="${fillOf(box, index)}" stroke="${atPeak ? COLORS.ink : '#8a939c'}" stroke-width="${atPeak ? 1.4 : 0.7}"/>`,
  ];
  if (label !== '') {
    parts.push(svgText(middle, center + (twoLines ? -2 : 4), label, 'text-anchor="middle"'));
  }
  if (twoLines) {
    parts.push(svgText(middle, center + 12, tailOf(box, letters), 'text-anchor="middle" class="faint"'));
  }
  return `<g><title>${escapeXml(describe(box))}</title>${parts.join('')}</g>`;
}

function stepLabels(
  { steps }: MemoryPicture,
  peak: MemoryPeak | undefined,
  { x, columnWidth }: Scales,
): string[] {
  const every = Math.max(1, Math.ceil(24 / columnWidth));
  return steps.flatMap((name, step) => {
    const middle = x(step) + columnWidth / 2;
    const style = step === peak?.step ? `fill="${COLORS.vermilion}" font-weight="600"` : 'class="faint"';
    if (columnWidth < NARROWEST_NAMED) {
      return step % every === 0
        ? [svgText(middle, BOTTOM + 16, String(step), `text-anchor="middle" ${style}`)]
        : [];
    }
    const label = shortenText(step === 0 ? name : `${step} ${name}`, 22);
    if (columnWidth >= STRAIGHT_NAMES) {
      return [svgText(middle, BOTTOM + 18, label, `text-anchor="middle" ${style}`)];
    }
    const [at, down] = [coordinate(middle + 4), coordinate(BOTTOM + 13)];
    return [
      `<text transform="translate(${at} ${down}) rotate(-40)" text-anchor="end" ${style}>${escapeXml(label)}</text>`,
    ];
  });
}

function keyEntry(box: MemoryBox, index: number, x: number, y: number): string {
  const number = `${index + 1}`;
  return [
    `<rect x="${x}" y="${y - 10}" width="12" height="12" fill="${fillOf(box, index)}" stroke="#8a939c" stroke-width="0.7"/>`,
    svgText(x + 38, y, number, 'text-anchor="end"'),
    svgText(
      x + 46,
      y,
      shortenText(describe({ ...box, label: shortenText(box.label, 36) }), 80),
      'class="faint"',
    ),
  ].join('');
}

function key({ boxes }: MemoryPicture, top: number): { readonly parts: string[]; readonly height: number } {
  const listed = boxes
    .map((box, index) => ({ box, index }))
    .sort((a, b) => b.box.bytes - a.box.bytes || a.index - b.index)
    .slice(0, MAX_KEY_ENTRIES)
    .sort((a, b) => a.index - b.index);
  const rows = Math.ceil(listed.length / KEY_COLUMNS);
  const columnWidth = (WIDTH - 48) / KEY_COLUMNS;
  const parts = listed.map(({ box, index }, at) =>
    keyEntry(box, index, 24 + Math.floor(at / rows) * columnWidth, top + (at % rows) * KEY_ROW),
  );
  const left = boxes.length - listed.length;
  if (left > 0)
    parts.push(svgText(24, top + rows * KEY_ROW, `and ${counted(left, 'smaller buffer')}`, 'class="faint"'));
  return { parts, height: (rows + (left > 0 ? 1 : 0)) * KEY_ROW };
}

function subtitle({ headBytes, arena, unknownOperators }: MemoryPicture): string {
  if (arena === undefined) return `${formatCount(headBytes)} bytes, besides inputs and outputs`;
  const { tailBytes, minimumBytes } = arena;
  const bounds =
    unknownOperators.length === 0
      ? ''
      : ` (lower bounds: the memory of ${shortenText(unknownOperators.join(', '), 40)} is not known)`;
  return `${formatCount(headBytes)} bytes of activations + ${formatCount(tailBytes)} persistent = ${formatCount(headBytes + tailBytes)} used; least arena that works: ${formatCount(minimumBytes)}${bounds}`;
}

/** 1000 pixels wide on white; as high as its key is long. */
export function memoryPlanSvg(picture: MemoryPicture): string {
  const scales = scalesOf(picture);
  const peak = memoryPeak(picture);
  const { columnWidth } = scales;
  const slanted = columnWidth >= NARROWEST_NAMED && columnWidth < STRAIGHT_NAMES;
  const names = slanted ? NAMES_HEIGHT : 30;
  const { parts: keyParts, height: keyHeight } = key(picture, BOTTOM + names + 22);
  const height = BOTTOM + names + keyHeight + 24;
  const atPeak = new Set(peak?.boxes);
  const title = shortenText(`Memory plan: ${picture.title}`, 95);
  return svgPicture({
    width: WIDTH,
    height,
    fontSize: 11,
    title,
    summary: subtitle(picture),
    parts: [
      '<defs><pattern id="scratch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="6" height="6" fill="#f3f5f6"/><rect width="1.5" height="6" fill="#ccd2d8"/></pattern></defs>',
      svgText(24, 30, title, 'font-size="17" font-weight="600"'),
      svgText(24, 50, subtitle(picture), 'font-size="12" class="faint"'),
      ...(peak === undefined ? [] : [peakBand(peak, scales)]),
      ...grid(picture, scales),
      ...picture.boxes.map((box, index) => drawBox(box, index, atPeak.has(box), scales)),
      svgText(PLOT.left - 8, PLOT.top - 7, 'bytes', 'text-anchor="end" class="faint"'),
      ...(peak === undefined ? [] : peakLine(picture, peak, scales)),
      ...stepLabels(picture, peak, scales),
      ...keyParts,
    ],
  });
}
