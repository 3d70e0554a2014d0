/** Reports in a browser: they load without a complaint, ask for nothing, and axe-core finds nothing that keeps anybody out. */

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serveReport } from '../../src/cli/workspace/report-server.ts';
import { encodePng } from '../../src/data/sources/images/encode-png.ts';
import type { Page } from '../../src/targets/report/page.ts';
import { pageHtml } from '../../src/targets/report/page-html.ts';
import { type Browser, CHROMIUM, startBrowser } from '../chromium.ts';
import { makeFolder, makeProject, removeFolders, runMain, SMALL_PROJECT } from '../cli/run-main.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
/** Where screenshots go, for people to look at; nowhere by default. */
const SCREENSHOTS = process.env.TINYML_SCREENSHOTS;

const SMALL_MOTION = {
  dataset: { source: 'motion', samples: 120 },
  model: {
    layers: [
      { type: 'Conv1D', filters: 4, kernelSize: 5, strides: 2, activation: 'relu' },
      { type: 'GlobalAveragePooling1D' },
      { type: 'Dense', units: 4, activation: 'softmax' },
    ],
  },
  training: { loss: 'categoricalCrossentropy', metrics: ['accuracy', 'auc'], epochs: 6, batchSize: 16 },
  quantization: { samples: 30 },
};

function columnsProject(): string {
  const rows = Array.from(
    { length: 120 },
    (_, i) => `${i % 2 ? 3 : 1},${(i * 7) % 11},${i % 2 ? '<b>bad' : 'ok'}`,
  );
  const folder = makeProject({
    dataset: { source: 'csv', path: 'data.csv', target: 'state', task: 'classification' },
    model: { layers: [{ type: 'Dense', units: 1, activation: 'sigmoid' }] },
    training: { loss: 'binaryCrossentropy', metrics: ['accuracy'], epochs: 5, batchSize: 16 },
    quantization: { samples: 30 },
  });
  writeFileSync(join(folder, 'data.csv'), `one,two & "three",state\n${rows.join('\n')}\n`);
  return folder;
}

function picturesProject(): string {
  const folder = makeProject({
    dataset: {
      source: 'images',
      path: 'pictures',
      format: { width: 8, height: 8, channels: 3 },
      classFrom: 'folder',
      task: 'classification',
    },
    model: { layers: [{ type: 'Flatten' }, { type: 'Dense', units: 1, activation: 'sigmoid' }] },
    training: { loss: 'binaryCrossentropy', metrics: ['accuracy'], epochs: 3, batchSize: 4 },
    quantization: { samples: 8 },
  });
  for (const [place, name] of ['left', 'right'].entries()) {
    mkdirSync(join(folder, 'pictures', name), { recursive: true });
    for (let index = 0; index < 15; index++) {
      const data = Uint8Array.from({ length: 8 * 8 * 3 }, (_, i) =>
        Math.floor(i / 3) % 8 < 4 === (place === 0) ? 200 + index : (i * index) % 50,
      );
      const png = encodePng({ width: 8, height: 8, channels: 3, data, white: 255 });
      writeFileSync(join(folder, 'pictures', name, `${index}.png`), png);
    }
  }
  return folder;
}

const PROJECTS: readonly (readonly [string, () => string])[] = [
  ['numbers', () => makeProject(SMALL_PROJECT)],
  ['sequences', () => makeProject(SMALL_MOTION)],
  ['columns', columnsProject],
  ['pictures', picturesProject],
];

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly html: string }[];
}

/** Waits until the page says something; the test's own limit of time ends it where it never does. */
const untilText = (text: string): string => `(async () => {
  while (!document.body.textContent.includes(${JSON.stringify(text)})) await new Promise((done) => setTimeout(done, 50));
})()`;

const PAPER = 'getComputedStyle(document.body).backgroundColor';

/** Of all rules, or of some. */
const runAxe = (...rules: readonly string[]): string => `(async () => {
  ${AXE};
  const { violations, passes } = await axe.run(${rules.length > 0 ? JSON.stringify({ runOnly: rules }) : ''});
  return { violations: violations.map(({ id, nodes }) => ({ id, nodes: nodes.map(({ html }) => ({ html })) })), passes: passes.length };
})()`;

