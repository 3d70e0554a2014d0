/** Figures of a project for the user's own data: what is counted is what is there. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { createRandom } from '../../src/core/random.ts';
import { makeFolder, removeFolders, runMain } from './run-main.ts';

afterAll(removeFolders);

/** A table whose preparation and classes lie in the model file. */
function writeMachine(folder: string): void {
  const random = createRandom(9, 'machine');
  const lines = Array.from({ length: 200 }, (_, i) => {
    const isBad = i % 10 === 0;
    const [a, b, c] = [random.normal() + (isBad ? 4 : 0), random.normal(), 3 * random.normal()];
    return `${a.toFixed(3)},${b.toFixed(3)},${c.toFixed(3)},${isBad ? 'needs-repair' : 'works-well'}`;
  });
  writeFileSync(join(folder, 'm.csv'), `heat,noise,load,state\n${lines.join('\n')}\n`);
}

const metricsOf = (stdout: string) =>
  (JSON.parse(stdout) as { metrics: Readonly<Record<string, number | string>> }).metrics;

it('a network that is to fit is fitted with the notes of its file, and one that does not is warned of', async () => {
  const folder = makeFolder();
  writeMachine(folder);
  await runMain(folder, ['init', '--from', 'm.csv', '--max-bytes', '2500', 'p']);
  const project = join(folder, 'p');
  const { stderr } = await runMain(project, ['train', '--epochs', '2']);
  const foretold = Number(/: ([\d,]+) bytes of flash are foretold/.exec(stderr)?.[1].replace(',', ''));
  const converted = await runMain(project, ['convert', '--json']);
  const { bytes } = metricsOf(converted.stdout);
  expect(bytes).toBeLessThanOrEqual(2500);
  expect(bytes).toBeLessThanOrEqual(foretold);
  expect(foretold - Number(bytes)).toBeLessThan(64);
  expect(converted.stderr).not.toContain('"fit" allows');
  const float = await runMain(project, ['convert', '--float']);
  expect(float.stderr).toMatch(/The model has [\d,]+ bytes, and "fit" allows 2,500 of flash/);
});

it('calibration samples are those of the data, and what is made of them is said apart', async () => {
  const folder = makeFolder();
  writeMachine(folder);
  await runMain(folder, ['init', '--from', 'm.csv', '--target', 'state', '--normal', 'works-well', 'p']);
  const project = join(folder, 'p');
  const { train } = metricsOf((await runMain(project, ['dataset', '--json'])).stdout);
  await runMain(project, ['train', '--epochs', '2']);
  expect(metricsOf((await runMain(project, ['quantize', '--json'])).stdout)).toMatchObject({
    samples: train,
    excursions: 6,
  });
  expect((await runMain(project, ['run'])).stdout).toContain(
    `${train} calibration samples, and 6 made of them`,
  );
});
