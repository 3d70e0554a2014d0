import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { writeTflite } from '../../src/formats/tflite/write.ts';
import { firmwareFiles, makeFirmware } from '../../src/models/firmware/make-firmware.ts';
import type { Firmware } from '../../src/targets/firmware/firmware.ts';
import { runOnCortexM4 } from '../cross/compile.ts';
import { missingCortexM4 } from '../cross/probe.ts';
import { sineNet } from '../formats/tflite/models.ts';
import { programSources } from '../targets/firmware/sample-firmware.ts';
import { makeFolder, removeFolders, runMain } from './run-main.ts';

afterAll(removeFolders);

const LAYOUT = { layout: 'arduino', library: 'chirale', sketch: 'sine' } as const;
const VECTOR = 5;

/** The firmware with one expected byte that is not what the chip computes. */
function altered(firmware: Firmware): Firmware {
  const vectors = firmware.vectors.map((vector, index) => {
    const outputs = vector.outputs.map((output) => output.slice());
    const [first] = outputs;
    if (index === VECTOR && first instanceof Int8Array) first[0] ^= 1;
    return { ...vector, outputs };
  });
  return { ...firmware, vectors };
}

const noCortexM4 = missingCortexM4();
describe.skipIf(noCortexM4 !== '')(`the self-test of exported firmware ${noCortexM4}`, () => {
  const model = writeTflite(sineNet());
  const firmware = makeFirmware(model, { ...LAYOUT, name: 'g_model', vectors: 8 }, { seed: 1 });

  /** What the board prints, given to the command. The answers of the model are always the right ones. */
  async function verify(printed: Firmware, ...argv: string[]) {
    const sources = {
      ...programSources(firmware, []),
      ...Object.fromEntries(firmwareFiles(printed, LAYOUT).map(({ path, text }) => [path, text])),
    };
    const { stdout } = runOnCortexM4(sources, { standard: 'c++11' });
    const folder = makeFolder();
    writeFileSync(join(folder, 'serial.log'), stdout);
    writeFileSync(join(folder, 'sine.tflite'), model);
    return runMain(folder, ['verify', 'serial.log', ...argv]);
  }

  it('passes, and is about the model', async () => {
    const { code, stdout } = await verify(firmware, '--model', 'sine.tflite');
    expect(stdout).toMatch(
      /^PASS: the chip computed all 8 output bytes of 8 vectors as expected, with sine\.tflite/,
    );
    expect(code).toBe(0);
  });

  it('names the vector that was altered on purpose', async () => {
    const expected = firmware.vectors[VECTOR]?.outputs[0]?.[0] as number;
    const { code, stdout } = await verify(altered(firmware), '--model', 'sine.tflite');
    expect(stdout).toContain(
      `FAIL: vector ${VECTOR}, output 0, index 0: expected ${expected ^ 1}, actual ${expected}; 1 byte of 8 differ`,
    );
    expect(code).toBe(5);
  });
});
