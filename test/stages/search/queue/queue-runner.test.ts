import { afterEach, describe, expect, it } from 'vitest';
import { environmentError, interruptedError } from '../../../../src/core/errors.ts';
import { silentReporter } from '../../../../src/core/reporter.ts';
import { TOOL } from '../../../../src/core/version.ts';
import { queueRunner } from '../../../../src/stages/search/queue/queue-runner.ts';
import { serveTrials } from '../../../../src/stages/search/queue/serve-trials.ts';
import { type FileCache, shareSources } from '../../../../src/stages/search/queue/shared-sources.ts';
import { trialId, trialText } from '../../../../src/stages/search/queue/trial-message.ts';
import type { Trial, TrialResult } from '../../../../src/stages/search/trial.ts';
import type { TrialRunner } from '../../../../src/stages/search/trial-runner.ts';
import { smallTrial } from '../small-trials.ts';
import { MemoryQueue, memoryBlobs } from './memory-queue.ts';

const NO_FILES: FileCache = { has: () => false, add() {} };

/** What every worker finds; depends on the trial alone. */
function findingsOf({ number }: Trial): TrialResult['findings'] {
  return { outcome: 'scored', validation: { metric: 'mse', float: 1 / number } };
}

/** Takes longer for some trials than for others, and is interrupted when it is closed. */
function fakeMachine(run: (trial: Trial) => Promise<TrialResult> = later): () => TrialRunner {
  return () => {
    let interrupt: (error: unknown) => void = () => {};
    const closed = new Promise<never>((_, reject) => {
      interrupt = reject;
    });
    closed.catch(() => {});
    return {
      slots: 1,
      run: (trial) => Promise.race([run(trial), closed]),
      close: async () => interrupt(interruptedError('interrupted', 'Stopped')),
    };
  };
}

async function later(trial: Trial): Promise<TrialResult> {
  await new Promise((resolve) => setTimeout(resolve, ((trial.number * 7) % 5) * 8));
  return { number: trial.number, findings: findingsOf(trial), seconds: 0.1 };
}

function never(): Promise<never> {
  return new Promise(() => {});
}

const ends: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

function world() {
  const queue = new MemoryQueue();
  const blobs = memoryBlobs();
  const said: string[] = [];
  const stop = new AbortController();
  const report = {
    ...silentReporter,
    info: (text: string) => void said.push(text),
    warn: (text: string) => void said.push(text),
  };
  const runner = queueRunner({
    queue,
    sources: shareSources([], blobs),
    report,
    signal: stop.signal,
    shown: 'redis://host:6379',
  });
  ends.push(() => runner.close());
  const startWorker = (slots: number, machine = fakeMachine()) => {
    const end = new AbortController();
    const served = serveTrials({
      source: queue,
      blobs,
      cache: NO_FILES,
      report,
      signal: end.signal,
      slots,
      runner: machine,
    });
    served.catch(() => {});
    ends.push(() => {
      end.abort();
      return served.catch(() => {});
    });
    return { served, end };
  };
  return { queue, blobs, said, stop, runner, startWorker };
}

const TRIALS = Array.from({ length: 12 }, (_, index) => smallTrial({ number: index + 1 }));
const FINDINGS = TRIALS.map(findingsOf);

function findingsFrom(results: readonly TrialResult[]) {
  return results.map(({ findings }) => findings);
}

