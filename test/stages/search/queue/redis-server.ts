/** A server of Redis on this machine's loopback, whose data outlive it. */

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createConnection, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export const HAS_REDIS = spawnSync('redis-server', ['--version']).status === 0;
/** Why tests that need one are skipped. */
export const NO_REDIS = 'redis-server is not installed';

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ port, host: '127.0.0.1' });
    socket.on('error', () => resolve(false));
    socket.on('data', () => {
      socket.destroy();
      resolve(true);
    });
    // An error (NOAUTH) is an answer.
    socket.on('connect', () => socket.write('PING\r\n'));
  });
}

export class RedisServer {
  readonly port: number;
  readonly #folder: string;
  readonly #password: string;
  #process: ChildProcess | undefined;

  private constructor(port: number, folder: string, password: string) {
    this.port = port;
    this.#folder = folder;
    this.#password = password;
  }

  /** In a folder that is the caller's to remove, with every change on disk before it is answered. */
  static async start(folder: string, password = ''): Promise<RedisServer> {
    const server = new RedisServer(await freePort(), folder, password);
    await server.#run();
    return server;
  }

  get address(): string {
    return `redis://${this.#password === '' ? '' : `:${this.#password}@`}127.0.0.1:${this.port}`;
  }

  async #run(): Promise<void> {
    const options = { port: this.port, bind: '127.0.0.1', dir: this.#folder, appendonly: 'yes' };
    const more = { appendfsync: 'always', save: '', requirepass: this.#password };
    const argv = Object.entries({ ...options, ...more }).flatMap(([name, value]) => [
      `--${name}`,
      `${value}`,
    ]);
    this.#process = spawn('redis-server', argv, { stdio: 'ignore' });
    while (!(await answers(this.port))) await sleep(50);
  }

  /** As a power cut would, and then again. */
  async restart(pauseMs: number): Promise<void> {
    await this.kill();
    await sleep(pauseMs);
    await this.#run();
  }

  async kill(): Promise<void> {
    const running = this.#process;
    this.#process = undefined;
    if (running === undefined || running.exitCode !== null || running.signalCode !== null) return;
    running.kill('SIGKILL');
    await once(running, 'exit');
  }
}
