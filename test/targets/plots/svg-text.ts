/** What tests ask of an SVG picture without looking at it. */

import { expect } from 'vitest';

/** The text elements, in order. Fails unless the elements nest and close, and every coordinate is a number. */
export function svgTexts(svg: string, size = 'width="720" height="440"'): string[] {
  expect(svg).toMatch(/^<svg [^>]*>.*<\/svg>\n$/s);
  expect(svg.slice(0, svg.indexOf('>'))).toContain(size);
  expect(svg).not.toMatch(/NaN|Infinity|undefined/);
  const open: string[] = [];
  const rest = svg.replace(
    /<([a-z]+)((?: [a-zA-Z0-9:-]+="[^"<]*")*)(\/?)>|<\/([a-z]+)>|[^<]+/g,
    (_, name, __, empty, closed) => {
      if (closed !== undefined) expect(open.pop()).toBe(closed);
      else if (name !== undefined && empty === '') open.push(name);
      return '';
    },
  );
  expect(rest).toBe('');
  expect(open).toEqual([]);
  return Array.from(svg.matchAll(/<text [^>]*>([^<]*)<\/text>/g), ([, text]) => text);
}

/** How many marks are drawn in a colour, as fill or stroke. */
export function countMarks(svg: string, element: 'path' | 'line', color: string): number {
  return svg.match(new RegExp(`<${element} [^>]*(fill|stroke)="${color}"`, 'g'))?.length ?? 0;
}
