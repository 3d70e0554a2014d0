/** What a training engine is asked and what it answers; plain data on both sides. */

import type { FloatModel, NamedWeight } from '../core/float-model.ts';
import type { JsonObject } from '../core/json.ts';
import type { Random } from '../core/random.ts';
import type { Head } from './heads.ts';
import type { Recipe } from './recipe.ts';
import type { SampleRows } from './samples/sample-rows.ts';

/** `rowsInMemory` and `windowedRows` make rows of what there is. */
export interface LabelledSamples {
  readonly x: SampleRows;
  /** `input` where a model is to give its input again, as it is or flattened. */
  readonly y: SampleRows | 'input';
}

/** The training samples as they are, for what mixes two of them. */
export interface Partners {
  readonly count: number;
  /** Copies sample `index` into `x` and its target into `y`, both of their full length. */
  read(index: number, x: Float32Array, y: Float32Array): void;
}

/**
 * Changes one training sample and its target in place, both in C order. `y` is empty where the target is the sample itself.
 * All that is drawn comes from `random`, a stream of its own for each sample of each epoch, so that engines agree, and
 * trainings that go on.
 */
export type Augment = (x: Float32Array, y: Float32Array, random: Random, partners: Partners) => void;

export interface TrainingJob {
  /** Keras' Sequential or Functional, as `toTopology` makes it. */
  readonly topology: JsonObject;
  /** One for every weight of the topology, named `layer/weight`. */
  readonly initialWeights: readonly NamedWeight[];
  readonly recipe: Recipe;
  /** Of a model with several outputs, in their order: what each learns, in the place of what the recipe says of one. */
  readonly heads?: readonly Head[] | undefined;
  /** Decides the order of samples and what Dropout drops. */
  readonly seed: number;
  readonly train: LabelledSamples;
  readonly validation: LabelledSamples;
  /** Called for every training sample of every epoch; validation samples stay as they are. */
  readonly augment?: Augment | undefined;
}

export interface EpochRecord {
  /** Counts from 1. */
  readonly epoch: number;
  readonly learningRate: number;
  /** Means over the batches while the weights change, as Keras reports them. */
  readonly loss: number;
  readonly metrics: Readonly<Record<string, number>>;
  /** Over the validation samples, after the epoch. */
  readonly valLoss: number;
  readonly valMetrics: Readonly<Record<string, number>>;
}

/** Where a training that is stopped leaves what it goes on from. */
export interface TrainingProgress {
  /** What exactly this job left; undefined where it left nothing. */
  load(): Uint8Array | undefined;
  save(checkpoint: Uint8Array): void;
}

export interface TrainingHooks {
  /** Aborting stops training after the current epoch and keeps the best weights. */
  readonly signal: AbortSignal;
  /** After each epoch; `total` is the number of epochs asked for. */
  onEpoch(record: EpochRecord, total: number): void;
  /** The compiled engine saves there about once a second and when it is stopped, and goes on from what it finds. */
  readonly progress?: TrainingProgress;
  /** Before the first epoch of a training that goes on: how many there are already. */
  onResume?(epochs: number): void;
}

export interface TrainingResult {
  /** The weights of `bestEpoch`. */
  readonly model: FloatModel;
  readonly history: readonly EpochRecord[];
  /** The epoch with the lowest validation loss, counted from 1. */
  readonly bestEpoch: number;
  readonly stoppedBy: 'epochs' | 'early-stopping' | 'interrupt';
  /** `compiled`, `tfjs/wasm`: the engine, and what it runs on where that decides the bytes. */
  readonly engine: string;
}

export interface Trainer {
  readonly engine: string;
  train(job: TrainingJob, hooks: TrainingHooks): Promise<TrainingResult>;
}
