/**
 * What the colours of drawings become on a page. In a file of their own they are on white; on a page they follow the
 * reader's choice of light or dark, and every text among them stands out by 4.5 : 1 or more.
 */

import { FAINT_INK } from '../plots/svg-picture.ts';

export interface PlotColour {
  /** On a dark page. */
  readonly dark: string;
  /** Of text on a light page, where the colour itself is too faint for that. */
  readonly lightText?: string;
}

/** By the colour that `targets/plots/` draws with. */
export const PLOT_COLOURS: Readonly<Record<string, PlotColour>> = {
  // Paper and ink.
  '#ffffff': { dark: '#0d1117' },
  '#1f2328': { dark: '#e6edf3' },
  '#59636e': { dark: '#c3ccd5', lightText: '#3f4750' },
  '#6e7781': { dark: '#8b949e' },
  '#c3c8ce': { dark: '#57606a' },
  '#8a939c': { dark: '#6e7681' },
  // Grid and axes.
  '#e4e7eb': { dark: '#2a313a' },
  '#f1f3f5': { dark: '#1b222b' },
  '#b4bbc3': { dark: '#57606a' },
  // Curves and points.
  '#0072b2': { dark: '#58a9e6' },
  '#d55e00': { dark: '#ff8f4a', lightText: '#a84a00' },
  '#007a5a': { dark: '#3fc79a' },
  '#a8327d': { dark: '#e58ac4' },
  '#7a6200': { dark: '#d6b93c' },
  '#5b4fc4': { dark: '#a59bff' },
  // Boxes of memory plans.
  '#a6cee8': { dark: '#1f4a66' },
  '#f7d08a': { dark: '#63450d' },
  '#a9dcc3': { dark: '#1b533c' },
  '#f2b28c': { dark: '#6b3518' },
  '#e3b5d0': { dark: '#613050' },
  '#cfe6f5': { dark: '#283f51' },
  '#f4ea9b': { dark: '#554d11' },
  '#c5c9ce': { dark: '#40474e' },
  '#f3f5f6': { dark: '#21262d' },
  '#ccd2d8': { dark: '#3d444d' },
};

function textRule(from: string, to: string): string {
  const faint = from === FAINT_INK ? ',svg .faint' : '';
  return `svg text[fill="${from}"]${faint}{fill:${to}}`;
}

/** Rules for drawings on a light page. */
export function lightPlotRules(): string {
  return Object.entries(PLOT_COLOURS)
    .map(([from, { lightText }]) => (lightText === undefined ? '' : textRule(from, lightText)))
    .join('');
}

/** Rules that turn them dark; they stand behind those for light pages. */
export function darkPlotRules(): string {
  return Object.entries(PLOT_COLOURS)
    .map(
      ([from, { dark }]) =>
        `svg[fill="${from}"],svg [fill="${from}"]{fill:${dark}}svg [stroke="${from}"]{stroke:${dark}}${textRule(from, dark)}`,
    )
    .join('');
}
