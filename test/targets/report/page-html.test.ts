import { expect, it } from 'vitest';
import type { Block, Page } from '../../../src/targets/report/page.ts';
import { pageHtml } from '../../../src/targets/report/page-html.ts';

const FOREIGN = `<img src=x onerror="alert('1')">&amp;\u202e\u0000`;
const ESCAPED = '&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt;&amp;amp;��';

const BLOCKS: readonly Block[] = [
  { kind: 'heading', text: FOREIGN },
  { kind: 'text', text: FOREIGN },
  { kind: 'note', text: FOREIGN },
  { kind: 'code', text: `${FOREIGN}\n  ${FOREIGN}` },
  { kind: 'facts', facts: [[FOREIGN, FOREIGN]] },
  {
    kind: 'table',
    caption: FOREIGN,
    columns: [{ title: FOREIGN }, { title: FOREIGN, align: 'right' }, { title: 'n' }],
    rows: [[FOREIGN, { text: FOREIGN, share: 0.256 }, FOREIGN]],
  },
  {
    kind: 'gallery',
    caption: FOREIGN,
    items: [
      { picture: { png: Uint8Array.of(1, 2, 255), width: 4, height: 4, alt: FOREIGN }, caption: FOREIGN },
    ],
  },
  { kind: 'figure', svg: '<svg role="img"><title>t</title></svg>', caption: FOREIGN },
];

function pageOf(blocks: readonly Block[]): Page {
  return {
    title: FOREIGN,
    summary: FOREIGN,
    sections: [{ id: 'one', title: FOREIGN, blocks }],
    footer: FOREIGN,
  };
}

it('foreign text is text wherever it stands', () => {
  const html = pageHtml(pageOf(BLOCKS));
  expect(html).not.toContain('<img src=x');
  for (const letter of ['\u0000', '\u202e']) expect(html).not.toContain(letter);
  // Title (twice), summary, link, section and footer; then the blocks.
  expect(html.split(ESCAPED)).toHaveLength(1 + 6 + 18);
});

it('loads nothing, runs nothing, and forbids itself to', () => {
  const html = pageHtml(pageOf(BLOCKS));
  expect(html).not.toMatch(/<script|https?:|url\(|@import| on\w+="/);
  expect(html).toContain(`content="default-src 'none'; img-src data:; style-src 'unsafe-inline';`);
  expect(html).toContain('src="data:image/png;base64,AQL/"');
});

it('a table has a caption, heads of rows and columns, and a box that keys can scroll', () => {
  const html = pageHtml(
    pageOf([
      {
        kind: 'table',
        caption: 'Numbers',
        columns: [{ title: 'name' }, { title: 'value', align: 'right' }],
        rows: [
          ['a', { text: '1', share: 7 }],
          ['b', '2'],
        ],
      },
    ]),
  );
  expect(html).toContain('role="group" aria-label="Table: Numbers" tabindex="0"');
  expect(html).toContain('<caption>Numbers</caption>');
  expect(html).toContain('<th scope="col">name</th><th scope="col" class="n">value</th>');
  expect(html).toContain('<tr><th scope="row">a</th><td class="n tinted" style="--share:1">1</td></tr>');
  expect(html).toContain('<tr><th scope="row">b</th><td class="n">2</td></tr>');
});

it('equal pages give equal text', () => {
  expect(pageHtml(pageOf(BLOCKS))).toBe(pageHtml(pageOf(BLOCKS)));
});
