/** Searches over a real server of Redis, with workers that are processes of their own. */

import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { listDataFiles } from '../../../../src/artifacts/data-files.ts';
import { silentReporter } from '../../../../src/core/reporter.ts';
import { TOOL } from '../../../../src/core/version.ts';
import { parseProject } from '../../../../src/stages/config.ts';
import { openQueue } from '../../../../src/stages/search/queue/bull-queue.ts';
import { openQueueRunner } from '../../../../src/stages/search/queue/open-queue-runner.ts';
import type { Trial, TrialResult } from '../../../../src/stages/search/trial.ts';
import { localRunner } from '../../../../src/stages/search/trial-runner.ts';
import { sourcesDigest, trialSources } from '../../../../src/stages/search/trial-sources.ts';
import { IS_BUILT } from '../../../built.ts';
import { makeFolder, makeProject, removeFolders, runMain } from '../../../cli/run-main.ts';
import { tableOf } from '../../../cli/table-projects.ts';
import { SMALL_PROJECT, smallTrial } from '../small-trials.ts';
import { HAS_REDIS, NO_REDIS, RedisServer } from './redis-server.ts';
import { WorkerProcess } from './worker-process.ts';

const ends: (() => unknown)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
  removeFolders();
});

/** Trials on a table that only the folder has, whose trainings take a moment. */
async function tableTrials(count: number) {
  const folder = makeFolder();
  writeFileSync(join(folder, 'table.csv'), tableOf('classification', 400));
  const projectOf = (units: number) => ({
    seed: 3,
    dataset: { source: 'csv', path: 'table.csv', target: 'y', task: 'classification' },
    model: { architecture: 'mlp', units: [units] },
    training: { epochs: 40, batchSize: 4 },
  });
  const listFiles = (path: string) => listDataFiles(join(folder, path));
  const sources = await trialSources(parseProject(JSON.stringify(projectOf(4))), listFiles);
  const trials = Array.from({ length: count }, (_, index) =>
    smallTrial({
      number: index + 1,
      epochs: 40,
      measures: index % 3 === 2 ? 'converted' : 'float',
      config: projectOf(4 + index) as unknown as Trial['config'],
      sources: sourcesDigest(sources),
    }),
  );
  return { trials, sources, listFiles };
}

async function startServer(password?: string): Promise<RedisServer> {
  const server = await RedisServer.start(makeFolder(), password);
  ends.push(() => server.kill());
  return server;
}

function startWorker(address: string): WorkerProcess & { readonly temporary: string } {
  const temporary = join(makeFolder(), 'tmp');
  mkdirSync(temporary);
  const worker = Object.assign(new WorkerProcess(address, temporary), { temporary });
  ends.push(async () => {
    worker.signal('SIGKILL');
    await worker.ended();
  });
  return worker;
}

function findingsOf(results: readonly TrialResult[]) {
  return results.map(({ number, findings }) => ({ number, findings }));
}

