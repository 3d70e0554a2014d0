/** Whether several threads are faster than one: batches alone and together by turns, so that what else a machine does hits both. */

/** Of a block: longer than a machine lets a thread wait for another one that wants the same core. */
const BLOCK_MS = 20;
/** Blocks that one side has to win more than the other one: a moment in which the machine is busy decides nothing. */
const LEAD = 3;
/** Blocks of each side after which whoever leads has won. */
const MOST = 15;
/** Of the time alone, what together is worth going on with. */
const GAIN = 0.95;

/** In front of a block, one batch at least: caches have what was there before, and a core that slept takes so long to be a fast one. */
const UNSETTLED_MS = 10;

/** Batches in a row. */
class Block {
  #unsettledMs = 0;
  #batches = 0;
  #ms = 0;

  add(ms: number): void {
    if (this.#unsettledMs < UNSETTLED_MS) {
      this.#unsettledMs += ms;
      return;
    }
    this.#batches++;
    this.#ms += ms;
  }

  get isOver(): boolean {
    return this.#ms >= BLOCK_MS;
  }

  get batchMs(): number {
    return this.#ms / this.#batches;
  }
}

export class Contest {
  #alone: Block | undefined;
  #block = new Block();
  /** Of the blocks together, more won than lost. */
  #lead = 0;
  #compared = 0;
  #spentMs = 0;

  /** How the next batch is to be computed. */
  get isTogether(): boolean {
    return this.#alone !== undefined;
  }

  /** Milliseconds that it took so far. */
  get spentMs(): number {
    return this.#spentMs;
  }

  /** A batch, and whether together is faster; undefined as long as that is open. */
  add(ms: number): boolean | undefined {
    this.#spentMs += ms;
    this.#block.add(ms);
    if (this.#block.isOver) this.#endBlock();
    return Math.abs(this.#lead) === LEAD || this.#compared === MOST ? this.#lead > 0 : undefined;
  }

  #endBlock(): void {
    const block = this.#block;
    this.#block = new Block();
    if (this.#alone === undefined) {
      this.#alone = block;
      return;
    }
    this.#lead += block.batchMs <= GAIN * this.#alone.batchMs ? 1 : -1;
    this.#compared++;
    this.#alone = undefined;
  }
}
