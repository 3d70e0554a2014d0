/** Other threads on one job. They are fed and heard while this thread waits for its events. */

import type { BlockOrder } from './block-order.ts';
import type { Job, WorkKind } from './record-work.ts';
import type { Helper, Threads } from './threads.ts';
import { type Answer, type BlockMessage, fromFailure } from './worker-messages.ts';

/** One that is worked on and one that waits, so that a worker need not wait for this thread. */
const BLOCKS_PER_WORKER = 2;

interface Member {
  readonly helper: Helper;
  /** It has loaded, and lives. */
  ready: boolean;
  /** Its blocks, by their first record. */
  readonly blocks: Map<number, BlockMessage>;
}

export class Team<Kind extends WorkKind> {
  readonly #job: Job<Kind>;
  readonly #order: BlockOrder<Kind>;
  readonly #members: Member[] = [];
  #failure: { readonly error: unknown } | undefined;
  #wake: () => void = () => {};

  constructor(job: Job<Kind>, order: BlockOrder<Kind>) {
    this.#job = job;
    this.#order = order;
  }

  /** How far ahead blocks are handed out: enough for everybody, and bounded. */
  get blocksAhead(): number {
    return 2 * (1 + BLOCKS_PER_WORKER * this.#members.length);
  }

  /** Starts threads; where the machine refuses, there are fewer or none. */
  start(count: number, threads: Threads): void {
    try {
      for (let index = 0; index < count; index++) this.#add(threads);
    } catch {
      // What there is will do.
    }
  }

  #add(threads: Threads): void {
    const helper = threads.start(this.#job, {
      hear: (answer) => this.#hear(member, answer),
      // Its blocks are somebody else's then.
      lose: () => this.#lose(member),
    });
    const member: Member = { helper, ready: false, blocks: new Map() };
    this.#members.push(member);
  }

  #lose(member: Member): void {
    member.ready = false;
    for (const block of member.blocks.values()) this.#order.giveBack(block);
    member.blocks.clear();
    this.#wake();
  }

  #hear(member: Member, answer: Answer<Kind>): void {
    try {
      if (answer.event === 'failed') throw fromFailure(answer.failure);
      if (answer.event === 'ready') {
        member.ready = true;
      } else if (member.blocks.delete(answer.start)) {
        this.#order.accept(answer, answer.result, false);
      }
      this.#feed(member);
    } catch (error) {
      this.#failure ??= { error };
    }
    this.#wake();
  }

  #feed({ helper, ready, blocks }: Member): void {
    while (ready && blocks.size < BLOCKS_PER_WORKER) {
      const message = this.#order.next(this.blocksAhead);
      if (message === undefined) return;
      helper.post(message);
      blocks.set(message.start, message);
    }
  }

  /** Gives blocks to whoever has room. Throws what went wrong since the last time: in a worker, a block, or a result. */
  feed(): void {
    for (const member of this.#members) this.#feed(member);
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  /** Resolves when a worker has something to say, at once where there is none. */
  async event(): Promise<void> {
    if (!this.#members.some(({ ready, blocks }) => ready && blocks.size > 0)) return;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
  }

  /** No worker is left when it resolves. */
  async end(): Promise<void> {
    await Promise.all(this.#members.map(({ helper }) => helper.end()));
  }
}
