/** A Chromium that tests drive, where the machine has one. */

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';

/** Its name; Debian's first. Undefined where there is none. */
export const CHROMIUM = ['chromium', 'chromium-browser', 'google-chrome'].find(
  (name) => spawnSync(name, ['--version']).status === 0,
);

export const CHROMIUM_FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--disable-dev-shm-usage',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly result?: Readonly<Record<string, unknown>>;
  readonly error?: { readonly message: string };
}

type Params = Readonly<Record<string, unknown>>;

/** Commands and events of the DevTools protocol, over the pipes that `--remote-debugging-pipe` opens. */
class Protocol {
  readonly #process: ChildProcess;
  readonly #waiting = new Map<number, (message: Message) => void>();
  readonly #listeners = new Set<(message: Message) => void>();
  #last = 0;
  #rest = '';

  constructor(process: ChildProcess) {
    this.#process = process;
    (process.stdio[4] as Readable).on('data', (piece: Buffer) => this.#receive(piece.toString()));
  }

  #receive(piece: string): void {
    const messages = (this.#rest + piece).split('\0');
    this.#rest = messages.pop() ?? '';
    for (const text of messages) {
      const message = JSON.parse(text) as Message;
      if (message.id === undefined) for (const listener of this.#listeners) listener(message);
      else this.#waiting.get(message.id)?.(message);
    }
  }

  listen(listener: (message: Message) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async send(method: string, params: Params = {}, sessionId?: string): Promise<Params> {
    const id = ++this.#last;
    const { result, error } = await new Promise<Message>((resolve) => {
      this.#waiting.set(id, resolve);
      (this.#process.stdio[3] as Writable).write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    });
    if (error !== undefined) throw new Error(`${method}: ${error.message}`);
    return result ?? {};
  }
}

/** One page that is open. */
export interface OpenPage {
  /** What it has asked for so far, itself first. */
  readonly requests: readonly string[];
  /** What it threw, and what the console shows as an error. */
  readonly complaints: readonly string[];
  /** The value of an expression, which may be a promise; the page's own policy does not hinder it. */
  evaluate<T>(expression: string): Promise<T>;
  /** Lays it out as for paper, in the same scheme. */
  asPrinted(): Promise<void>;
  /** All of the page, as PNG. */
  screenshot(): Promise<Buffer>;
  close(): Promise<void>;
}

export interface Browser {
  /** Resolves when it is loaded. */
  open(url: string, scheme: 'light' | 'dark'): Promise<OpenPage>;
  close(): Promise<void>;
}

const TROUBLE: readonly string[] = ['Runtime.exceptionThrown', 'Log.entryAdded'];

async function openPage(protocol: Protocol, url: string, scheme: 'light' | 'dark'): Promise<OpenPage> {
  const { targetId } = await protocol.send('Target.createTarget', { url: 'about:blank' });
  const { sessionId } = (await protocol.send('Target.attachToTarget', { targetId, flatten: true })) as {
    sessionId: string;
  };
  const send = (method: string, params?: Params) => protocol.send(method, params, sessionId);
  const requests: string[] = [];
  const complaints: string[] = [];
  let loaded: () => void;
  const load = new Promise<void>((resolve) => {
    loaded = resolve;
  });
  const stop = protocol.listen(({ method = '', params = {} }) => {
    if (method === 'Network.requestWillBeSent') requests.push((params.request as { url: string }).url);
    if (method === 'Page.loadEventFired') loaded();
    if (TROUBLE.includes(method)) complaints.push(JSON.stringify(params));
  });
  for (const domain of ['Page', 'Network', 'Runtime', 'Log']) await send(`${domain}.enable`);
  const features = [{ name: 'prefers-color-scheme', value: scheme }];
  await send('Emulation.setEmulatedMedia', { features });
  await send('Emulation.setDeviceMetricsOverride', {
    width: 1120,
    height: 900,
    deviceScaleFactor: 1,
    mobile: false,
  });
  await send('Page.navigate', { url });
  await load;
  return {
    requests,
    complaints,
    async evaluate<T>(expression: string): Promise<T> {
      const { result, exceptionDetails } = await send('Runtime.evaluate', {
        expression,
        awaitPromise: true,
        returnByValue: true,
      });
      if (exceptionDetails !== undefined) throw new Error(JSON.stringify(exceptionDetails));
      return (result as { value: T }).value;
    },
    async asPrinted() {
      await send('Emulation.setEmulatedMedia', { media: 'print', features });
    },
    async screenshot() {
      const { data } = await send('Page.captureScreenshot', { captureBeyondViewport: true });
      return Buffer.from(data as string, 'base64');
    },
    async close() {
      stop();
      await protocol.send('Target.closeTarget', { targetId });
    },
  };
}

/** `profile`: an empty folder. */
export function startBrowser(program: string, profile: string): Browser {
  const flags = [...CHROMIUM_FLAGS, '--remote-debugging-pipe', `--user-data-dir=${profile}`];
  const child = spawn(program, flags, { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] });
  // Not its exit: others of its processes write into the profile a little longer, and hold the pipes as long.
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const protocol = new Protocol(child);
  return {
    open: (url, scheme) => openPage(protocol, url, scheme),
    async close() {
      // No answer comes.
      void protocol.send('Browser.close');
      await ended;
    },
  };
}
