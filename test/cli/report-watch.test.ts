/** `tinyml report --watch`: what it answers, to whom, and that it follows what other commands make. */

import { request } from 'node:http';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { keyedProgress } from '../../src/artifacts/keyed-progress.ts';
import { main } from '../../src/cli/main.ts';
import { diskStore } from '../../src/index.ts';
import { encodeCheckpoint } from '../../src/training/checkpoint.ts';
import { makeFolder, makeProject, removeFolders, runMain } from './run-main.ts';

afterAll(removeFolders);

interface Watching {
  readonly url: string;
  /** Ends it, and resolves to the exit code. */
  stop(): Promise<number>;
}

async function watch(folder: string): Promise<Watching> {
  const interrupt = new AbortController();
  let code: Promise<number> | undefined;
  const url = await new Promise<string>((resolve, reject) => {
    code = main(['report', '--watch', '--json'], {
      stdout: { write: (text) => resolve((JSON.parse(String(text)) as { url: string }).url) },
      stderr: { write: (text) => String(text).startsWith('error') && reject(new Error(String(text))) },
      cwd: folder,
      env: {},
      signal: interrupt.signal,
    });
  });
  return {
    url,
    stop() {
      interrupt.abort();
      return code as Promise<number>;
    },
  };
}

/** With headers that `fetch` does not let anybody set. */
function statusOf(url: string, method: string, headers: Record<string, string> = {}): Promise<number> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { method, headers }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    asked.once('error', reject);
    asked.end();
  });
}

const pageOf = async (url: string): Promise<string> => (await fetch(url)).text();

it('answers its own user alone, and ends when it is stopped', async () => {
  const { url, stop } = await watch(makeProject());
  try {
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
    const response = await fetch(url);
    expect(response.headers.get('cache-control')).toBe('no-store');
    const html = await response.text();
    expect(html).toContain('The project is not complete yet');
    expect(html).toContain(`script-src 'self'; connect-src 'self'`);
    expect(await statusOf(url, 'GET', { host: 'evil.example' })).toBe(403);
    expect(await statusOf(url, 'GET', { host: new URL(url).host.replace('127.0.0.1', 'localhost') })).toBe(
      200,
    );
    expect(await statusOf(url, 'POST')).toBe(405);
    expect(await statusOf(`${url}../../etc/passwd`, 'GET')).toBe(404);
  } finally {
    expect(await stop()).toBe(130);
  }
  await expect(fetch(url)).rejects.toThrow();
});

it('tells of a training under way, and of what it comes to', async () => {
  const folder = makeProject();
  const { url, stop } = await watch(folder);
  const ending = new AbortController();
  try {
    const events = (await fetch(`${url}events`, { signal: ending.signal })).body?.getReader();
    const next = async (): Promise<string> => new TextDecoder().decode((await events?.read())?.value);
    expect(await next()).toBe(': here\n\n');
    const history = [1, 2, 3].map((epoch) => ({
      epoch,
      learningRate: 0.1,
      loss: 4 / epoch,
      metrics: {},
      valLoss: 5 / epoch,
      valMetrics: {},
    }));
    const checkpoint = encodeCheckpoint({
      history,
      best: { epoch: 3, valLoss: 5 / 3, weights: [] },
      patience: { reference: 1, since: 0 },
      session: { arrays: [], numbers: [] },
    });
    keyedProgress(diskStore(join(folder, 'artifacts')).progress('train'), 'a'.repeat(64)).save(checkpoint);
    expect(await next()).toBe('data: changed\n\n');
    const during = await pageOf(url);
    expect(during).toContain('A training has saved 3 epochs and is not at its end.');
    expect(during).toContain('Loss of the last epoch: 1.333 in training, 1.667 in validation.');
    await runMain(folder, ['train']);
    expect(await next()).toBe('data: changed\n\n');
    const after = await pageOf(url);
    expect(after).not.toContain('is not at its end');
    expect(after).toContain('<section id="training"');
  } finally {
    ending.abort();
    await stop();
  }
});

it('shows nothing that was made of what is no more', async () => {
  const folder = makeProject();
  await runMain(folder, ['run']);
  await runMain(folder, ['train', '--epochs', '2']);
  const { url, stop } = await watch(folder);
  try {
    const html = await pageOf(url);
    expect(html).toContain('made of what is no more or is damaged: quantize, convert, evaluate, export-c.');
    expect(html).toContain('<section id="training"');
    for (const id of ['scores', 'quantization', 'memory']) expect(html).not.toContain(`<section id="${id}"`);
  } finally {
    await stop();
  }
});

it('refuses a port without --watch, a file with it, and a port that is taken', async () => {
  const folder = makeFolder();
  expect((await runMain(folder, ['report', '--port', '8080'])).stderr).toContain(
    '--port is of a page that is served',
  );
  expect((await runMain(folder, ['report', '--watch', '-o', 'x.html'])).code).toBe(2);
  expect((await runMain(folder, ['report', '--watch', '--port', '0'])).code).toBe(2);
  const { url, stop } = await watch(folder);
  const taken = await runMain(folder, ['report', '--watch', '--port', new URL(url).port]);
  expect(taken.code).toBe(6);
  expect(taken.stderr).toContain('another program has it');
  await stop();
});
