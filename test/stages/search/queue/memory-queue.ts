/** Both ends of a queue in memory, and what may happen to one: its server forgets, its workers die. */

import type { Blobs } from '../../../../src/stages/search/queue/blobs.ts';
import type {
  Handled,
  TrialQueue,
  TrialSource,
  TrialState,
  TrialsTaken,
} from '../../../../src/stages/search/queue/trial-queue.ts';

interface Job {
  readonly text: unknown;
  state: TrialState;
  isTaken: boolean;
  /** Whoever has another one does not finish it. */
  lock: number;
}

type Handle = (text: unknown) => Promise<Handled>;

export class MemoryQueue implements TrialQueue, TrialSource {
  readonly jobs = new Map<string, Job>();
  readonly #workers = new Set<{ readonly handle: Handle; free: number; readonly work: Set<Promise<void>> }>();

  async add(id: string, text: unknown): Promise<void> {
    if (!this.jobs.has(id)) {
      this.jobs.set(id, { text, state: { state: 'waiting', isStarted: false }, isTaken: false, lock: 0 });
    }
    this.#hand();
  }

  async look(id: string): Promise<TrialState> {
    return this.jobs.get(id)?.state ?? { state: 'missing' };
  }

  async remove(id: string): Promise<void> {
    if (this.jobs.get(id)?.isTaken !== true) this.jobs.delete(id);
  }

  take(slots: number, handle: Handle): TrialsTaken {
    const worker = { handle, free: slots, work: new Set<Promise<void>>() };
    this.#workers.add(worker);
    this.#hand();
    return {
      close: async () => {
        this.#workers.delete(worker);
        await Promise.all(worker.work);
      },
    };
  }

  /** As if those who have them had not been heard of for long. */
  takeAway(): void {
    for (const job of this.jobs.values()) {
      if (!job.isTaken) continue;
      job.lock++;
      job.isTaken = false;
    }
    this.#hand();
  }

  #hand(): void {
    for (const worker of this.#workers) {
      for (const job of this.jobs.values()) {
        if (worker.free === 0) break;
        if (job.isTaken || job.state.state !== 'waiting') continue;
        job.isTaken = true;
        job.state = { ...job.state, isStarted: true };
        worker.free--;
        const work = this.#process(job, worker.handle).finally(() => {
          worker.free++;
          worker.work.delete(work);
          // A turn for others: who gives back at once would be given it at once.
          setTimeout(() => this.#hand(), 1);
        });
        worker.work.add(work);
      }
    }
  }

  async #process(job: Job, handle: Handle): Promise<void> {
    const { lock } = job;
    const handled = await handle(job.text);
    if (job.lock !== lock) return;
    job.isTaken = false;
    if (handled.handled === 'done') job.state = { state: 'done', text: handled.text };
    else if (handled.handled === 'without-data') job.state = { state: 'without-data' };
    else if (handled.handled === 'refused') job.state = { state: 'refused', reason: handled.reason };
    else job.state = { state: 'waiting', isStarted: true, refusedBy: handled.refusedBy };
  }
}

export function memoryBlobs(): Blobs & { readonly all: Map<string, Uint8Array> } {
  const all = new Map<string, Uint8Array>();
  return {
    all,
    keep: async (names) => names.filter((name) => !all.has(name)),
    put: async (name, bytes) => void all.set(name, bytes.slice()),
    get: async (name) => all.get(name),
  };
}
