/** Brings stages up to date: what they read first, and nothing whose inputs and options are unchanged. */

import { keyedProgress, workKey } from '../artifacts/keyed-progress.ts';
import type { Manifest } from '../artifacts/manifest.ts';
import {
  type Artifact,
  type ArtifactStore,
  damageOf,
  type FileContent,
  isDamage,
  type Progress,
} from '../artifacts/store.ts';
import type { DataFile } from '../core/data-file.ts';
import { sha256InPieces } from '../core/digest.ts';
import { inputError, interruptedError, unsupportedError, usageError } from '../core/errors.ts';
import { given } from '../core/given.ts';
import { canonicalJson, isJsonObject, type JsonValue } from '../core/json.ts';
import { silentReporter } from '../core/reporter.ts';
import type { Scratch } from '../core/scratch.ts';
import { TOOL } from '../core/version.ts';
import type { WorkContext } from '../models/run/spread/spread-records.ts';
import { compressStage } from './compress/compress.ts';
import { configFault } from './config/config-errors.ts';
import type { ProjectConfig } from './config.ts';
import { convertStage } from './convert.ts';
import { datasetStage } from './dataset.ts';
import { evaluateStage } from './evaluate.ts';
import { exportStage } from './export-c.ts';
import { floatOrigin, floatStage } from './float-graph.ts';
import { quantizeStage } from './quantize.ts';
import { type AnyStage, type Requirement, STAGE_NAMES, type StageContext, type StageName } from './stage.ts';
import { streamStage } from './stream/stream.ts';
import { trainStage } from './train.ts';

const STAGES: Readonly<Record<StageName, AnyStage>> = {
  dataset: datasetStage as AnyStage,
  train: trainStage as AnyStage,
  compress: compressStage as AnyStage,
  quantize: quantizeStage as AnyStage,
  convert: convertStage as AnyStage,
  stream: streamStage as AnyStage,
  evaluate: evaluateStage as AnyStage,
  'export-c': exportStage as AnyStage,
};

/** The stages that a project has, in their order. */
export function stagesOf(project: ProjectConfig): readonly StageName[] {
  const float = floatStage(floatOrigin(project));
  return STAGE_NAMES.filter((name) => {
    if (name === 'stream') return project.stream !== undefined;
    return name !== 'compress' || name === float;
  });
}

/** Options given on the command line; `seed` is one of every stage. */
export type Overrides = Readonly<Record<string, JsonValue>>;

/** A project, and what it is lent. */
export interface PipelineContext
  extends WorkContext,
    Pick<StageContext, 'tfjs' | 'trainingThreads'>,
    Partial<Pick<StageContext, 'listFiles'>> {
  readonly config: ProjectConfig;
  /** Where artifacts are kept: `memoryStore()`, or `diskStore(folder)`. */
  readonly store: ArtifactStore;
  /** Options of earlier commands that stay in force for stages that others read; by default those of the store. */
  readonly kept?: ((stage: StageName) => Overrides) | undefined;
}

/** How a stage is asked for by name. */
export interface RunOptions {
  /** Makes it again where it is up to date, too. */
  readonly force?: boolean | undefined;
  /** Options that an earlier command gave it stay in force where `overrides` say nothing of them. */
  readonly keepOptions?: boolean | undefined;
}

/** A stage that is up to date. */
export interface StageOutcome {
  readonly stage: StageName;
  readonly artifact: Artifact;
  /** False where everything was up to date. */
  readonly ran: boolean;
}

interface Plan {
  readonly stage: AnyStage;
  readonly options: JsonValue;
  readonly overrides: Overrides;
  readonly seed: number;
  /** Of a stage that was asked for by name. */
  readonly requested: RunOptions | undefined;
}

/** The stages of a project: each is brought up to date at most once, with what it reads. Silent where nobody listens. */
export class Pipeline {
  readonly #config: ProjectConfig;
  readonly #store: ArtifactStore;
  readonly #kept: (stage: StageName) => Overrides;
  readonly #context: Omit<StageContext, 'seed' | 'progress' | 'scratch'>;
  readonly #done = new Map<StageName, Promise<StageOutcome>>();

  constructor({ config, store, kept, ...context }: PipelineContext) {
    const {
      report = silentReporter,
      signal = new AbortController().signal,
      listFiles = noFiles,
      ...lent
    } = context;
    this.#config = config;
    this.#store = store;
    this.#kept = kept ?? ((stage) => keptOptions(store, stage));
    this.#context = { ...lent, report, signal, listFiles };
  }

