import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { BOARDS } from '../../../src/targets/c/project/board.ts';
import { fixture } from '../../fixtures.ts';
import { makeFolder, removeFolders, runMain } from '../run-main.ts';

const path = process.env.PATH;
afterEach(() => {
  process.env.PATH = path;
});
afterAll(removeFolders);

function folderWithModel(): string {
  const folder = makeFolder();
  writeFileSync(join(folder, 'm.tflite'), fixture('tflm', 'fc_batch4_per_tensor_relu.tflite'));
  return folder;
}

/** Programs that write their arguments, a line each, into `calls`, and end with `code`. */
function fakeTools(folder: string, names: readonly string[], code = 0): void {
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  for (const name of names) {
    const script = `#!/bin/sh\nfor word in "${name}" "$@"; do echo "$word"; done >> "${folder}/calls"\necho "at work"\necho "warm: \\033[2Jred" >&2\nexit ${code}\n`;
    writeFileSync(join(bin, name), script);
    chmodSync(join(bin, name), 0o755);
  }
  process.env.PATH = `${bin}${delimiter}/usr/bin${delimiter}/bin`;
}

async function exported(board: string): Promise<string> {
  const folder = folderWithModel();
  const { code } = await runMain(folder, ['export-c', 'm.tflite', '--standalone', 'my fw', '--board', board]);
  expect(code).toBe(board === 'arduino' ? 2 : 0);
  return folder;
}

/** By board: options, and the commands as they are told. */
const COMMANDS: Readonly<Record<string, readonly [options: readonly string[], commands: string]>> = {
  'esp-idf': [
    ['--board', 'esp32s3', '--port', '/dev/ttyUSB0'],
    "idf.py -C 'my fw' set-target esp32s3\nidf.py -C 'my fw' -p /dev/ttyUSB0 build flash\n",
  ],
  pico: [
    [],
    "cmake -S 'my fw' -B 'my fw/build' -DPICO_BOARD=pico\ncmake --build 'my fw/build'\npicotool load -f -x 'my fw/build/model_app.uf2'\n",
  ],
  zephyr: [
    ['--board', 'nrf52840dk/nrf52840'],
    "west build -b nrf52840dk/nrf52840 -d 'my fw/build' 'my fw'\nwest flash -d 'my fw/build'\n",
  ],
  platformio: [['--board', 'pico'], "pio run -d 'my fw' -t upload -e pico\n"],
};

describe('flash', () => {
  it('knows every board that firmware is exported for', () => {
    expect([...Object.keys(COMMANDS), 'arduino', 'host'].sort()).toEqual([...BOARDS].sort());
  });

  it.each(Object.entries(COMMANDS))('tells the commands for %s', async (board, [options, commands]) => {
    const folder = await exported(board);
    const { code, stdout } = await runMain(folder, ['flash', 'my fw', ...options, '--dry-run']);
    expect([code, stdout]).toEqual([0, commands]);
  });

  it.each([['--arduino'], ['--standalone']])('uploads a sketch of %s', async (kind) => {
    const folder = folderWithModel();
    const board = kind === '--standalone' ? ['--board', 'arduino'] : [];
    expect((await runMain(folder, ['export-c', 'm.tflite', kind, 'sine', ...board])).code).toBe(0);
    fakeTools(folder, ['arduino-cli']);
    const given = ['flash', 'sine', '--board', 'arduino:mbed_nano:nano33ble', '--port', '/dev/ttyACM0'];
    const { code, stdout, stderr } = await runMain(folder, given);
    expect([code, stdout]).toEqual([0, 'sine is on the board. Next: tinyml verify --port auto\n']);
    expect(stderr).toContain('at work');
    expect(stderr).not.toContain('\u001b');
    expect(readFileSync(join(folder, 'calls'), 'utf8').trim().split('\n')).toEqual([
      ...['arduino-cli', 'compile', '--upload', '-b', 'arduino:mbed_nano:nano33ble'],
      ...['-p', '/dev/ttyACM0', 'sine'],
    ]);
  });

  it('stops at the first program that fails, and says which is missing', async () => {
    const folder = await exported('zephyr');
    process.env.PATH = join(folder, 'nothing');
    const missing = await runMain(folder, ['flash', 'my fw', '--board', 'x']);
    expect(missing.code).toBe(6);
    expect(missing.stderr).toContain('west is not installed');
    expect(missing.stderr).toContain("or run where it is: west build -b x -d 'my fw/build' 'my fw'");
    fakeTools(folder, ['west'], 3);
    const failed = await runMain(folder, ['flash', 'my fw', '--board', 'x', '--json']);
    expect([failed.code, JSON.parse(failed.stdout)]).toMatchObject([
      6,
      { error: { code: 'program-failed' } },
    ]);
    expect(readFileSync(join(folder, 'calls'), 'utf8')).not.toContain('flash');
  });

  it('refuses folders and boards that it does not know', async () => {
    const host = await exported('host');
    const refused = await runMain(host, ['flash', 'my fw']);
    expect([refused.code, refused.stderr]).toEqual([4, expect.stringContaining('--board arduino')]);
    const none = await runMain(host, ['flash', '.']);
    expect([none.code, none.stderr]).toEqual([3, expect.stringContaining('. holds no firmware')]);
    expect((await runMain(host, ['flash', 'nowhere'])).code).toBe(3);
    const zephyr = await exported('zephyr');
    const without = await runMain(zephyr, ['flash', 'my fw']);
    expect([without.code, without.stderr]).toEqual([2, expect.stringContaining('--board nrf52840dk')]);
    const option = await runMain(zephyr, ['flash', 'my fw', '--board=-DX=1']);
    expect([option.code, option.stderr]).toEqual([2, expect.stringContaining('is no name of a board')]);
  });
});
