/** `tinyml convert --stream-rows`: a file that takes new rows of a stream, and what that saves. */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readTflite } from '../../src/formats/tflite/read.ts';
import type { StreamReport } from '../../src/models/streaming/stream-report.ts';
import { writeTflmModel } from '../../src/models/tflm-model.ts';
import { differingAnswers } from '../passes/streaming/differing-answers.ts';
import { keywordNetwork } from '../passes/streaming/keyword-network.ts';
import { makeFolder, removeFolders, runMain } from './run-main.ts';

afterAll(removeFolders);

function folderWith(padding: 'valid' | 'same'): string {
  const folder = makeFolder();
  writeFileSync(join(folder, 'kws.tflite'), writeTflmModel(keywordNetwork(8, 2, padding)));
  return folder;
}

const convert = (folder: string, ...flags: string[]) =>
  runMain(folder, ['convert', 'kws.tflite', '-o', 'out.tflite', ...flags]);

describe('tinyml convert --stream-rows', () => {
  it('writes a file that answers as the window does, and says what it saves', async () => {
    const folder = folderWith('valid');
    const { code, stdout } = await convert(folder, '--stream-rows', '2', '--json');
    expect(code).toBe(0);
    const { stream } = JSON.parse(stdout) as { stream: StreamReport };
    expect(stream).toMatchObject({ rows: 2, windowRows: 49, firstAnswer: 25 });
    expect(stream.end?.layer).toBe('operator 6 (AVERAGE_POOL_2D)');
    expect(stream.windowMacs / stream.macs).toBeGreaterThan(10);
    expect(stream.memory.map(({ target }) => target)).toContain('standalone-c');
    const [window, streamed] = ['kws.tflite', 'out.tflite'].map(
      (name) => readTflite(readFileSync(join(folder, name))).graph,
    );
    expect(differingAnswers(window, streamed, 2, 1)).toBe(0);
  });

  it('says it in words', async () => {
    const { stdout } = await convert(folderWith('valid'), '--stream-rows', '2');
    expect(stdout).toContain('It takes the 2 new rows of a stream instead of a window of 49.');
    expect(stdout).toMatch(
      /^Time: [\d,]+ multiply-accumulates an answer instead of [\d,]+ \(\d+\.\dx less\)$/m,
    );
    expect(stdout).toContain('operator 6 (AVERAGE_POOL_2D) on, which makes no more columns than are new.');
  });

  it('keeps columns in front of a layer that pads time', async () => {
    const { code, stdout } = await convert(folderWith('same'), '--stream-rows', '2');
    expect(code).toBe(0);
    expect(stdout).toContain(
      'operator 1 (DEPTHWISE_CONV_2D) on, which makes its output of all of its input.',
    );
  });

  it('names the layer in front of which nothing is to be saved', async () => {
    const { code, stderr } = await convert(folderWith('valid'), '--stream-rows', '3');
    expect(code).toBe(4);
    expect(stderr).toContain(
      'Nothing is to be saved in front of operator 0 (CONV_2D), which moves on by 2, and 3 new columns come',
    );
  });

  it('refuses what is no part of a window, and projects', async () => {
    const folder = folderWith('valid');
    expect((await convert(folder, '--stream-rows', '49')).stderr).toContain(
      'has 49 rows, and 49 of them would be new',
    );
    expect((await convert(folder, '--stream-rows', '0')).code).toBe(2);
    expect((await runMain(folder, ['convert', '--stream-rows', '2'])).stderr).toContain(
      '--stream-rows needs a model file',
    );
  });
});