  /** Makes the stage's artifact current with the project file and `overrides`. Throws a usage error for unknown ones. */
  run(stage: StageName, overrides: Overrides = {}, options: RunOptions = {}): Promise<StageOutcome> {
    const kept = options.keepOptions ? this.#kept(stage) : {};
    const { readerDecides = [] } = STAGES[stage];
    const named = Object.keys(kept).filter((name) => !(name in overrides || readerDecides.includes(name)));
    if (named.length > 0) {
      this.#context.report.info(
        `${stage} keeps ${described(kept, named)} of an earlier command; "tinyml ${stage}" goes back to the project file.`,
      );
    }
    const passing = Object.keys(overrides).filter((name) => readerDecides.includes(name));
    if (passing.length > 0) {
      this.#context.report.info(
        `${described(overrides, passing)} is for "tinyml ${stage}" alone: the model is made as "tinyml convert" or the project file says.`,
      );
    }
    const outcome = this.#bring(stage, { ...kept, ...overrides }, options);
    this.#done.set(stage, outcome);
    return outcome;
  }

  /**
   * A stage that another one reads. Options that the command line gave when it was made stay in force, so that
   * "tinyml train --epochs 50" followed by "tinyml convert" converts those 50 epochs.
   */
  async require({ stage, overrides }: Requirement): Promise<StageOutcome> {
    let outcome = this.#done.get(stage);
    // What reads it decides how it is made, even where it was asked for by name before.
    if (outcome === undefined || !(await this.#hasOptions(stage, outcome, overrides))) {
      outcome = this.#bring(stage, { ...this.#kept(stage), ...overrides }, undefined);
      this.#done.set(stage, outcome);
    }
    return outcome;
  }

  /** Whether what a reader asks for is how the artifact was made; an option may be said in other words than it is held. */
  async #hasOptions(
    stage: StageName,
    outcome: Promise<StageOutcome>,
    asked: Overrides = {},
  ): Promise<boolean> {
    const { options } = (await outcome).artifact.manifest;
    const wanted = this.#plan(stage, { ...this.#kept(stage), ...asked }, undefined).options;
    if (!isJsonObject(options) || !isJsonObject(wanted)) return false;
    const isSame = (name: string): boolean =>
      canonicalJson(options[name] ?? null) === canonicalJson(wanted[name] ?? null);
    return Object.keys(asked).every(isSame);
  }

  /**
   * The stage's artifact, if it is whole, whatever the project file and its data say now. One that is not is to be made again,
   * and who listens is told why.
   */
  lastMade(stage: StageName): Artifact | undefined {
    const damaged = (error: Error): undefined => {
      this.#context.report.warn(`${error.message.replace(/\.$/, '')}: ${stage} is made again.`);
    };
    try {
      const artifact = this.#store.latest(stage);
      const damage = artifact && damageOf(artifact);
      if (damage !== undefined) return damaged(damage);
      if (artifact !== undefined) STAGES[stage].inspect?.(artifact);
      return artifact;
    } catch (error) {
      if (isDamage(error)) return damaged(error);
      throw error;
    }
  }

  async #bring(
    name: StageName,
    overrides: Overrides,
    requested: RunOptions | undefined,
  ): Promise<StageOutcome> {
    const plan = this.#plan(name, overrides, requested);
    const inputs = new Map<StageName, Artifact>();
    for (const requirement of plan.stage.consumes(plan.options)) {
      inputs.set(requirement.stage, (await this.require(requirement)).artifact);
    }
    const sources = await this.#sources(plan);
    const current = this.lastMade(name);
    if (current !== undefined && isCurrent(current, plan, inputs, sources) && !isWanted(current, requested)) {
      if (!current.manifest.interrupted) this.#store.progress(name).drop();
      return { stage: name, artifact: current, ran: false };
    }
    const maker = current?.manifest.tool;
    if (maker !== undefined && maker !== TOOL) {
      this.#context.report.info(`${name} was made by ${maker}, and this is ${TOOL}: it is made again.`);
    }
    return { stage: name, artifact: await this.#make(plan, inputs, sources), ran: true };
  }

  #plan(name: StageName, said: Overrides, requested: RunOptions | undefined): Plan {
    const stage = STAGES[name];
    const { seed, ...own } = said;
    const parsed = stage.overrides.safeParse(own);
    if (!parsed.success) {
      const { sentence, hint } = configFault(parsed.error.issues, own, {});
      throw usageError('bad-option', `${name}: ${sentence}`, hint ?? `See "tinyml ${name} --help".`);
    }
    return {
      stage,
      options: stage.options(this.#config, parsed.data) as JsonValue,
      overrides: said,
      seed: typeof seed === 'number' ? seed : this.#config.seed,
      requested,
    };
  }

  /** The files of the user that a stage reads, as they are now. */
  async #sources({ stage, options }: Plan): Promise<Manifest['sources']> {
    const paths = (await stage.reads?.(options, this.#context)) ?? [];
    if (paths.length === 0) return undefined;
    return paths.flatMap((path) => this.#context.listFiles(path)).map(digestOfFile);
  }

  /** Of exactly this work. */
  #progress(
    { stage, options, seed }: Plan,
    inputs: ReadonlyMap<StageName, Artifact>,
    sources: Manifest['sources'],
  ): Progress {
    const key = workKey({
      stage: stage.name,
      options: options as Manifest['options'],
      seed,
      tool: TOOL,
      inputs: consumed(inputs),
      sources,
    });
    return keyedProgress(this.#store.progress(stage.name), key);
  }

  async #make(
    plan: Plan,
    inputs: ReadonlyMap<StageName, Artifact>,
    sources: Manifest['sources'],
  ): Promise<Artifact> {
    const { stage, options, overrides, seed, requested } = plan;
    const { report, signal } = this.#context;
    if (signal.aborted) throw interruptedError('interrupted', `Stopped before ${stage.name}`);
    report.step(`${stage.name}: ${stage.summary}`);
    const createdAt = new Date();
    const started = performance.now();
    const input = (name: StageName): Artifact => {
      const artifact = inputs.get(name);
      if (artifact === undefined) throw inputError('not-consumed', `${stage.name} does not consume ${name}`);
      return artifact;
    };
    const progress = this.#progress(plan, inputs, sources);
    if (requested?.force) progress.drop();
    const scratch = (): Scratch => this.#store.scratch();
    const encode = (content: FileContent | string): FileContent =>
      typeof content === 'string' ? new TextEncoder().encode(content) : content;
    try {
      const result = await stage.run({ ...this.#context, seed, progress, scratch }, options, input);
      const artifact = this.#store.write({
        kind: stage.kind,
        stage: stage.name,
        options,
        overrides,
        seed,
        tool: TOOL,
        inputs: [...inputs.values()],
        ...(sources === undefined ? {} : { sources }),
        files: new Map(Object.entries(result.files).map(([path, content]) => [path, encode(content)])),
        metrics: result.metrics,
        interrupted: result.interrupted ?? false,
        createdAt,
        seconds: (performance.now() - started) / 1000,
      });
      if (!artifact.manifest.interrupted) progress.drop();
      return artifact;
    } finally {
      this.#store.dropScratch();
    }
  }
}

/** What the command line said when the stage's artifact was made, and still says. */
export function keptOptions(store: ArtifactStore, stage: StageName): Overrides {
  try {
    const said = (store.latest(stage)?.manifest.provenance.overrides ?? {}) as Overrides;
    // The seed is that of all stages, and was not given to this one alone.
    return STAGES[stage].forgetsOptions ? given({ seed: said.seed }) : said;
  } catch (error) {
    if (isDamage(error)) return {};
    throw error;
  }
}

/** `epochs 50, seed 7` */
function described(overrides: Overrides, names: readonly string[]): string {
  return names.map((name) => `${name} ${JSON.stringify(overrides[name])}`).join(', ');
}

function digestOfFile(file: DataFile): NonNullable<Manifest['sources']>[number] {
  const bytes = file.open();
  try {
    return { path: file.path, bytes: bytes.length, sha256: sha256InPieces(bytes) };
  } finally {
    bytes.close();
  }
}

function noFiles(path: string): never {
  throw unsupportedError(
    'no-files',
    `The project reads ${path}, and this program gave it no files`,
    'Give the Pipeline a "listFiles".',
  );
}

/** What was read, by digest. */
function consumed(inputs: ReadonlyMap<StageName, Artifact>): Manifest['inputs'] {
  return [...inputs].map(([stage, artifact]) => ({ stage, digest: artifact.manifest.digest }));
}

/** Whether a stage that is up to date is made all the same: on demand, or because it was interrupted. */
function isWanted({ manifest }: Artifact, requested: RunOptions | undefined): boolean {
  return requested !== undefined && (requested.force === true || manifest.interrupted);
}

function isCurrent(
  { manifest }: Artifact,
  { options, seed }: Plan,
  inputs: ReadonlyMap<StageName, Artifact>,
  sources: Manifest['sources'],
): boolean {
  return (
    manifest.tool === TOOL &&
    manifest.seed === seed &&
    canonicalJson(manifest.options) === canonicalJson(options) &&
    canonicalJson(manifest.inputs) === canonicalJson(consumed(inputs)) &&
    canonicalJson(manifest.sources ?? null) === canonicalJson(sources ?? null)
  );
}
