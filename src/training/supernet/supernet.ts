/**
 * Networks of one space that are trained together, with weights that they share: each is the first channels of every layer.
 * What they have in common is learned once, so that many can be compared in the time in which a few are trained alone
 * (slimmable networks, Yu et al. 2019; once for all, Cai et al. 2020; each as often as any other, Chu et al. 2021).
 */

import { interruptedError } from '../../core/errors.ts';
import type { JsonObject } from '../../core/json.ts';
import { nextTurn } from '../../core/next-turn.ts';
import { createRandom, type Random } from '../../core/random.ts';
import { hasSimd } from '../../kernels/simd/simd-instance.ts';
import type { HeapKind, TrainingHeap } from '../../kernels/training/heap.ts';
import { LOSSES, type Loss } from '../compiled/losses.ts';
import { stepBytes, trainingHeap } from '../compiled/training-heap.ts';
import type { Recipe } from '../recipe.ts';
import { type SampleStream, samplesInOrder, trainingSamples } from '../samples/sample-stream.ts';
import { standardTargets } from '../samples/standard-targets.ts';
import { learningRateAt } from '../schedule.ts';
import type { Augment, LabelledSamples } from '../trainer.ts';
import { type LiveWeights, liveWeights } from './live-weights.ts';
import { Subnet } from './subnet.ts';
import { WeightPool } from './weight-pool.ts';

export interface SupernetJob {
  /** Topologies as `toTopology` makes them, all for the same samples. */
  readonly networks: readonly JsonObject[];
  readonly recipe: Recipe;
  readonly seed: number;
  readonly train: LabelledSamples;
  readonly validation: LabelledSamples;
  readonly augment?: Augment | undefined;
}

/** Networks that learn from each batch. */
const AT_A_TIME = 4;
/** Batches whose statistics stand for those of all samples. */
const STATISTICS_BATCHES = 32;

interface Member {
  readonly network: Subnet;
  /** Of each of its weights, in the pool. */
  readonly places: Int32Array;
}

export class Supernet {
  readonly #job: SupernetJob;
  readonly #loss: Loss;
  readonly #members: readonly Member[];
  readonly #weights: LiveWeights;
  /** One for all: a network that learns has it for itself. */
  readonly #heap: TrainingHeap;
  readonly #rows: number;
  readonly #inputs: Float32Array;
  readonly #targets: Float32Array;
  readonly #random: Random;
  /** Whose turn it is, until all had one. */
  #turns: number[] = [];

  constructor(job: SupernetJob, kind: HeapKind = hasSimd() ? 'simd' : 'plain') {
    const { networks, recipe, seed, train } = job;
    const rows = Math.min(recipe.batchSize, train.x.count);
    const subnets = networks.map((topology) => new Subnet(topology, rows, seed));
    const pool = new WeightPool(subnets.map(({ parts }) => parts));
    this.#job = job;
    this.#loss = LOSSES[recipe.loss];
    this.#members = subnets.map((network) => ({ network, places: pool.places(network.parts) }));
    this.#weights = liveWeights(pool.initial(createRandom(seed, 'initial-weights')), recipe, kind);
    this.#heap = trainingHeap(Math.max(...subnets.map(({ plan }) => stepBytes(plan))), kind);
    this.#rows = rows;
    const [{ inputSize, outputSize }] = subnets;
    this.#inputs = new Float32Array(rows * inputSize);
    this.#targets = new Float32Array(rows * outputSize);
    this.#random = createRandom(seed, 'networks of a supernet');
  }

  #next(): ReadonlySet<number> {
    const next = new Set<number>();
    while (next.size < Math.min(AT_A_TIME, this.#members.length)) {
      if (this.#turns.length === 0) this.#turns = [...this.#random.permutation(this.#members.length)];
      next.add(this.#turns.pop() as number);
    }
    return next;
  }

  #enter({ network, places }: Member): void {
    network.enter(this.#heap);
    const { weights } = network;
    for (let i = 0; i < places.length; i++) weights[i] = this.#weights.values[places[i]];
  }

  #learn(member: Member, rows: number): void {
    const { network, places } = member;
    this.#enter(member);
    network.forward(this.#inputs, rows);
    network.backward(this.#loss, this.#targets);
    const { gradients } = network;
    for (let i = 0; i < places.length; i++) this.#weights.gradients[places[i]] += gradients[i];
  }

  #forEachBatch(samples: SampleStream, most: number, use: (rows: number) => void): number {
    let batches = 0;
    for (let start = 0; start < samples.count && batches < most; start += this.#rows, batches++) {
      const rows = Math.min(this.#rows, samples.count - start);
      samples.read(start, rows, this.#inputs, this.#targets);
      use(rows);
    }
    return batches;
  }

  trainEpoch(samples: SampleStream, learningRate: number): void {
    this.#forEachBatch(samples, Number.POSITIVE_INFINITY, (rows) => {
      for (const index of this.#next()) this.#learn(this.#members[index], rows);
      this.#weights.update(learningRate);
    });
  }

  /** The loss of one network over the validation samples, with the shared weights as they are. */
  lossOf(index: number): number {
    const member = this.#members[index];
    const { network } = member;
    this.#enter(member);
    if (network.hasStatistics) {
      const samples = trainingSamples(this.#job)(1);
      const batches = this.#forEachBatch(samples, STATISTICS_BATCHES, (rows) =>
        network.forward(this.#inputs, rows),
      );
      network.settleStatistics(batches);
    }
    network.learns = false;
    const samples = samplesInOrder(this.#job.validation);
    let sum = 0;
    this.#forEachBatch(samples, Number.POSITIVE_INFINITY, (rows) => {
      network.forward(this.#inputs, rows);
      sum += rows * network.loss(this.#loss, this.#targets);
    });
    return sum / samples.count;
  }
}

/** Regression on scaled targets is compared on those. */
function scaledJob(job: SupernetJob): SupernetJob {
  const [topology] = job.networks;
  const standard = standardTargets({ ...job, topology, initialWeights: [] });
  if (standard === undefined) return job;
  const { train, validation } = standard.job;
  return { ...job, train, validation };
}

/**
 * Trains them, and says how each does on the validation samples: a mean loss, or no number where that diverged. Throws
 * `interrupted` when the signal says so.
 */
export async function sharedLosses(job: SupernetJob, signal?: AbortSignal): Promise<readonly number[]> {
  const scaled = scaledJob(job);
  const supernet = new Supernet(scaled);
  const samplesOf = trainingSamples(scaled);
  const pause = async (): Promise<void> => {
    await nextTurn();
    if (signal?.aborted)
      throw interruptedError('interrupted', 'Stopped while networks were trained together');
  };
  for (let epoch = 1; epoch <= job.recipe.epochs; epoch++) {
    supernet.trainEpoch(samplesOf(epoch), learningRateAt(job.recipe, epoch));
    await pause();
  }
  const losses: number[] = [];
  for (const index of job.networks.keys()) {
    losses.push(supernet.lossOf(index));
    await pause();
  }
  return losses;
}
