import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { writeTflite } from '../../src/formats/tflite/write.ts';
import { sineNet } from '../formats/tflite/models.ts';
import { makeFolder, removeFolders, runMain } from './run-main.ts';

afterAll(removeFolders);

const NOT_REGISTERED = "Didn't find op for builtin opcode 'FULLY_CONNECTED' version '4'.";
const LOG = `${NOT_REGISTERED}\r\nFailed to get registration from op code FULLY_CONNECTED\r\nAllocateTensors() failed\r\n`;

function explain(...argv: string[]) {
  const folder = makeFolder();
  writeFileSync(join(folder, 'sine.tflite'), writeTflite(sineNet()));
  writeFileSync(join(folder, 'build.log'), LOG);
  return runMain(folder, ['explain', ...argv], { stdin: [Buffer.from(LOG)] });
}

describe('explain', () => {
  it('says cause and cure of a message', async () => {
    const { code, stdout, stderr } = await explain(NOT_REGISTERED);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain('An operator is not registered\n');
    expect(stdout).toContain('resolver.AddFullyConnected();');
    expect(stdout).not.toContain('static tflite::');
  });

  it('prints the code that cures it, where it has the model', async () => {
    const { stdout } = await explain(NOT_REGISTERED, '--model', 'sine.tflite');
    expect(stdout).toContain(
      '    static tflite::MicroMutableOpResolver<1> resolver;\n    resolver.AddFullyConnected();\n',
    );
  });

  it('reads a log, and only names what follows from another message', async () => {
    const { stdout } = await explain('-');
    expect(stdout).toContain('An operator is not registered  line 1\n');
    expect(stdout).toContain('Follows from that:\n');
    expect(stdout).toContain('  AllocateTensors() failed  (line 3)\n');
    expect(stdout.match(/An operator is not registered/g)).toHaveLength(1);
  });

  it('explains what follows from another message where that one is not there', async () => {
    expect((await explain('AllocateTensors() failed')).stdout).toContain('The line before it says why');
  });

  it('prints one JSON object', async () => {
    const { stdout } = await explain('-', '--json', '--model', 'sine.tflite');
    const { messages } = JSON.parse(stdout);
    expect(messages.map(({ id }: { id: string }) => id)).toEqual([
      'operator-not-registered',
      'no-registration',
      'allocate-tensors-failed',
    ]);
    expect(messages[0]).toMatchObject({ line: 1, times: 1, consequence: false, message: expect.any(String) });
  });

  it('ends with 3 where it knows nothing, and names what is near', async () => {
    const { code, stdout, stderr } = await explain('builtin opcode missing');
    expect([code, stdout]).toEqual([3, '']);
    expect(stderr).toContain('tinyml does not know this message');
    expect(stderr).toContain("Didn't find op for builtin opcode");
    expect((await explain('zzzz')).stderr).toContain('Give the whole line');
    expect((await explain('build.log')).stderr).toContain('"build.log" is a file, not a message');
    expect((await runMain(makeFolder(), ['explain', '-'])).stderr).toContain('standard input has no message');
  });

  it('refuses a model that is none', async () => {
    const { code, stderr } = await explain(NOT_REGISTERED, '--model', 'build.log');
    expect(code).toBe(3);
    expect(stderr).toContain('build.log');
  });

  it('prints nothing that moves the cursor', async () => {
    const { stdout } = await explain('kernels/a.cc Refuses \u0007\u009b2J this.');
    expect(stdout).toContain('Refuses');
    for (const control of ['\u0007', '\u009b']) expect(stdout).not.toContain(control);
  });
});
