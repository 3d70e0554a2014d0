/** What all pictures share: colours, the font, and the element around them. */

import { escapeXml } from './svg-text.ts';

const FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif';
export const FAINT_INK = '#59636e';
export const GRID = '#e4e7eb';

/** M. Okabe and K. Ito's colours, which stay apart for colour-blind readers. */
export const COLORS = { blue: '#0072b2', vermilion: '#d55e00', gray: '#6e7781', ink: '#1f2328' };

export interface SvgPicture {
  /** In pixels. */
  readonly width: number;
  readonly height: number;
  /** Of text that does not say another. */
  readonly fontSize: number;
  /** Foreign text. */
  readonly title: string;
  /** Foreign text: what is read aloud instead of the picture. */
  readonly summary: string;
  /** Elements, already escaped. */
  readonly parts: readonly string[];
}

/** On white, so that it reads on dark pages too; with `.faint` for text of less weight. */
export function svgPicture({ width, height, fontSize, title, summary, parts }: SvgPicture): string {
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" role="img" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="${escapeXml(FONT)}" font-size="${fontSize}" fill="${COLORS.ink}">`,
    `<title>${escapeXml(title)}</title>`,
    `<desc>${escapeXml(summary)}</desc>`,
    `<style>.faint{fill:${FAINT_INK}}</style>`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    ...parts,
    '</svg>',
  ].join('\n')}\n`;
}
