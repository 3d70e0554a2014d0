import { execFileSync, spawn } from 'node:child_process';
import {
  closeSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readInputFile, writeFileInPieces, writeFileWhole } from '../../src/artifacts/files.ts';
import { outputTarget } from '../../src/artifacts/output-target.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'tinyml-test-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const WRITERS: readonly (readonly [string, (path: string, content: string) => Promise<void> | void])[] = [
  ['writeFileWhole', writeFileWhole],
  [
    'writeFileInPieces',
    (path, content) =>
      writeFileInPieces(path, async (append) => {
        for (const piece of [content.slice(0, 3), content.slice(3)]) append(new TextEncoder().encode(piece));
      }),
  ],
];

/** Whether a device node of our own can be made: the real ones are nobody's to try. */
function makeNull(path: string): boolean {
  try {
    execFileSync('mknod', [path, 'c', '1', '3'], { stdio: 'ignore' });
    closeSync(openSync(path, 'w'));
    return true;
  } catch {
    return false;
  }
}

describe.each(WRITERS)('%s', (_, write) => {
  it('follows a symbolic link, also one to nothing yet', async () => {
    mkdirSync(join(root, 'there'));
    writeFileSync(join(root, 'there/real'), 'before');
    symlinkSync('there/real', join(root, 'link'));
    symlinkSync('link', join(root, 'chain'));
    await write(join(root, 'chain'), 'after');
    expect(readlinkSync(join(root, 'chain'))).toBe('link');
    expect(readlinkSync(join(root, 'link'))).toBe('there/real');
    expect(readFileSync(join(root, 'there/real'), 'utf8')).toBe('after');

    symlinkSync('there/new', join(root, 'dangling'));
    await write(join(root, 'dangling'), 'made');
    expect(lstatSync(join(root, 'dangling')).isSymbolicLink()).toBe(true);
    expect(readFileSync(join(root, 'there/new'), 'utf8')).toBe('made');
    expect(readdirSync(join(root, 'there')).sort()).toEqual(['new', 'real']);
  });

  it('refuses links in a circle', async () => {
    symlinkSync('b', join(root, 'a'));
    symlinkSync('a', join(root, 'b'));
    await expect((async () => write(join(root, 'a'), 'x'))()).rejects.toMatchObject({
      kind: 'environment',
      message: expect.stringContaining('lead in a circle'),
    });
  });

  it('writes into a FIFO, more than it holds at once', async ({ skip }) => {
    if (process.platform === 'win32') skip('no FIFOs');
    const fifo = join(root, 'fifo');
    execFileSync('mkfifo', [fifo]);
    const reader = spawn('sh', ['-c', 'sleep 0.1; cat fifo > read'], { cwd: root });
    const ended = new Promise((resolve) => reader.on('exit', resolve));
    const content = 'tinyml '.repeat(100_000);
    await write(fifo, content);
    await ended;
    expect(lstatSync(fifo).isFIFO()).toBe(true);
    expect(readFileSync(join(root, 'read'), 'utf8')).toBe(content);
  });

  it('writes into a device and leaves it one', async ({ skip }) => {
    const device = join(root, 'null');
    if (!makeNull(device)) skip('device nodes need root and a file system that allows them');
    await write(device, 'gone');
    expect(lstatSync(device).isCharacterDevice()).toBe(true);
    expect(readdirSync(root)).toEqual(['null']);
  });

  it('writes into what this process has open', async ({ skip }) => {
    if (process.platform === 'win32') skip('no /dev/fd');
    const file = openSync(join(root, 'open'), 'w');
    symlinkSync(`/proc/self/fd/${file}`, join(root, 'stdout'));
    await write(`/dev/fd/${file}`, 'first ');
    await write(join(root, 'stdout'), 'second');
    closeSync(file);
    expect(readFileSync(join(root, 'open'), 'utf8')).toBe('first second');
    expect(lstatSync(join(root, 'stdout')).isSymbolicLink()).toBe(true);
  });
});

it('descriptors of other processes are paths like any other', () => {
  expect(outputTarget(`/proc/${process.pid}/fd/1`)).toMatchObject({ kind: 'descriptor', descriptor: 1 });
  expect(outputTarget('/proc/self/fd/12')).toMatchObject({ kind: 'descriptor', descriptor: 12 });
  expect(outputTarget('/nowhere/fd/1')).toEqual({ kind: 'file', path: '/nowhere/fd/1' });
});

it('reads a pipe to its end', async ({ skip }) => {
  if (process.platform === 'win32') skip('no FIFOs');
  execFileSync('mkfifo', [join(root, 'fifo')]);
  const writer = spawn('sh', ['-c', 'head -c 300000 /dev/zero > fifo'], { cwd: root });
  const ended = new Promise((resolve) => writer.on('exit', resolve));
  expect(readInputFile(join(root, 'fifo'), 'a model file')).toHaveLength(300_000);
  await ended;
});
