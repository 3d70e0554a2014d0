import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { onlyPort } from '../../../src/cli/serial/choose-port.ts';
import { deviceFiles, groupOf, openFailure } from '../../../src/cli/serial/device-files.ts';
import { listDevices } from '../../../src/cli/serial/device-list.ts';
import { openPort } from '../../../src/cli/serial/open-port.ts';
import { forbiddenPort } from '../../../src/cli/serial/serial-errors.ts';
import { SerialInbox } from '../../../src/cli/serial/serial-inbox.ts';
import type { PortInfo } from '../../../src/cli/serial/serial-port.ts';
import { loadSerialport } from '../../../src/cli/serial/serialport-package.ts';
import { systemPorts } from '../../../src/cli/serial/system-ports.ts';
import { Session } from '../../../src/cli/terminal/session.ts';
import { TinymlError } from '../../../src/core/errors.ts';
import { makeFolder, removeFolders } from '../run-main.ts';
import { missingPorts, plugIn, unplugAll } from './simulated-board.ts';

afterEach(unplugAll);
afterAll(removeFolders);

function errorOf(act: () => unknown): { readonly kind: string; readonly text: string } {
  try {
    act();
  } catch (error) {
    if (error instanceof TinymlError) return { kind: error.kind, text: `${error.message}. ${error.hint}` };
    throw error;
  }
  return { kind: 'none', text: '' };
}

/** Device files, and what the system knows of them by name. */
function folders(names: readonly string[], products: Readonly<Record<string, string>> = {}) {
  const root = makeFolder();
  const [devices, classes] = [join(root, 'dev'), join(root, 'class')];
  mkdirSync(devices);
  for (const name of names) writeFileSync(join(devices, name), '');
  for (const [name, product] of Object.entries(products)) {
    mkdirSync(join(classes, name, 'device'), { recursive: true });
    writeFileSync(join(classes, name, 'manufacturer'), 'Arduino\n');
    writeFileSync(join(classes, name, 'product'), `${product}\n`);
  }
  return { devices, classes };
}

describe('ports', () => {
  it('are those of USB, in their order, with what the board says it is', () => {
    const names = ['ttyS0', 'ttyUSB10', 'ttyUSB2', 'ttyACM0', 'tty', 'cu.usbmodem1', 'cu.Bluetooth', 'sda'];
    const where = folders(names, { ttyACM0: 'Arduino Nano 33 BLE', ttyUSB2: 'Mega' });
    expect(listDevices(where).map(({ path, description }) => [path, description])).toEqual([
      [join(where.devices, 'cu.usbmodem1'), undefined],
      [join(where.devices, 'ttyACM0'), 'Arduino Nano 33 BLE'],
      [join(where.devices, 'ttyUSB2'), 'Arduino Mega'],
      [join(where.devices, 'ttyUSB10'), undefined],
    ]);
    expect(listDevices({ devices: '/nowhere', classes: '/nowhere' })).toEqual([]);
  });

  it('are the only one, or a sentence', () => {
    const [a, b] = [{ path: '/dev/ttyACM0', description: 'Nano' }, { path: '/dev/ttyUSB0' }];
    expect(onlyPort([a])).toBe(a);
    expect(errorOf(() => onlyPort([]))).toEqual({
      kind: 'environment',
      text: expect.stringContaining('No board is connected'),
    });
    const several = errorOf(() => onlyPort([a, b]));
    expect(several.kind).toBe('usage');
    expect(several.text).toContain(
      'Two boards are connected: /dev/ttyACM0 (Nano) and /dev/ttyUSB0. Say which one is meant: --port /dev/ttyACM0',
    );
    expect(errorOf(() => onlyPort([a, b, a])).text).toContain('3 boards are connected: ');
  });

  it.each([
    ['ENOENT', 'There is no port /dev/ttyX'],
    ['EACCES', 'You may not open /dev/ttyX'],
    ['EBUSY', 'Another program has opened /dev/ttyX'],
    ['EIO', 'no device is behind it'],
    ['EMFILE', 'Cannot open /dev/ttyX: EMFILE'],
  ])('say what %s means', (code, sentence) => {
    const error = openFailure('/dev/ttyX', Object.assign(new Error('x'), { code }));
    expect([error.kind, error.message]).toEqual(['environment', expect.stringContaining(sentence)]);
  });

  it('name the group to join, where it is one that may', () => {
    const own = join(makeFolder(), 'port');
    writeFileSync(own, '', { mode: 0o660 });
    chmodSync(own, 0o660);
    const { gid } = statSync(own);
    const groups = join(makeFolder(), 'group');
    writeFileSync(groups, `nobody:x:1:\ndialout:x:${gid}:me\n`);
    expect(groupOf(own, groups)).toBe(gid === 0 ? undefined : 'dialout');
    chmodSync(own, 0o600);
    expect(groupOf(own, groups)).toBeUndefined();
    expect([groupOf(own, '/nowhere'), groupOf('/nowhere/port', groups)]).toEqual([undefined, undefined]);
    const { message, hint } = forbiddenPort('/dev/ttyACM0', 'dialout', undefined);
    expect(message).toBe('You may not open /dev/ttyACM0: it is for users of the group dialout');
    expect(hint).toContain('sudo usermod -aG dialout $USER');
    const { message: alone, hint: right } = forbiddenPort('/dev/ttyX', undefined, undefined);
    expect([alone, right]).toEqual([
      'You may not open /dev/ttyX',
      'Give yourself the right to read and write /dev/ttyX.',
    ]);
  });

  it.skipIf(process.getuid?.() !== 0)('find the group of a device of dialout', () => {
    const own = join(makeFolder(), 'port');
    writeFileSync(own, '');
    chownSync(own, 0, 20);
    chmodSync(own, 0o660);
    const groups = join(makeFolder(), 'group');
    writeFileSync(groups, 'root:x:0:\ndialout:x:20:me\n');
    expect(groupOf(own, groups)).toBe('dialout');
  });

  it('are files where the system has them, and else come of a package', async () => {
    expect(await systemPorts('linux')).toBe(deviceFiles);
    expect(await systemPorts('darwin')).toBe(deviceFiles);
    const missing = () => Promise.reject(Object.assign(new Error('x'), { code: 'ERR_MODULE_NOT_FOUND' }));
    await expect(loadSerialport(missing)).rejects.toMatchObject({
      code: 'serialport-not-installed',
      hint: expect.stringContaining('npm install serialport@13'),
    });
  });
});