describe('queueRunner', () => {
  it('gives the findings of each trial, whoever ran it and whenever he came', async () => {
    const { runner, startWorker, queue } = world();
    startWorker(1);
    const results = Promise.all(TRIALS.map((trial) => runner.run(trial)));
    startWorker(3);
    expect(findingsFrom(await results)).toEqual(FINDINGS);
    await expect.poll(() => queue.jobs.size).toBe(0);
  });

  it('has a trial run again whose worker is not heard of, and counts it once', async () => {
    const { runner, startWorker, queue } = world();
    let release = (): void => {};
    const paused = new Promise<void>((resolve) => {
      release = resolve;
    });
    startWorker(
      1,
      fakeMachine(async (trial) => {
        await paused;
        return {
          number: trial.number,
          findings: { outcome: 'failed', code: 'late', message: 'Late.' },
          seconds: 1,
        };
      }),
    );
    const results = Promise.all(TRIALS.map((trial) => runner.run(trial)));
    await expect.poll(() => [...queue.jobs.values()].some(({ isTaken }) => isTaken)).toBe(true);
    queue.takeAway();
    startWorker(2);
    expect(findingsFrom(await results)).toEqual(FINDINGS);
    release();
    await expect.poll(() => queue.jobs.size).toBe(0);
  });

  it('begins again where the server has lost everything', async () => {
    const { runner, startWorker, queue, blobs } = world();
    const results = Promise.all(TRIALS.map((trial) => runner.run(trial)));
    await expect.poll(() => queue.jobs.size).toBe(12);
    queue.jobs.clear();
    blobs.all.clear();
    startWorker(2);
    expect(findingsFrom(await results)).toEqual(FINDINGS);
  });

  it('brings the data again that a worker did not find', async () => {
    const { runner, startWorker, queue, blobs } = world();
    const result = runner.run(TRIALS[0]);
    await expect.poll(() => queue.jobs.size).toBe(1);
    blobs.all.clear();
    queue.jobs.set(trialId(trialText(TRIALS[0])), {
      text: trialText(TRIALS[0]),
      state: { state: 'without-data' },
      isTaken: false,
      lock: 0,
    });
    await expect.poll(() => blobs.all.size).toBe(1);
    startWorker(1);
    expect((await result).findings).toEqual(FINDINGS[0]);
  });

  it('tells of a worker of another version once, whose trials others get', async () => {
    const { runner, startWorker, queue, said } = world();
    const old = queue.take(1, async () => ({ handled: 'given-back', refusedBy: 'tinyml 0.0.9' }));
    const results = Promise.all(TRIALS.slice(0, 2).map((trial) => runner.run(trial)));
    await expect.poll(() => said).toHaveLength(1);
    await old.close();
    startWorker(1);
    expect(findingsFrom(await results)).toEqual(FINDINGS.slice(0, 2));
    expect(said.filter((text) => text.includes('version') || text.includes('0.0.9'))).toEqual([
      `A worker of tinyml 0.0.9 came to the queue and was sent away: this search is that of ${TOOL}, and its workers have to be.`,
    ]);
  });

  it.each([
    [
      'that all workers died',
      { state: 'lost' },
      'environment',
      'search-trial-lost',
      'Trial 1 was given to one',
    ],
    [
      'that a worker refuses it',
      { state: 'refused', reason: 'no project' },
      'input',
      'search-trial-refused',
      'A worker refused trial 1: no project',
    ],
    [
      'half a result',
      { state: 'done', text: '{"outcome":"found"}' },
      'input',
      'bad-trial-result',
      'no result',
    ],
    [
      'the result of another trial',
      {
        state: 'done',
        text: JSON.stringify({ outcome: 'found', result: { number: 2, findings: FINDINGS[1], seconds: 1 } }),
      },
      'input',
      'bad-trial-result',
      'no result of it',
    ],
    [
      'brackets without end',
      { state: 'done', text: '['.repeat(200_000) },
      'input',
      'bad-trial-result',
      'no result of it',
    ],
  ] as const)('ends where the queue says %s', async (_, state, kind, code, message) => {
    const { runner, queue } = world();
    const result = runner.run(TRIALS[0]);
    result.catch(() => {});
    await expect.poll(() => queue.jobs.size).toBe(1);
    for (const job of queue.jobs.values()) job.state = state;
    await expect(result).rejects.toMatchObject({ kind, code, message: expect.stringContaining(message) });
  });

  it('ends with what is a bug of a worker, as it would here', async () => {
    const { runner, startWorker } = world();
    startWorker(
      1,
      fakeMachine(() => Promise.reject(new TypeError('no such thing'))),
    );
    await expect(runner.run(TRIALS[0])).rejects.toThrow('no such thing');
  });

  it('stops at once, and leaves in the queue what workers have', async () => {
    const { runner, startWorker, queue, stop } = world();
    startWorker(1, fakeMachine(never));
    const results = Promise.allSettled(TRIALS.map((trial) => runner.run(trial)));
    await expect.poll(() => [...queue.jobs.values()].filter(({ isTaken }) => isTaken).length).toBe(1);
    stop.abort();
    for (const result of await results) {
      expect(result).toMatchObject({ status: 'rejected', reason: { kind: 'interrupted' } });
    }
    await runner.close();
    expect(queue.jobs.size).toBe(1);
    await expect(runner.run(TRIALS[0])).rejects.toMatchObject({ kind: 'interrupted' });
  });
});

describe('serveTrials', () => {
  it('gives back what it has when it is stopped', async () => {
    const { runner, startWorker, queue } = world();
    const first = startWorker(1, fakeMachine(never));
    const result = runner.run(TRIALS[0]);
    await expect.poll(() => [...queue.jobs.values()].some(({ isTaken }) => isTaken)).toBe(true);
    first.end.abort();
    expect(await first.served).toEqual({ trials: 0, givenBack: 1 });
    const second = startWorker(1);
    expect((await result).findings).toEqual(FINDINGS[0]);
    second.end.abort();
    expect(await second.served).toEqual({ trials: 1, givenBack: 0 });
  });

  it('ends where it is of another version than a search', async () => {
    const { startWorker, queue } = world();
    await queue.add('x', trialText({ ...TRIALS[0], tool: 'tinyml 9.9.9', more: 1 } as Trial));
    const { served } = startWorker(1);
    await expect(served).rejects.toMatchObject({
      kind: 'mismatch',
      code: 'search-other-tool',
      message: `The search in this queue is that of tinyml 9.9.9, and this worker is ${TOOL}`,
    });
    expect(queue.jobs.get('x')?.state).toEqual({ state: 'waiting', isStarted: true, refusedBy: TOOL });
  });

  it('ends, and gives the trial back, where its machine refuses', async () => {
    const { startWorker, queue, blobs } = world();
    await shareSources([], blobs).publish();
    await queue.add('x', trialText(TRIALS[0]));
    const { served } = startWorker(
      1,
      fakeMachine(() => Promise.reject(environmentError('cannot-write', 'The disk is full'))),
    );
    await expect(served).rejects.toMatchObject({ kind: 'environment', code: 'cannot-write' });
    expect(queue.jobs.get('x')?.state).toMatchObject({ state: 'waiting', refusedBy: undefined });
  });

  it.each([
    ['no JSON', '{{'],
    ['no text', { trial: 1 }],
    ['no trial', JSON.stringify({ tool: TOOL, number: 1 })],
    ['a trial with something else', JSON.stringify({ ...TRIALS[0], run: 'rm -rf /' })],
    ['brackets without end', '['.repeat(200_000)],
    ['too much', `"${'x'.repeat(2 ** 20)}"`],
  ])('refuses %s, and goes on', async (_, text) => {
    const { startWorker, queue, runner } = world();
    await queue.add('x', text);
    startWorker(1);
    expect((await runner.run(TRIALS[1])).findings).toEqual(FINDINGS[1]);
    expect(queue.jobs.get('x')?.state).toMatchObject({ state: 'refused' });
  });
});
