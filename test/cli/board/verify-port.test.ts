import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { makeFolder, removeFolders, runMain } from '../run-main.ts';
import { missingPorts, plugIn, unplugAll } from './simulated-board.ts';

afterEach(unplugAll);
afterAll(removeFolders);

const missing = missingPorts();

/** `verify --port` of a board that does something as soon as somebody may be listening. */
async function verify(act: (board: Awaited<ReturnType<typeof plugIn>>) => void, ...argv: string[]) {
  const folder = makeFolder();
  const board = await plugIn(folder);
  const onStderr = (text: string): void => {
    if (text.includes('listen')) act(board);
  };
  const given = ['verify', '--port', board.port, ...argv];
  const { code, stdout, stderr } = await runMain(folder, given, { onStderr });
  return { code, stdout, stderr: stderr.replaceAll(board.port, 'PORT') };
}

const MODEL = '0123456789abcdef';
const PASS = `tinyml-self-test PASS model=${MODEL} vectors=8 bytes=1280\r\n`;

describe.skipIf(missing !== '')(`verify --port ${missing}`, () => {
  it('ends as soon as the board has said it, in pieces and behind the end of another line', async () => {
    const { code, stdout, stderr } = await verify((board) => {
      board.print(`test PASS model=${MODEL} vectors=8 bytes=1280\r\nsample 1: 2\r\n`);
      board.print(PASS.slice(0, 30));
      setTimeout(() => board.print(PASS.slice(30)), 20);
    });
    expect([code, stderr]).toEqual([0, '▸ listen to PORT at 115200 baud\n']);
    expect(stdout).toContain(`PASS: the chip computed all 1,280 output bytes of 8 vectors as expected`);
  });

  it('ends with 5 where the chip computed something else', async () => {
    const line = `tinyml-self-test FAIL model=${MODEL} vector=3 output=1 index=5 expected=-12 actual=7 mismatches=4 vectors=8 bytes=128\n`;
    const { code, stderr } = await verify((board) => board.print(line));
    expect([code, stderr]).toEqual([5, expect.stringContaining('PORT: the chip computed 7 instead of -12')]);
  });

  it.each([
    ['nothing', () => {}, 6, 'The board at PORT sends nothing for 0.3 s, at 115200 baud'],
    ['other text', (board) => board.print('hello\n'), 3, 'What PORT printed in 0.3 s has no line'],
    ['no text', (board) => board.print(new Uint8Array(100).fill(0xfe)), 3, 'is no text: 100 % of 100 bytes'],
    ['its end', (board) => board.unplug(), 6, 'The board at PORT was unplugged, or started anew'],
  ] satisfies readonly (readonly [string, Parameters<typeof verify>[0], number, string])[])(
    'says so where the board gives %s',
    async (_, act, expected, sentence) => {
      const { code, stdout, stderr } = await verify(act, '--timeout', '0.3');
      expect([code, stdout]).toEqual([expected, '']);
      expect(stderr).toContain(sentence);
    },
  );
});

it('wants a log or a port', async () => {
  expect((await runMain(makeFolder(), ['verify'])).stderr).toContain('Nothing says what is to be read');
  const both = await runMain(makeFolder(), ['verify', 'a.log', '--port', 'auto']);
  expect([both.code, both.stderr]).toEqual([2, expect.stringContaining('a log and a port')]);
});
