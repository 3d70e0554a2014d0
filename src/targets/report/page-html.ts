/**
 * A page as one HTML file that asks for nothing: style and pictures are in it. It runs no script, unless a server has it that
 * tells of changes.
 */

import { escapeXml } from '../plots/svg-text.ts';
import { blockHtml } from './block-html.ts';
import type { Page, Section } from './page.ts';
import { STYLE } from './style.ts';
import { SCRIPT_PATH, STATUS_ID } from './watch-script.ts';

/** Even if foreign text got through, it could load and run nothing. */
const POLICY =
  "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

export interface PageOptions {
  /** Served by a server that tells of changes: the page may run its script, and ask it again. */
  readonly followed?: boolean;
}

function sectionHtml({ id, title, blocks }: Section): string {
  return [
    `<section id="${escapeXml(id)}" aria-labelledby="${escapeXml(id)}-title">`,
    `<h2 id="${escapeXml(id)}-title">${escapeXml(title)}</h2>`,
    ...blocks.map(blockHtml),
    '</section>',
  ].join('\n');
}

function headHtml({ title }: Page, { followed = false }: PageOptions): string {
  const policy = !followed ? POLICY : `${POLICY}; script-src 'self'; connect-src 'self'`;
  return [
    '<head>',
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${policy}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="color-scheme" content="light dark">',
    '<meta name="referrer" content="no-referrer">',
    '<link rel="icon" href="data:,">',
    `<title>${escapeXml(title)}</title>`,
    `<style>${STYLE}</style>`,
    ...(followed ? [`<script src="${SCRIPT_PATH}" defer></script>`] : []),
    '</head>',
  ].join('\n');
}

/** Equal pages give equal text. */
export function pageHtml(page: Page, options: PageOptions = {}): string {
  const { title, summary, sections, footer } = page;
  const links = sections.map(
    ({ id, title }) => `<li><a href="#${escapeXml(id)}">${escapeXml(title)}</a></li>`,
  );
  return `${[
    '<!doctype html>',
    '<html lang="en">',
    headHtml(page, options),
    '<body>',
    '<a class="skip" href="#content">Skip to the content</a>',
    `<header><h1>${escapeXml(title)}</h1>`,
    `<p class="lead">${escapeXml(summary)}</p>`,
    `<nav aria-label="Sections"><ul>${links.join('')}</ul></nav></header>`,
    '<main id="content" tabindex="-1">',
    ...sections.map(sectionHtml),
    '</main>',
    `<footer><p>${escapeXml(footer)}</p>${options.followed === true ? `<p role="status" id="${STATUS_ID}"></p>` : ''}</footer>`,
    '</body>',
    '</html>',
  ].join('\n')}\n`;
}
