/** From the sensor to the proof, without hardware: readings through one pseudo-terminal, the chip behind another. */

import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { missingCortexM4 } from '../../cross/probe.ts';
import { artifactPath, done } from '../project-run.ts';
import { makeFolder, removeFolders, runMain } from '../run-main.ts';
import { buildForUart, startBoard, switchOff } from './emulated-board.ts';
import { missingPorts, plugIn, unplugAll } from './simulated-board.ts';

afterEach(() => {
  unplugAll();
  switchOff();
});
afterAll(removeFolders);

const missing = missingPorts() || missingCortexM4();

/** Three recordings of each class. */
async function collect(folder: string): Promise<void> {
  for (const [label, swing] of [
    ['walk', 1],
    ['stand', 0.1],
  ] as const) {
    const board = await plugIn(folder, `sensor-${label}`);
    board.printSteadily(800, (i) => [0.3, 0.5].map((w) => (swing * Math.sin(w * i)).toFixed(3)).join(','));
    for (let i = 0; i < 3; i++) {
      await done(folder, 'collect', '--port', board.port, '--label', label, '--seconds', '0.6');
    }
    board.unplug();
  }
}

describe.skipIf(missing !== '')(`an emulated board ${missing}`, () => {
  it('is what collect, init, run, verify and monitor lead to', async () => {
    const folder = makeFolder();
    await collect(folder);
    await done(folder, 'init', '--from', 'data', 'p');
    const project = join(folder, 'p');
    await done(project, 'run');
    await done(project, 'export-c', '--standalone', 'fw', '--board', 'pico');
    const board = await startBoard(buildForUart(join(project, 'fw'), ['main.c', 'model.c']));

    const model = artifactPath(project, 'convert', 'model.tflite');
    const verified = await done(project, 'verify', '--port', board.port, '--model', model);
    expect(verified).toMatch(
      /^PASS: the chip computed all \d+ output bytes? of \d+ vectors as expected, with /,
    );
    const shown = await done(project, 'monitor', '--port', board.port, '--seconds', '1.5', '--json');
    const lines = shown
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { readonly kind: string; readonly label?: string });
    const classes = lines.flatMap((line) => (line.kind === 'inference' ? [line.label] : []));
    expect(classes.length).toBeGreaterThan(0);
    for (const one of classes) expect(['walk', 'stand']).toContain(one);

    setTimeout(() => board.unplug(), 300);
    const gone = await runMain(project, ['monitor', '--port', board.port]);
    expect([gone.code, gone.stderr]).toEqual([6, expect.stringContaining('was unplugged, or started anew')]);
  });
});
