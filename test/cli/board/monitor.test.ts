import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { makeFolder, removeFolders, runMain } from '../run-main.ts';
import { missingPorts, plugIn, unplugAll } from './simulated-board.ts';

afterEach(unplugAll);
afterAll(removeFolders);

const missing = missingPorts();
const LINES = [
  'mple 7: yes: 0.5',
  'tinyml-self-test PASS model=0123456789abcdef vectors=8 bytes=8',
  'sample 1: input 0.5 output 0.25',
  'up\u001b[31m and\u0007 running',
  'heard front door 0.9062',
  'lost readings: 4096',
];

describe.skipIf(missing !== '')(`monitor ${missing}`, () => {
  async function monitor(...argv: string[]) {
    const board = await plugIn(makeFolder());
    board.print(`${LINES.join('\r\n')}\r\nyes:0.9844\r\n`);
    return runMain(makeFolder(), ['monitor', '--port', board.port, '--seconds', '0.4', ...argv]);
  }

  it('tells each line, without what could move the cursor', async () => {
    const { code, stdout } = await monitor();
    expect(code).toBe(0);
    expect(stdout).toBe(
      `PASS: the chip computed all 8 output bytes of 8 vectors as expected, with model 0123456789abcdef.
sample 1: input 0.5, output 0.25
up and\\u{7} running
heard front door 0.9062
4,096 readings lost
yes 0.9844
`,
    );
  });

  it('prints a line of JSON for each', async () => {
    const { code, stdout, stderr } = await monitor('--json');
    expect([code, stderr]).toEqual([0, '']);
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines).toMatchObject([
      { kind: 'self-test', verdict: 'PASS' },
      { kind: 'inference', sample: 1, outputs: { output: 0.25 } },
      { kind: 'text', text: 'up and\u0007 running' },
      { kind: 'heard', label: 'front door', score: 0.9062 },
      { kind: 'lost', readings: 4096 },
      { kind: 'inference', label: 'yes', score: 0.9844 },
    ]);
    expect(lines[0].time).toBeGreaterThanOrEqual(0);
  });

  it('ends at Ctrl-C, and says what is wrong', async () => {
    const board = await plugIn(makeFolder());
    const stop = new AbortController();
    const stopped = await runMain(makeFolder(), ['monitor', '--port', board.port], {
      signal: stop.signal,
      onStderr: () => void setTimeout(() => stop.abort(), 20),
    });
    expect(stopped.code).toBe(130);
    const silent = await runMain(makeFolder(), ['monitor', '--port', board.port, '--seconds', '0.1']);
    expect([silent.code, silent.stderr]).toEqual([6, expect.stringContaining('sends nothing for 0.1 s')]);
  });
});
