/** How many cells of a terminal a text takes. */

/** Blocks whose characters are two cells wide (East Asian Width W and F), from first to last code point. */
const WIDE: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x2e80, 0x303e],
  [0x3041, 0x33ff],
  [0x3400, 0x4dbf],
  [0x4e00, 0x9fff],
  [0xa000, 0xa4cf],
  [0xa960, 0xa97f],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x20000, 0x3fffd],
];

/** Emoji that are drawn as pictures: two cells. */
const PICTURE = /^\p{Emoji_Presentation}|\ufe0f|\u20e3/u;
const UNSEEN = /^[\p{Mn}\p{Me}\p{Cf}\p{Cc}]+$/u;

// biome-ignore lint/suspicious/noControlCharactersInRegex: colours begin with it.
const COLOUR = /\u001b\[[0-9;]*m/g;

/** Made for the first text that needs it, in as long as a tenth of a small conversion takes. */
let segmenter: Intl.Segmenter | undefined;

function graphemes(text: string): Iterable<Intl.SegmentData> {
  segmenter ??= new Intl.Segmenter('en', { granularity: 'grapheme' });
  return segmenter.segment(text);
}

function graphemeWidth(grapheme: string): number {
  if (UNSEEN.test(grapheme)) return 0;
  if (PICTURE.test(grapheme)) return 2;
  const code = grapheme.codePointAt(0) ?? 0;
  return WIDE.some(([first, last]) => code >= first && code <= last) ? 2 : 1;
}

/** Cells of one line; colours take none. */
export function displayWidth(text: string): number {
  if (/^[ -~]*$/.test(text)) return text.length;
  let width = 0;
  for (const { segment } of graphemes(text.replace(COLOUR, ''))) width += graphemeWidth(segment);
  return width;
}

/** The text, or as much of it as fits into `cells` together with the sign that something is missing. */
export function shortenedTo(text: string, cells: number): string {
  return displayWidth(text) <= cells ? text : `${cutToWidth(text, cells - 1)}…`;
}

/** As much of the beginning of a text without colours as fits into `cells`: no character is cut in half. */
export function cutToWidth(text: string, cells: number): string {
  let width = 0;
  let cut = '';
  for (const { segment } of graphemes(text)) {
    width += graphemeWidth(segment);
    if (width > cells) break;
    cut += segment;
  }
  return cut;
}
