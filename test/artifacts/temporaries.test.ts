import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { writeFileWhole, writeFolderWhole } from '../../src/artifacts/files.ts';
import { temporarySibling } from '../../src/artifacts/temporaries.ts';
import { discard, discardAll, published } from '../../src/artifacts/unfinished.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'tinyml-temporaries-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** A process that is no more. */
const DEAD = spawnSync(process.execPath, ['-e', '0']).pid;

/** The name that this process would give, as another process of this machine, or of another one, would. */
function nameOf(pid: number, host?: string): string {
  const own = temporarySibling(join(tmpdir(), 'tinyml-elsewhere', 'x'));
  published(own);
  const mark = host ?? /^\.tinyml-tmp-([0-9a-f]{8})-/.exec(basename(own))?.[1];
  return `.tinyml-tmp-${mark}-${pid}-k3j2h1`;
}

function leave(name: string, touched = new Date()): void {
  mkdirSync(join(root, name));
  writeFileSync(join(root, name, 'x.bin'), 'half');
  utimesSync(join(root, name), touched, touched);
}

const YESTERDAY = new Date(Date.now() - 25 * 3600 * 1000);

it('what killed processes left is gone after the next write into that folder', () => {
  leave(nameOf(DEAD));
  leave(nameOf(process.pid)); // an earlier process with this one's number
  leave(`.tinyml-tmp-${DEAD}-abc`, YESTERDAY); // as older versions called them
  leave(nameOf(DEAD, '00000000'), YESTERDAY);
  writeFileWhole(join(root, 'x.bin'), 'new');
  expect(readdirSync(root)).toEqual(['x.bin']);
});

it('what others may be writing stays, and what is not ours', () => {
  const kept = [
    nameOf(process.ppid), // alive
    nameOf(DEAD, '00000000'), // of another machine
    `.tinyml-tmp-${process.ppid}-abc`,
    '.tinyml-tmp-notes',
    'tinyml-tmp-1-a',
  ];
  for (const name of kept) leave(name);
  writeFolderWhole(join(root, 'new'), new Map([['a', Uint8Array.of(1)]]));
  expect(readdirSync(root).sort()).toEqual([...kept, 'new'].sort());
});

it('a process that ends in the middle removes what it was writing, and nothing that got its name', () => {
  const [half, done] = [temporarySibling(join(root, 'a')), temporarySibling(join(root, 'b'))];
  writeFileSync(half, 'half');
  writeFileSync(done, 'done');
  published(done);
  discardAll();
  expect(readdirSync(root)).toEqual([basename(done)]);
  discard(done);
  expect(readdirSync(root)).toEqual([]);
});