describe.skipIf(CHROMIUM === undefined)('in Chromium (needs chromium)', () => {
  let browser: Browser;
  beforeAll(() => {
    browser = startBrowser(CHROMIUM as string, makeFolder());
  });
  afterAll(async () => {
    await browser.close();
    removeFolders();
  });

  it.each(PROJECTS)('the report of %s, light and dark', async (name, make) => {
    const folder = make();
    const { code, stderr } = await runMain(folder, ['report']);
    expect(code, stderr).toBe(0);
    const url = pathToFileURL(join(folder, 'report.html')).href;
    for (const scheme of ['light', 'dark'] as const) {
      const page = await browser.open(url, scheme);
      expect(await page.evaluate(PAPER)).toBe(scheme === 'light' ? 'rgb(255, 255, 255)' : 'rgb(13, 17, 23)');
      // Colours alone differ.
      const rules = scheme === 'light' ? [] : ['color-contrast'];
      const { violations, passes } = await page.evaluate<{ violations: Violation[]; passes: number }>(
        runAxe(...rules),
      );
      expect(violations).toEqual([]);
      expect(passes).toBeGreaterThan(scheme === 'light' ? 15 : 0);
      expect(page.complaints).toEqual([]);
      expect(page.requests.filter((asked) => !asked.startsWith('data:'))).toEqual([url]);
      if (SCREENSHOTS !== undefined) {
        writeFileSync(join(SCREENSHOTS, `${name}-${scheme}.png`), await page.screenshot());
      }
      await page.asPrinted();
      expect(await page.evaluate(PAPER)).toBe('rgb(255, 255, 255)');
      expect(await page.evaluate(`getComputedStyle(document.querySelector('nav')).display`)).toBe('none');
      await page.close();
    }
  });

  it('a page that is served changes with the project, and keeps what has not changed', async () => {
    let epochs = 1;
    const page = (): Page => ({
      title: 'Report: t',
      summary: 's',
      sections: [
        { id: 'one', title: 'One', blocks: [{ kind: 'text', text: 'stays' }] },
        { id: 'two', title: 'Two', blocks: [{ kind: 'text', text: `epoch ${epochs}` }] },
      ],
      footer: 'f',
    });
    const server = await serveReport({
      state: () => String(epochs),
      page: async () => pageHtml(page(), { followed: true }),
    });
    const shown = await browser.open(server.url, 'dark');
    await shown.evaluate(`document.querySelector('#one').marked = true`);
    await shown.evaluate(untilText('This page follows the project.'));
    epochs = 2;
    await shown.evaluate(untilText('epoch 2'));
    expect(await shown.evaluate(`document.querySelector('#one').marked`)).toBe(true);
    const { violations } = await shown.evaluate<{ violations: Violation[] }>(runAxe());
    expect(violations).toEqual([]);
    await server.close();
    await shown.evaluate(untilText('has ended'));
    expect(
      shown.requests.filter((asked) => !asked.startsWith(server.url) && !asked.startsWith('data:')),
    ).toEqual([]);
    expect(shown.complaints.filter((complaint) => !complaint.includes('net::ERR'))).toEqual([]);
    await shown.close();
  });

  it('notices what is wrong: a request, a script that is forbidden, an image without words', async () => {
    const folder = makeFolder();
    const path = join(folder, 'bad.html');
    const html = `<!doctype html><html lang="en"><head><title>t</title>
      <meta http-equiv="Content-Security-Policy" content="script-src 'none'"></head>
      <body><main><h1>t</h1><img src="none.png"><script>document.title = 'ran'</script></main></body></html>`;
    writeFileSync(path, html);
    const page = await browser.open(pathToFileURL(path).href, 'light');
    expect(page.requests).toHaveLength(2);
    expect(page.complaints.join()).toContain('script-src');
    const { violations } = await page.evaluate<{ violations: Violation[] }>(runAxe());
    expect(violations.map(({ id }) => id)).toContain('image-alt');
    await page.close();
  });
});
