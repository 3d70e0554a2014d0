import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import type { CollectJson } from '../../../src/cli/printed-json.ts';
import { makeFolder, removeFolders, runMain } from '../run-main.ts';
import { missingPorts, plugIn, unplugAll } from './simulated-board.ts';

afterEach(unplugAll);
afterAll(removeFolders);

const missing = missingPorts();

/** Options that have `act` done when a recording has been going on for a while. */
function onceRecording(act: () => void): { readonly onStderr: (text: string) => void } {
  return { onStderr: (text) => void (text.includes('record') && setTimeout(act, 500)) };
}

const tenths = (i: number): string => `${i},${(i % 10) / 10},-1`;

describe.skipIf(missing !== '')(`collect ${missing}`, () => {
  it('records rows of a class with their clock and rate', async () => {
    const folder = makeFolder();
    const board = await plugIn(folder);
    board.printSteadily(100, tenths);
    const { code, stdout, stderr } = await runMain(folder, [
      ...['collect', '--port', board.port, '--label', 'walk', '--seconds', '0.8', '--json'],
    ]);
    expect([code, stderr]).toEqual([0, '▸ record walk for 0.8 s from '.concat(board.port, '\n')]);
    const { recordings } = JSON.parse(stdout) as CollectJson;
    const [{ path, rows, rate, ...facts }] = recordings;
    expect(path).toBe(join('data', 'walk', 'walk-001.csv'));
    expect(facts).toMatchObject({ columns: ['x0', 'x1', 'x2'], dropped: 0, words: 0, missing: 0 });
    expect(rate?.hz).toBeGreaterThan(80);
    expect(rate?.hz).toBeLessThan(120);
    const lines = readFileSync(join(folder, path), 'utf8').trim().split('\n');
    expect(lines.length).toBe(rows + 1);
    expect(lines[0]).toBe('time_s,x0,x1,x2');
    expect(lines[1]).toMatch(/^0\.000000,\d+,0\.\d,-1$|^0\.000000,\d+,0,-1$/);
    const numbers = lines.slice(1).map((line) => Number(line.split(',')[1]));
    expect(numbers).toEqual(numbers.map((_, i) => numbers[0] + i));
    expect(readdirSync(join(folder, 'data', 'walk'))).toEqual(['walk-001.csv']);
  });

  it('numbers recordings behind those that are there, and repeats', async () => {
    const folder = makeFolder();
    mkdirSync(join(folder, 'd', 'a'), { recursive: true });
    writeFileSync(join(folder, 'd', 'a', 'a-007.csv'), 'mine');
    const board = await plugIn(folder);
    board.printSteadily(50, (i) => `x:${i}\ty:0.5`);
    const { code, stdout, stderr } = await runMain(folder, [
      ...['collect', '--port', board.port, '--label', 'a', '--seconds', '0.2', '--repeat', '2', '-o', 'd'],
    ]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^d.a.a-008\.csv: \d+ rows of x, y in 0\.\d s.*\nd.a.a-009\.csv: \d+ rows/);
    expect(stderr).toContain('record a (2 of 2) for 0.2 s');
    expect(readFileSync(join(folder, 'd', 'a', 'a-007.csv'), 'utf8')).toBe('mine');
  });

  it('keeps what was recorded where the board is unplugged, and says so', async () => {
    const folder = makeFolder();
    const board = await plugIn(folder);
    board.printSteadily(100, tenths);
    const { code, stdout, stderr } = await runMain(
      folder,
      ['collect', '--port', board.port, '--label', 'walk'],
      onceRecording(() => board.unplug()),
    );
    expect(code).toBe(6);
    expect(stdout).toMatch(/walk-001\.csv: \d+ rows of x0, x1, x2 in 0\.\d s/);
    expect(stderr).toMatch(/error The board at .* was unplugged, or started anew after 0\.\d of 10 s\.\n/);
    expect(readFileSync(join(folder, 'data', 'walk', 'walk-001.csv'), 'utf8')).toMatch(/,-1\n$/);
  });

  it('keeps what was recorded at Ctrl-C', async () => {
    const folder = makeFolder();
    const board = await plugIn(folder);
    board.printSteadily(100, tenths);
    const stop = new AbortController();
    const { code, stdout, stderr } = await runMain(
      folder,
      ['collect', '--port', board.port, '--label', 'walk', '--repeat', '3'],
      { signal: stop.signal, ...onceRecording(() => stop.abort()) },
    );
    expect([code, stderr.includes('error')]).toEqual([130, false]);
    expect(stdout).toMatch(/^\S+walk-001\.csv: \d+ rows/);
  });

  it('says that bytes are no text, where the rate is wrong', async () => {
    const folder = makeFolder();
    const board = await plugIn(folder);
    const noise = setInterval(
      () => board.print(Uint8Array.from({ length: 32 }, (_, i) => 0x80 | (i * 37))),
      10,
    );
    const { code, stdout, stderr } = await runMain(folder, [
      ...['collect', '--port', board.port, '--label', 'walk', '--baud', '9600', '--json'],
    ]);
    clearInterval(noise);
    expect(code).toBe(3);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'serial-noise' } });
    expect(stderr).toContain('It prints at another rate than 9600 baud');
    expect(existsSync(join(folder, 'data', 'walk'))).toBe(true);
    expect(readdirSync(join(folder, 'data', 'walk'))).toEqual([]);
  });

  it('tells lines that it drops, and text among them', async () => {
    const folder = makeFolder();
    const board = await plugIn(folder);
    board.printSteadily(100, (i) => ['1,2', 'nan,4', '5', 'warm', '6,7'][i % 5]);
    const { code, stderr } = await runMain(folder, [
      ...['collect', '--port', board.port, '--label', 'walk', '--seconds', '0.5'],
    ]);
    expect(code).toBe(0);
    expect(stderr).toMatch(/warning \d+ lines dropped that are no row: "5"\./);
    expect(stderr).toMatch(/warning \d+ lines of text among the rows, left out\./);
    expect(stderr).toMatch(/warning \d+ values no number; the cells are empty\./);
  });

  it('records sound as WAV files, each as long as the others', async () => {
    const folder = makeFolder();
    const board = await plugIn(folder);
    board.printSteadily(2000, (i) => String((i % 200) * 300 - 30_000));
    const { code, stdout } = await runMain(folder, [
      ...['collect', '--port', board.port, '--label', 'yes', '--seconds', '0.4', '--sound', '2000'],
      ...['--repeat', '2', '--json'],
    ]);
    expect(code).toBe(0);
    const { recordings } = JSON.parse(stdout) as CollectJson;
    for (const [at, { path, rows, rate, sound }] of recordings.entries()) {
      expect(path).toBe(join('data', 'yes', `yes-00${at + 1}.wav`));
      expect([rows, sound]).toEqual([800, { rate: 2000, replaced: 0 }]);
      expect(rate?.hz).toBeGreaterThan(1500);
      const bytes = readFileSync(join(folder, path));
      expect([bytes.length, bytes.readUInt32LE(24)]).toEqual([44 + 2 * 800, 2000]);
      const samples = Array.from({ length: 800 }, (_, i) => bytes.readInt16LE(44 + 2 * i));
      expect(samples).toEqual(samples.map((_, i) => ((samples[0] + 30_000 + 300 * i) % 60_000) - 30_000));
    }
  });

  it('says where sound is none, comes at another rate, or as a table', async () => {
    const collect = async (line: (i: number) => string, hz: number, ...argv: string[]) => {
      const folder = makeFolder();
      const board = await plugIn(folder);
      board.printSteadily(hz, line);
      const options = ['--port', board.port, '--label', 'yes', '--seconds', '0.3', ...argv];
      return await runMain(folder, ['collect', ...options]);
    };
    const none = await collect(tenths, 500, '--sound', '500');
    expect([none.code, none.stderr]).toEqual([3, expect.stringMatching(/is no sound, such as \d+, /)]);
    const slow = await collect(String, 500, '--sound', '1000');
    expect(slow.code).toBe(0);
    expect(slow.stderr).toMatch(/warning \d+(\.\d)? samples a second came, and the file says 1000/);
    const table = await collect(String, 8000);
    expect(table.stderr).toContain('warning This looks like sound, as a table');
  });

  it('draws on a terminal alone', async () => {
    const folder = makeFolder();
    const board = await plugIn(folder);
    board.printSteadily(200, (i) => `x:${Math.sin(i / 5).toFixed(3)}\ty:${i % 2}`);
    const run = (isTTY: boolean) =>
      runMain(folder, ['collect', '--port', board.port, '--label', 'a', '--seconds', '0.4'], { isTTY });
    expect((await run(false)).stderr.split('\n').length).toBe(2);
    const { stderr } = await run(true);
    expect(stderr).toContain('\u001b[2A\u001b[J');
    expect(stderr).toMatch(/a {2}0\.\d of 0\.4 s, \d+ rows\n {2}x {2}.*[▁▂▃▄▅▆▇█]{8}.* … /);
  });
});

describe('a command line that cannot be', () => {
  it.each([
    [[], 2, 'Nothing says what is recorded'],
    [['--label', 'a/b'], 2, '"a/b" can be no name of a folder'],
    [['--label', '..'], 2, '".." can be no name of a folder'],
    [['--label', 'a', '--seconds', '0'], 2, 'It must be a time above 0'],
    [['--label', 'a', '--baud', '0'], 2, 'It must be a rate'],
    [['--label', 'a', '--port', '/nowhere/port'], 6, 'There is no port /nowhere/port'],
    [['--label', 'a', '--port', '/dev/null'], 6, '/dev/null is no serial port'],
  ] as const)('%j', async (options, expected, sentence) => {
    const { code, stderr } = await runMain(makeFolder(), ['collect', ...options]);
    expect([code, stderr]).toEqual([expected, expect.stringContaining(sentence)]);
  });
});
