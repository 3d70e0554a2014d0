/** Every kind of block as HTML. Each piece of foreign text goes through `escapeXml`. */

import { escapeXml } from '../plots/svg-text.ts';
import type { Block, Cell, Facts, Figure, Gallery, GalleryItem, Table, TableColumn } from './page.ts';

/** Longer text goes over several lines: sentences, digests. */
const LONGEST_LINE = 30;

/** The classes of a cell, as an attribute. */
function classesOf(text: string, { align }: TableColumn, tinted = false): string {
  const classes = [
    ...(align === 'right' ? ['n'] : []),
    ...(text.length > LONGEST_LINE ? ['wraps'] : []),
    ...(tinted ? ['tinted'] : []),
  ];
  return classes.length === 0 ? '' : ` class="${classes.join(' ')}"`;
}

function cellHtml(cell: Cell, column: TableColumn): string {
  if (typeof cell === 'string') return `<td${classesOf(cell, column)}>${escapeXml(cell)}</td>`;
  const share = Math.round(Math.min(1, Math.max(0, cell.share)) * 100) / 100;
  return `<td${classesOf(cell.text, column, true)} style="--share:${share}">${escapeXml(cell.text)}</td>`;
}

function rowHtml([head, ...cells]: readonly Cell[], [first, ...columns]: readonly TableColumn[]): string {
  const text = typeof head === 'string' ? head : head.text;
  return `<tr><th scope="row"${classesOf(text, first)}>${escapeXml(text)}</th>${cells.map((cell, index) => cellHtml(cell, columns[index])).join('')}</tr>`;
}

/** In a box that can be scrolled with the keys where it is wider than the page. */
function tableHtml({ caption, columns, rows }: Table): string {
  const heads = columns.map(
    (column) => `<th scope="col"${classesOf('', column)}>${escapeXml(column.title)}</th>`,
  );
  return [
    `<div class="scroll" role="group" aria-label="${escapeXml(`Table: ${caption}`)}" tabindex="0"><table>`,
    `<caption>${escapeXml(caption)}</caption>`,
    `<thead><tr>${heads.join('')}</tr></thead>`,
    '<tbody>',
    ...rows.map((row) => rowHtml(row, columns)),
    '</tbody></table></div>',
  ].join('\n');
}

/** In a page an element of SVG needs no name space, and its style sheet is the page's. */
function inlineSvg(svg: string): string {
  return svg
    .replace(' xmlns="http://www.w3.org/2000/svg"', '')
    .replace(/<style>[^<]*<\/style>\n?/, '')
    .trim();
}

function figureHtml({ svg, caption }: Figure): string {
  return `<figure>\n${inlineSvg(svg)}\n<figcaption>${escapeXml(caption)}</figcaption></figure>`;
}

function base64(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}

function itemHtml({ picture, caption }: GalleryItem): string {
  const shown =
    'svg' in picture
      ? inlineSvg(picture.svg)
      : `<img src="data:image/png;base64,${base64(picture.png)}" width="${picture.width}" height="${picture.height}" alt="${escapeXml(picture.alt)}">`;
  return `<li><figure>${shown}<figcaption>${escapeXml(caption)}</figcaption></figure></li>`;
}

function galleryHtml({ caption, items }: Gallery): string {
  return `<p>${escapeXml(caption)}</p>\n<ul class="gallery">\n${items.map(itemHtml).join('\n')}\n</ul>`;
}

function factsHtml({ facts }: Facts): string {
  const rows = facts.map(
    ([name, value]) => `<div><dt>${escapeXml(name)}</dt><dd>${escapeXml(value)}</dd></div>`,
  );
  return `<dl class="facts">\n${rows.join('\n')}\n</dl>`;
}

/** Lines stay lines. */
function codeHtml(text: string): string {
  return `<pre>${text.split('\n').map(escapeXml).join('\n')}</pre>`;
}

export function blockHtml(block: Block): string {
  switch (block.kind) {
    case 'table':
      return tableHtml(block);
    case 'figure':
      return figureHtml(block);
    case 'gallery':
      return galleryHtml(block);
    case 'facts':
      return factsHtml(block);
    case 'heading':
      return `<h3>${escapeXml(block.text)}</h3>`;
    case 'text':
      return `<p>${escapeXml(block.text)}</p>`;
    case 'note':
      return `<p class="note">${escapeXml(block.text)}</p>`;
    case 'code':
      return codeHtml(block.text);
  }
}