const noPorts = missingPorts();
/** The package asks udev which ports there are. */
const noList = spawnSync('udevadm', ['--version']).status !== 0;

describe.skipIf(noPorts !== '').each([
  ['files', () => Promise.resolve(deviceFiles)],
  ['the package', loadSerialport],
] as const)(`a port through %s ${noPorts}`, (through, load) => {
  const signal = new AbortController().signal;

  it('gives bytes as they come, also when opened again, and says when the board is gone', async () => {
    const board = await plugIn(makeFolder());
    const ports = await load();
    for (let turn = 0; turn < 2; turn++) {
      const connection = await ports.open(board.port, 115200);
      const sent = Uint8Array.from({ length: 256 }, (_, i) => i);
      board.print(sent);
      const heard: number[] = [];
      while (heard.length < sent.length) {
        const next = await connection.next(2000, signal);
        if (next.kind !== 'bytes') throw new Error(next.kind);
        heard.push(...next.bytes);
      }
      expect(heard).toEqual([...sent]);
      expect(await connection.next(20, signal)).toEqual({ kind: 'silence' });
      if (turn === 1) {
        board.unplug();
        expect(await connection.next(2000, signal)).toEqual({ kind: 'gone' });
      }
      connection.close();
      await wait(20);
    }
  });

  it.skipIf(noList && through === 'the package')('says what is wrong', async () => {
    const ports = await load();
    await expect(ports.open('/nowhere/port', 115200)).rejects.toMatchObject({ code: 'unknown-port' });
    await ports.list();
  });
});

describe.skipIf(noPorts !== '')(`a port that is a file ${noPorts}`, () => {
  it('refuses a rate that the system does not know, and what is no port', async () => {
    const board = await plugIn(makeFolder());
    await expect(deviceFiles.open(board.port, 123_457)).rejects.toMatchObject({ code: 'refused-baud' });
    await expect(deviceFiles.open('/dev/null', 9600)).rejects.toMatchObject({ code: 'no-serial-port' });
  });
});

describe('openPort', () => {
  /** What it opened, of these ports, and what it said. */
  async function opened(ports: readonly PortInfo[], port: string) {
    let said = '';
    const stream = { write: (text: string | Uint8Array) => (said += String(text)) };
    const { signal } = new AbortController();
    const session = new Session({ stdout: stream, stderr: stream, cwd: '/', env: {}, signal }, false);
    const open = async (path: string, baud: number) => ({ path, baud, close: () => {}, next });
    const next = async () => ({ kind: 'silence' }) as const;
    const { path, baud } = await openPort(session, { port, baud: 9600 }, { list: async () => ports, open });
    return [path, baud, said];
  }

  it('takes the only board, and says which; or the one that is named', async () => {
    const nano = { path: '/dev/ttyACM0', description: 'Nano\u001b[2J' };
    expect(await opened([nano], 'auto')).toEqual([
      '/dev/ttyACM0',
      9600,
      '  The board is at /dev/ttyACM0 (Nano\\u{1b}[2J).\n',
    ]);
    expect(await opened([nano, nano], '/dev/ttyS0')).toEqual(['/dev/ttyS0', 9600, '']);
    await expect(opened([], 'auto')).rejects.toMatchObject({ code: 'no-port' });
    await expect(opened([nano, nano], 'auto')).rejects.toMatchObject({ code: 'several-ports' });
  });
});

describe('SerialInbox', () => {
  const signal = new AbortController().signal;

  it('gives what was heard before the board was gone, then silence, then that', async () => {
    const inbox = new SerialInbox();
    expect(await inbox.next(1, signal)).toEqual({ kind: 'silence' });
    setTimeout(() => inbox.put(Uint8Array.of(1)), 5);
    expect(await inbox.next(5000, signal)).toMatchObject({ kind: 'bytes', bytes: Uint8Array.of(1) });
    inbox.put(Uint8Array.of(2));
    inbox.end();
    expect((await inbox.next(5000, signal)).kind).toBe('bytes');
    expect(await inbox.next(5000, signal)).toEqual({ kind: 'gone' });
  });

  it('stops waiting when the user stops', async () => {
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 5);
    const inbox = new SerialInbox();
    expect(await inbox.next(5000, stop.signal)).toEqual({ kind: 'interrupted' });
    inbox.put(Uint8Array.of(1));
    expect(await inbox.next(5000, stop.signal)).toEqual({ kind: 'interrupted' });
  });
});
