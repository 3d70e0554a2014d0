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

/** How many points are drawn in a colour: circles inside groups of this fill or stroke. */
export function countPoints(svg: string, color: string): number {
  const groups = svg.matchAll(new RegExp(`<g (?:[^>]* )?(?:fill|stroke)="${color}"[^>]*>(.*?)</g>`, 'g'));
  return [...groups].reduce((count, [, content]) => count + (content.match(/<circle /g)?.length ?? 0), 0);
}

/** The path of the only curve in a colour, as SVG writes it; undefined where there is none. */
export function curveIn(svg: string, color: string): string | undefined {
  const [first, ...others] = svg.matchAll(new RegExp(`<path d="([^"]*)" [^>]*stroke="${color}"`, 'g'));
  expect(others).toEqual([]);
  return first?.[1];
}

/** What a screen reader says of the picture. */
export function spokenWords(svg: string): string[] {
  expect(svg.slice(0, svg.indexOf('>'))).toContain('role="img"');
  const [, title, summary] = svg.match(/^<svg [^>]*>\n<title>([^<]+)<\/title>\n<desc>([^<]+)<\/desc>/) ?? [];
  return [title, summary];
}
