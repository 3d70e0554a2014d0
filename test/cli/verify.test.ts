import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { sha256 } from '../../src/core/digest.ts';
import { makeFolder, removeFolders, runMain } from './run-main.ts';

afterAll(removeFolders);

const MODEL = new TextEncoder().encode('\u0010\0\0\0TFL3 any model');
const DIGEST = sha256(MODEL).slice(0, 16);
const PASS = `tinyml-self-test PASS model=${DIGEST} vectors=8 bytes=1280\r\n`;
const FAIL = `tinyml-self-test FAIL model=${DIGEST} vector=3 output=1 index=5 expected=-12 actual=7 mismatches=4 vectors=8 bytes=128\r\n`;
const ERROR = `tinyml-self-test ERROR model=${DIGEST} vector=2 invoke\r\n`;

function verify(log: string, ...argv: string[]) {
  const folder = makeFolder();
  writeFileSync(join(folder, 'serial.log'), log);
  writeFileSync(join(folder, 'm.tflite'), MODEL);
  writeFileSync(join(folder, 'other.tflite'), MODEL.subarray(0, 12));
  return runMain(folder, ['verify', 'serial.log', ...argv]);
}

describe('verify', () => {
  it('says PASS with what was compared', async () => {
    expect(await verify(`boot\r\n${PASS}`)).toEqual({
      code: 0,
      stdout: `PASS: the chip computed all 1,280 output bytes of 8 vectors as expected, with model ${DIGEST}.\n`,
      stderr: '',
    });
    expect((await verify(PASS, '--model', 'm.tflite')).stdout).toContain(`with m.tflite (${DIGEST}).`);
  });

  it('names the first difference and ends with 5', async () => {
    const { code, stdout, stderr } = await verify(FAIL);
    expect(code).toBe(5);
    expect(stdout).toBe(
      `FAIL: vector 3, output 1, index 5: expected -12, actual 7; 4 bytes of 128 differ in 8 vectors, with model ${DIGEST}.\n`,
    );
    expect(stderr).toContain('serial.log: the chip computed 7 instead of -12 at vector 3, output 1, index 5');
  });

  it('names the step that stopped and ends with 5', async () => {
    const { code, stdout, stderr } = await verify(ERROR);
    expect(code).toBe(5);
    expect(stdout).toBe(`ERROR: invoke did not succeed at vector 2, with model ${DIGEST}.\n`);
    expect(stderr).toContain('tinyml explain');
  });

  it('ends with 5 for another model, also where the self-test passed', async () => {
    const { code, stdout, stderr } = await verify(PASS, '--model', 'other.tflite');
    expect(code).toBe(5);
    expect(stdout).toMatch(
      /^OTHER MODEL: the self-test ran with model [0-9a-f]{16}, so nothing is known of other\.tflite \([0-9a-f]{16}\)\.\n$/,
    );
    expect(JSON.parse((await verify(PASS, '--model', 'other.tflite', '--json')).stdout)).toMatchObject({
      ok: false,
    });
    expect(JSON.parse((await verify(PASS, '--model', 'm.tflite', '--json')).stdout)).toMatchObject({
      ok: true,
    });
    expect(stderr).toContain(`serial.log is about model ${DIGEST}, but other.tflite is `);
  });

  it('tells of several runs and of damaged lines', async () => {
    const { code, stderr } = await verify(`${FAIL}tinyml-self-test PASS mo\n${PASS}${PASS}`);
    expect(code).toBe(0);
    expect(stderr).toContain('3 lines of the self-test in the log (2 PASS, 1 FAIL); the last one counts.');
    expect(stderr).toContain('1 line of the self-test cut or damaged; not counted.');
    expect((await verify(PASS.trim())).stderr).toContain('The line has no end');
  });

  it('ends with 3 where there is no line, and says how to get one', async () => {
    const { code, stdout, stderr } = await verify('Hello\n');
    expect([code, stdout]).toEqual([3, '']);
    expect(stderr).toContain('serial.log has no line "tinyml-self-test …"');
    expect(stderr).toContain('115200 baud');
    expect((await verify('tinyml-self-test PA\n')).stderr).toContain('only 1 line cut or damaged');
  });

  it('does not pass firmware that compares nothing', async () => {
    const { code, stdout, stderr } = await verify(`tinyml-self-test UNPROVEN model=${DIGEST} vectors=3\n`);
    expect(code).toBe(5);
    expect(stdout).toContain('UNPROVEN: the model ran on 3 inputs, and nothing says what it must give');
    expect(stderr).toContain('does not know what it must give');
  });

  it('prints one JSON object, whatever the verdict', async () => {
    const { code, stdout } = await verify(FAIL, '--json', '--model', 'other.tflite');
    expect(code).toBe(5);
    expect(JSON.parse(stdout)).toEqual({
      log: 'serial.log',
      ok: false,
      verdict: 'FAIL',
      model: DIGEST,
      vector: 3,
      output: 1,
      index: 5,
      expected: -12,
      actual: 7,
      mismatches: 4,
      vectors: 8,
      bytes: 128,
      modelMatches: false,
      runs: { PASS: 0, FAIL: 1, UNPROVEN: 0, ERROR: 0 },
      damagedLines: 0,
      unfinished: false,
    });
    expect(JSON.parse((await verify(PASS, '--json')).stdout)).not.toHaveProperty('modelMatches');
  });

  it('reads standard input', async () => {
    const { code, stdout } = await runMain(makeFolder(), ['verify', '-'], {
      stdin: [Buffer.from(PASS.slice(0, 30)), Buffer.from(PASS.slice(30))],
    });
    expect([code, stdout.slice(0, 5)]).toEqual([0, 'PASS:']);
    expect((await runMain(makeFolder(), ['verify', '-'])).stderr).toContain('standard input has no line');
  });

  it('ends with 3 where the log cannot be read', async () => {
    const missing = await runMain(makeFolder(), ['verify', 'none.log']);
    expect([missing.code, missing.stdout]).toEqual([3, '']);
    expect(missing.stderr).toContain('Cannot read none.log: there is no such file');
    expect((await runMain(makeFolder(), ['verify', '.'])).stderr).toContain('it is a folder');
  });
});
