import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { CliIo } from '../../src/cli/terminal/io.ts';
import { Session } from '../../src/cli/terminal/session.ts';

const CLI = fileURLToPath(new URL('../../src/cli', import.meta.url));

/** A terminal, and everything that is written to it, in order. */
function terminal(overrides: Partial<CliIo> = {}) {
  const written: string[] = [];
  const stream = (name: string) => ({
    isTTY: true,
    write: (text: string | Uint8Array) => written.push(`${name} ${text}`),
  });
  const io: CliIo = {
    stdout: stream('out'),
    stderr: stream('err'),
    cwd: '/home/me/project',
    env: { NO_COLOR: '1' },
    signal: new AbortController().signal,
    ...overrides,
  };
  return { io, written };
}

function notMade(): never {
  throw new Error('made, although it is not printed');
}

describe('a session', () => {
  it('emits the text as it is, and makes no JSON', () => {
    const { io, written } = terminal();
    new Session(io, false).emit(() => 'a\nb\n', notMade);
    expect(written).toEqual(['out a\nb\n']);
  });

  it('emits the JSON on one line where that is asked for, and makes no text', () => {
    const { io, written } = terminal();
    new Session(io, true).emit(notMade, { a: [1, 2] });
    expect(written).toEqual(['out {"a":[1,2]}\n']);
  });

  it('says nothing of work that is done at once where nobody watches it', () => {
    const { io, written } = terminal();
    const { now } = performance;
    performance.now = () => 60_000;
    try {
      const { reporter } = new Session({ ...io, stderr: { ...io.stderr, isTTY: false } }, false);
      for (let i = 0; i < 2; i++) reporter.progress(25, 25, 'samples');
    } finally {
      performance.now = now;
    }
    expect(written).toEqual([]);
  });

  it('removes the live line before the result', () => {
    const { io, written } = terminal();
    const session = new Session(io, false);
    session.reporter.progress(1, 3, 'samples');
    session.emit('done\n', {});
    expect(written).toHaveLength(3);
    expect(written.slice(1)).toEqual(['err \r\u001b[K', 'out done\n']);
  });

  it('holds a short result back until all of it is there, and prints a long one as it comes', async () => {
    const { io, written } = terminal();
    const session = new Session(io, false);
    const failing = session.emitPieces(async (write) => {
      await write('half');
      throw new Error('no more');
    });
    await expect(failing).rejects.toThrow('no more');
    expect(written).toEqual([]);
    const long = 'x'.repeat(2 ** 22);
    await session.emitPieces(async (write) => {
      await write('a');
      await write(long);
      expect(written).toEqual([`out a${long}`]);
      await write('end');
    });
    expect(written.at(-1)).toBe('out end');
  });

  it('waits for a reader that is slower', async () => {
    let drained = false;
    const slow = {
      write: () => false,
      drained: async () => {
        await new Promise((resolve) => setTimeout(resolve, 5));
        drained = true;
      },
    };
    await new Session(terminal({ stdout: slow }).io, false).emitPieces(async (write) => {
      await write('x'.repeat(2 ** 22));
      expect(drained).toBe(true);
    });
  });

  it('takes paths from the project and shows them relative to it', () => {
    const session = new Session(terminal().io, false);
    expect(session.absolute('a/b')).toBe('/home/me/project/a/b');
    expect(session.absolute('/a')).toBe('/a');
    expect(session.shown('/home/me/project/a/b')).toBe('a/b');
    expect(session.shown('/home/me/project')).toBe('.');
    expect(session.shown('/home/me/other')).toBe('/home/me/other');
  });

  it('says where there is no standard input', () => {
    expect(() => new Session(terminal().io, false).standardInput()).toThrow('no standard input');
  });

  it('is all that commands know of the outside: streams are known to main and terminal/ alone', () => {
    const files = readdirSync(CLI, { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('.ts'),
    );
    const knowing = files.filter((name) => /CliIo|process\.std/.test(readFileSync(join(CLI, name), 'utf8')));
    expect(knowing.filter((name) => name !== 'main.ts' && !name.startsWith('terminal/'))).toEqual([]);
    expect(knowing).toContain('main.ts');
  });
});
