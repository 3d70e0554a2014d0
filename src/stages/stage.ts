/** What a stage is: options from the project and the command line, what it reads, and a function. */

import type * as z from 'zod';
import type { Metrics } from '../artifacts/manifest.ts';
import type { Artifact, FileContent, Progress } from '../artifacts/store.ts';
import type { ListFiles } from '../core/data-file.ts';
import type { JsonValue } from '../core/json.ts';
import type { Reporter } from '../core/reporter.ts';
import type { Scratch } from '../core/scratch.ts';
import type { Threads } from '../models/run/spread/threads.ts';
import type { TrainingThreads } from '../training/compiled/crew/training-threads.ts';
import type { TfjsTrainer } from '../training/trainers.ts';
import type { ProjectConfig } from './config.ts';

/** In the order in which they build on each other. */
export const STAGE_NAMES = [
  'dataset',
  'train',
  'compress',
  'quantize',
  'convert',
  'stream',
  'evaluate',
  'export-c',
] as const;
/** One of `STAGE_NAMES`. */
export type StageName = (typeof STAGE_NAMES)[number];

/** What stages are lent. */
export interface StageContext {
  readonly report: Reporter;
  /** Aborted when the user interrupts. */
  readonly signal: AbortSignal;
  /** Without them one thread does everything; the artifacts are the same. */
  readonly threads?: Threads | undefined;
  /** Likewise for training. */
  readonly trainingThreads?: TrainingThreads | undefined;
  /** Where TensorFlow.js may train. */
  readonly tfjs?: TfjsTrainer | undefined;
  readonly seed: number;
  /** What this very work, with these options and inputs, left when it was stopped; kept until it is done. */
  readonly progress: Progress;
  /** The files that the project calls `path`, sorted. Throws where there are none. */
  readonly listFiles: ListFiles;
  /** Room for what does not fit into memory; it is gone when the stage is done, unless it is a file of its result. */
  scratch(): Scratch;
}

/** Another stage whose current artifact is read, with the options it must have been made with. */
export interface Requirement {
  readonly stage: StageName;
  readonly overrides?: Readonly<Record<string, JsonValue>>;
}

/** What a stage returns: the files of its artifact, by path. */
export interface StageResult {
  readonly files: Readonly<Record<string, FileContent | string>>;
  readonly metrics: Metrics;
  readonly interrupted?: boolean;
}

export interface Stage<Options, Overrides> {
  readonly name: StageName;
  /** The artifact's format, `tinyml/<kind>@1`. */
  readonly kind: string;
  /** One line for `--help` and the terminal. */
  readonly summary: string;
  /** What the command line may say instead of the project file. */
  readonly overrides: z.ZodType<Overrides>;
  /** What it says is for that one command: nothing is made of this artifact that would have to agree with it. */
  readonly forgetsOptions?: true;
  /** Options that the stage which reads it says anew, each time: those of an earlier command do not stay in force. */
  readonly readerDecides?: readonly string[];
  options(config: ProjectConfig, overrides: Overrides): Options;
  consumes(options: Options): readonly Requirement[];
  /** Files of the user that it reads, as the project calls them; absent for none. Tables are read where these name more. */
  reads?(
    options: Options,
    context: Pick<StageContext, 'listFiles'>,
  ): readonly string[] | Promise<readonly string[]>;
  /**
   * Reads of its artifact what others will: files that are whole and of another form than this tinyml reads are damage, too. Throws
   * what `isDamage` knows.
   */
  inspect?(artifact: Artifact): void;
  run(context: StageContext, options: Options, input: (stage: StageName) => Artifact): Promise<StageResult>;
}

/** A stage whose option types are known only to itself. */
export type AnyStage = Stage<unknown, unknown>;
