/** Other threads on one job, fed and heard between the blocks of this one. They may answer at any time, at once too. */

import type { BlockOrder } from './block-order.ts';
import type { Job, WorkKind } from './record-work.ts';
import type { Helper, Threads } from './threads.ts';
import { type Answer, type BlockMessage, fromFailure } from './worker-messages.ts';

/** One that is worked on and one that waits, so that a worker need not wait for this thread. */
const BLOCKS_PER_WORKER = 2;

/** What is known of a helper; it may speak before there is one. */
interface Member {
  /** It has loaded, and lives. */
  ready: boolean;
  /** Its blocks, by their first record. */
  readonly blocks: Map<number, BlockMessage>;
}

export class Team<Kind extends WorkKind> {
  readonly #job: Job<Kind>;
  readonly #order: BlockOrder<Kind>;
  readonly #helpers = new Map<Member, Helper>();
  #failure: { readonly error: unknown } | undefined;
  #wake: () => void = () => {};

  constructor(job: Job<Kind>, order: BlockOrder<Kind>) {
    this.#job = job;
    this.#order = order;
  }

  /** How far ahead blocks are handed out: enough for everybody, and bounded. */
  get blocksAhead(): number {
    return 2 * (1 + BLOCKS_PER_WORKER * this.#helpers.size);
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
    const member: Member = { ready: false, blocks: new Map() };
    const helper = threads.start(this.#job, {
      hear: (answer) => this.#hear(member, answer),
      // Its blocks are somebody else's then.
      lose: () => this.#lose(member),
    });
    this.#helpers.set(member, helper);
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
    } catch (error) {
      this.#failure ??= { error };
    }
    this.#wake();
  }

  /** At most what fits at once: one that answers inside `post` does not keep this thread from its own turn. */
  #feed(member: Member, helper: Helper): void {
    for (let room = BLOCKS_PER_WORKER - member.blocks.size; member.ready && room > 0; room--) {
      const message = this.#order.next(this.blocksAhead);
      if (message === undefined) return;
      // Before it is posted: the answer may come from inside.
      member.blocks.set(message.start, message);
      helper.post(message);
    }
  }

  /** Gives blocks to whoever has room. Throws what went wrong since the last time: in a worker, a block, or a result. */
  feed(): void {
    for (const [member, helper] of this.#helpers) this.#feed(member, helper);
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  /** Resolves when a worker has something to say, at once where there is none. */
  async event(): Promise<void> {
    const busy = [...this.#helpers.keys()].some(({ ready, blocks }) => ready && blocks.size > 0);
    if (!busy) return;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
  }

  /** No worker is left when it resolves. */
  async end(): Promise<void> {
    await Promise.all([...this.#helpers.values()].map((helper) => helper.end()));
  }
}
