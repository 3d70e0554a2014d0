/** Foreign text and numbers inside SVG. */

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
/** What XML 1.0 does not allow, and marks that change the direction of writing. */
const FORBIDDEN = /[\p{Cc}\p{Cs}\u200e\u200f\u202a-\u202e\u2066-\u2069\ufffe\uffff]/gu;

/** As the content of an element or a quoted attribute; characters that XML does not allow become `�`. */
export function escapeXml(text: string): string {
  return text.replace(FORBIDDEN, '\ufffd').replace(/[&<>"']/g, (character) => ENTITIES[character]);
}

/** At most `length` characters, the last of them `…` where some are missing. */
export function shortenText(text: string, length: number): string {
  const characters = [...text.slice(0, 2 * length + 2)];
  return characters.length <= length ? characters.join('') : `${characters.slice(0, length - 1).join('')}…`;
}

/** A coordinate, in hundredths of a pixel. */
export function coordinate(value: number): string {
  return String(Math.round(value * 100) / 100);
}

/** One line of foreign text; `y` is its baseline, unless `attributes` say otherwise. */
export function svgText(x: number, y: number, content: string, attributes: string): string {
  return `<text x="${coordinate(x)}" y="${coordinate(y)}" ${attributes}>${escapeXml(content)}</text>`;
}
