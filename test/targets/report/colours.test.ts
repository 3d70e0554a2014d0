/** Every text of a page stands out from what it is written on, light and dark; lines stand out from the paper. */

import { expect, it } from 'vitest';
import { PLOT_COLOURS } from '../../../src/targets/report/plot-colours.ts';
import { MOST_TINT, PAGE_COLOURS } from '../../../src/targets/report/style.ts';
import { blended, contrast, rgbOf } from './contrast.ts';

/** Of body text, and of lines that carry meaning (WCAG 2.2, 1.4.3 and 1.4.11). */
const TEXT = 4.5;
const LINE = 3;

const THEMES = ['light', 'dark'] as const;

it('knows the two ends of contrast', () => {
  expect(contrast(rgbOf('#000000'), rgbOf('#ffffff'))).toBeCloseTo(21, 10);
  expect(contrast(rgbOf('#d55e00'), rgbOf('#ffffff'))).toBeLessThan(TEXT);
});

it.each(THEMES)('texts of a %s page', (theme) => {
  const { ink, faint, link, page, card, note, tint } = PAGE_COLOURS[theme];
  const paper = rgbOf(page);
  const tinted = blended(
    tint.split(' ').map(Number) as unknown as [number, number, number],
    paper,
    MOST_TINT,
  );
  const pairs = [
    ...[ink, faint, link].map((text) => [text, paper] as const),
    ...[ink, faint].map((text) => [text, rgbOf(card)] as const),
    [ink, rgbOf(note)] as const,
    [ink, tinted] as const,
  ];
  for (const [text, under] of pairs) expect(contrast(rgbOf(text), under)).toBeGreaterThanOrEqual(TEXT);
});

const TINTS = [
  '#a6cee8',
  '#f7d08a',
  '#a9dcc3',
  '#f2b28c',
  '#e3b5d0',
  '#cfe6f5',
  '#f4ea9b',
  '#c5c9ce',
  '#f3f5f6',
];
const CURVES = ['#0072b2', '#d55e00', '#007a5a', '#a8327d', '#7a6200', '#5b4fc4', '#1f2328', '#6e7781'];

function drawn(colour: string, theme: (typeof THEMES)[number], isText: boolean): string {
  const { dark, lightText = colour } = PLOT_COLOURS[colour];
  return theme === 'dark' ? dark : isText ? lightText : colour;
}

it.each(THEMES)('drawings on a %s page', (theme) => {
  const paper = rgbOf(drawn('#ffffff', theme, false));
  for (const text of ['#1f2328', '#59636e']) {
    for (const under of ['#ffffff', ...TINTS]) {
      const ratio = contrast(rgbOf(drawn(text, theme, true)), rgbOf(drawn(under, theme, false)));
      expect(ratio, `${text} on ${under}`).toBeGreaterThanOrEqual(TEXT);
    }
  }
  expect(contrast(rgbOf(drawn('#d55e00', theme, true)), paper)).toBeGreaterThanOrEqual(TEXT);
  for (const curve of CURVES) {
    expect(contrast(rgbOf(drawn(curve, theme, false)), paper), curve).toBeGreaterThanOrEqual(LINE);
  }
});

it('paper of drawings is the paper of the page', () => {
  expect(drawn('#ffffff', 'light', false)).toBe(PAGE_COLOURS.light.page);
  expect(drawn('#ffffff', 'dark', false)).toBe(PAGE_COLOURS.dark.page);
});
