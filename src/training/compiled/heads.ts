/** Losses and metrics at the outputs of a model in training, batch by batch. */

import { areaUnderRoc } from '../area-under-roc.ts';
import { figureName, type Head } from '../heads.ts';
import { LOSSES, type Loss } from './losses.ts';
import { batchMetric } from './metrics.ts';
import { type Run, view } from './run.ts';
import { RunningScores } from './running-scores.ts';
import type { Slot } from './step-plan.ts';

/** One output: where it lies, and what is made of it. */
class OpenHead {
  readonly size: number;
  readonly metricCount: number;
  readonly #weight: number;
  readonly #width: number;
  readonly #loss: Loss;
  readonly #metrics: readonly ReturnType<typeof batchMetric>[];
  readonly #output: Float32Array;
  readonly #gradient: Float32Array | undefined;
  readonly targets: Float32Array;

  constructor(run: Run, { address, gradient, size, shape }: Slot, rows: number, head: Head) {
    this.size = size;
    this.#weight = head.weight;
    this.#width = shape.at(-1) ?? 1;
    this.#loss = LOSSES[head.loss];
    this.#metrics = metricsOf(head).map((name) => batchMetric(name, head.loss, this.#width));
    this.metricCount = this.#metrics.length;
    this.#output = view(run, address, rows * size);
    this.#gradient = gradient === undefined ? undefined : view(run, gradient, rows * size);
    this.targets = new Float32Array(rows * size);
  }

  /** Adds its metrics from `place` on, and gives its loss; where it learns, its gradient is written too. */
  score(scores: RunningScores, place: number, rows: number, learns: boolean): number {
    const count = rows * this.size;
    for (let i = 0; i < this.#metrics.length; i++)
      scores.add(place + i, this.#metrics[i](this.#output, this.targets, count, this.#width), rows);
    const gradient = learns ? this.#gradient : undefined;
    if (gradient === undefined) return this.#loss.value(this.#output, this.targets, count, this.#width);
    return this.#learn(gradient, count);
  }

  /** What its loss, by its weight, makes of every output. Gives the loss. */
  #learn(gradient: Float32Array, count: number): number {
    const loss = this.#loss.gradient(this.#output, this.targets, count, this.#width, gradient);
    if (this.#weight !== 1) for (let i = 0; i < count; i++) gradient[i] *= this.#weight;
    return loss;
  }

  /** A copy. */
  outputs(rows: number): Float32Array {
    return this.#output.slice(0, rows * this.size);
  }
}

/** Without `auc`, which needs all samples at once. */
function metricsOf({ metrics }: Head) {
  return metrics.filter((name) => name !== 'auc');
}

/** All outputs of a model. */
export class Heads {
  readonly #heads: readonly Head[];
  readonly #open: readonly OpenHead[];
  readonly #scores: RunningScores;
  /** In the order of the scores behind the loss of all. */
  readonly #names: readonly string[];
  /** Numbers of one target. */
  readonly size: number;
  /** Where samples put their targets: the numbers of all outputs one after another. */
  readonly targets: Float32Array;

  constructor(run: Run, outputs: readonly Slot[], rows: number, heads: readonly Head[]) {
    this.#heads = heads;
    this.#open = outputs.map((output, index) => new OpenHead(run, output, rows, heads[index]));
    this.#names = heads.flatMap((head) => [
      ...(heads.length > 1 ? [figureName(head, 'loss')] : []),
      ...metricsOf(head).map((name) => figureName(head, name)),
    ]);
    this.#scores = new RunningScores(1 + this.#names.length);
    this.size = this.#open.reduce((sum, { size }) => sum + size, 0);
    this.targets = heads.length === 1 ? this.#open[0].targets : new Float32Array(rows * this.size);
  }

  clear(): void {
    this.#scores.clear();
  }

  /** Of `rows` samples whose targets were read and whose outputs were computed. `learns`: writes the gradients, too. */
  score(rows: number, learns: boolean): void {
    if (this.#open.length > 1) this.#divideTargets(rows);
    let [place, sum] = [1, 0];
    for (let i = 0; i < this.#open.length; i++) {
      const own = this.#open.length > 1 ? 1 : 0;
      const { weight } = this.#heads[i];
      const loss = this.#open[i].score(this.#scores, place + own, rows, learns);
      if (own === 1) this.#scores.add(place, loss, rows);
      sum += weight * loss;
      place += own + this.#open[i].metricCount;
    }
    this.#scores.add(0, sum, rows);
    this.#scores.count(rows);
  }

  #divideTargets(rows: number): void {
    let offset = 0;
    for (const { size, targets } of this.#open) {
      for (let row = 0; row < rows; row++) {
        const from = row * this.size + offset;
        for (let i = 0; i < size; i++) targets[row * size + i] = this.targets[from + i];
      }
      offset += size;
    }
  }

  means(): { readonly loss: number; readonly metrics: Readonly<Record<string, number>> } {
    return {
      loss: this.#scores.mean(0),
      metrics: Object.fromEntries(this.#names.map((name, index) => [name, this.#scores.mean(1 + index)])),
    };
  }

  /** Gathers what areas under the ROC curve of all samples are of; undefined where none is asked for. */
  watchAreas(): AreaWatch | undefined {
    const watched = this.#heads.flatMap((head, index) =>
      head.metrics.includes('auc') ? [{ head, open: this.#open[index] }] : [],
    );
    if (watched.length === 0) return undefined;
    const seen = watched.map(() => ({ outputs: [] as Float32Array[], targets: [] as Float32Array[] }));
    return {
      see(rows) {
        for (const [index, { open }] of watched.entries()) {
          seen[index].outputs.push(open.outputs(rows));
          seen[index].targets.push(open.targets.slice(0, rows * open.size));
        }
      },
      areas: () =>
        Object.fromEntries(
          watched.map(({ head }, index) => [
            figureName(head, 'auc'),
            areaUnderRoc(joined(seen[index].outputs), joined(seen[index].targets)),
          ]),
        ),
    };
  }
}

interface AreaWatch {
  /** The batch of so many rows that was scored last. */
  see(rows: number): void;
  areas(): Readonly<Record<string, number>>;
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let offset = 0;
  for (const part of parts) {
    all.set(part, offset);
    offset += part.length;
  }
  return all;
}