describe.skipIf(!HAS_REDIS || !IS_BUILT)(
  `a queue on Redis (${HAS_REDIS ? 'npm run build makes its workers' : NO_REDIS})`,
  () => {
    it('gives what one process gives, though workers die and pause and the server is cut off', async () => {
      const { trials, sources, listFiles } = await tableTrials(10);
      const server = await startServer('geheim');
      const said: string[] = [];
      const say = (text: string) => void said.push(text);
      const runner = await openQueueRunner(server.address, sources, {
        report: { ...silentReporter, info: say, warn: say },
        signal: new AbortController().signal,
      });
      ends.push(() => runner.close());
      const [killed, paused] = [startWorker(server.address), startWorker(server.address)];
      const finished: number[] = [];
      const results = Promise.all(
        trials.map(async (trial) => {
          const result = await runner.run(trial);
          finished.push(result.number);
          return result;
        }),
      );
      await Promise.all([killed.says('begins'), paused.says('begins')]);
      killed.signal('SIGKILL');
      paused.signal('SIGSTOP');
      const late = startWorker(server.address);
      await late.says(/Trial \d+ .*: accuracy/);
      await server.restart(500);
      const local = localRunner({ listFiles });
      const expected: TrialResult[] = [];
      for (const trial of trials) expected.push(await local.run(trial));
      // Longer than trials of a silent worker are kept for it.
      await expect.poll(() => finished.length, { timeout: 240_000 }).toBe(10);
      paused.signal('SIGCONT');
      await paused.says('A result came too late');
      expect(findingsOf(await results)).toEqual(findingsOf(expected));
      expect([...finished].sort((a, b) => a - b)).toEqual(trials.map(({ number }) => number));
      expect(said).toContain(
        `The queue redis://127.0.0.1:${server.port} does not answer any more; trying again until it does.`,
      );

      for (const worker of [paused, late]) worker.signal('SIGTERM');
      expect(await Promise.all([killed, paused, late].map((worker) => worker.ended()))).toEqual([
        'SIGKILL',
        143,
        143,
      ]);
      for (const worker of [paused, late]) {
        expect(JSON.parse(worker.stdout)).toEqual({
          trials: expect.any(Number),
          givenBack: expect.any(Number),
        });
        expect(readdirSync(worker.temporary)).toEqual([]);
      }
      for (const { stdout, stderr } of [killed, paused, late])
        expect(stdout + stderr).not.toContain('geheim');
    });
    it('sends a worker of another version away, which says so, and does not print a password', async () => {
      const server = await startServer('geheim');
      const queue = await openQueue(server.address, silentReporter);
      ends.push(() => queue.close());
      await queue.trials.add('trial-x', JSON.stringify({ ...smallTrial(), tool: 'tinyml 9.9.9' }));
      const { code, stdout, stderr } = await runMain(makeFolder(), ['worker', '--queue', server.address]);
      expect([code, stdout]).toEqual([5, '']);
      expect(stderr).toContain(
        `The search in this queue is that of tinyml 9.9.9, and this worker is ${TOOL}.`,
      );
      expect(stderr).toContain(`at redis://127.0.0.1:${server.port}`);
      expect(stderr).not.toContain('geheim');
      expect(await queue.trials.look('trial-x')).toEqual({
        state: 'waiting',
        isStarted: true,
        refusedBy: TOOL,
      });
    });

    it('refuses within seconds a server with another password, and one that is not there', async () => {
      const server = await startServer('geheim');
      const run = (address: string) => runMain(makeFolder(), ['worker', '--queue', address, '--json']);
      const shown = `redis://127.0.0.1:${server.port}`;
      const wrong = await run(shown.replace('//', '//:falsch@'));
      expect([wrong.code, JSON.parse(wrong.stdout).error]).toEqual([
        6,
        {
          code: 'queue-unreachable',
          message: `The queue ${shown} cannot be reached: it refuses the name or password`,
          hint: expect.stringContaining('redis://:password@host:port'),
        },
      ]);
      await server.kill();
      const gone = await run(server.address);
      expect([gone.code, JSON.parse(gone.stdout).error.message]).toEqual([
        6,
        `The queue ${shown} cannot be reached: nothing listens there`,
      ]);
      expect(wrong.stderr + gone.stderr).not.toMatch(/geheim|falsch/);
    });
    it('serves a search of the command line, which ends as one without a queue does', async () => {
      const server = await startServer();
      const worker = startWorker(server.address);
      const search = ['search', '--fit', 'flash=6k', '--trials', '4', '--json'];
      const [here, there] = [makeProject(SMALL_PROJECT), makeProject(SMALL_PROJECT)];
      const remote = await runMain(there, [...search, '--queue', server.address]);
      const local = await runMain(here, [...search, '--jobs', '1']);
      expect([remote.code, local.code, remote.stdout]).toEqual([0, 0, local.stdout]);
      expect(worker.stderr).toContain('Trial 4');
    });

    it('leaves an earlier search as it is where the queue cannot be reached', async () => {
      const server = await startServer();
      await server.kill();
      const folder = makeProject(SMALL_PROJECT);
      const { code, stdout } = await runMain(folder, [
        'search',
        '--fresh',
        '--queue',
        server.address,
        '--json',
      ]);
      expect([code, JSON.parse(stdout).error.code]).toEqual([6, 'queue-unreachable']);
      expect(readdirSync(folder)).toEqual(['tinyml.config.json']);
      const both = await runMain(folder, ['search', '--jobs', '2', '--queue', server.address]);
      expect([both.code, both.stderr]).toEqual([2, expect.stringContaining('--jobs')]);
    });
    it('lets a worker end while the server is down', async () => {
      const server = await startServer();
      const worker = startWorker(server.address);
      await worker.says('waits for trials');
      await server.kill();
      await worker.says('does not answer any more');
      worker.signal('SIGINT');
      expect(await worker.ended()).toBe(130);
      expect(JSON.parse(worker.stdout)).toEqual({ trials: 0, givenBack: 0 });
    });
  },
);
