/** Brings stages up to date: what they read first, and nothing whose inputs and options are unchanged. */

import type { Artifact, ArtifactStore } from '../artifacts/store.ts';
import { inputError, interruptedError, usageError } from '../core/errors.ts';
import { canonicalJson, type JsonValue } from '../core/json.ts';
import { silentReporter } from '../core/reporter.ts';
import { TOOL } from '../core/version.ts';
import type { WorkContext } from '../models/run/spread/spread-records.ts';
import type { ProjectConfig } from './config.ts';
import { convertStage } from './convert.ts';
import { datasetStage } from './dataset.ts';
import { evaluateStage } from './evaluate.ts';
import { exportStage } from './export-c.ts';
import { quantizeStage } from './quantize.ts';
import type { AnyStage, Requirement, StageContext, StageName } from './stage.ts';
import { trainStage } from './train.ts';

const STAGES: Readonly<Record<StageName, AnyStage>> = {
  dataset: datasetStage as AnyStage,
  train: trainStage as AnyStage,
  quantize: quantizeStage as AnyStage,
  convert: convertStage as AnyStage,
  evaluate: evaluateStage as AnyStage,
  'export-c': exportStage as AnyStage,
};

/** Options given on the command line; `seed` is one of every stage. */
export type Overrides = Readonly<Record<string, JsonValue>>;

/** A project, and what it is lent. */
export interface PipelineContext extends WorkContext, Pick<StageContext, 'tfjs'> {
  readonly config: ProjectConfig;
  /** Where artifacts are kept: `memoryStore()`, or `diskStore(folder)`. */
  readonly store: ArtifactStore;
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
}

/** The stages of a project: each is brought up to date at most once, with what it reads. Silent where nobody listens. */
export class Pipeline {
  readonly #config: ProjectConfig;
  readonly #store: ArtifactStore;
  readonly #context: Omit<StageContext, 'seed'>;
  readonly #done = new Map<StageName, Promise<StageOutcome>>();

  constructor({ config, store, ...context }: PipelineContext) {
    const { report = silentReporter, signal = new AbortController().signal, ...lent } = context;
    this.#config = config;
    this.#store = store;
    this.#context = { ...lent, report, signal };
  }

  /** Makes the stage's artifact current with the project file and `overrides`. Throws a usage error for unknown ones. */
  run(stage: StageName, overrides: Overrides = {}): Promise<StageOutcome> {
    const outcome = this.#bring(stage, overrides, true);
    this.#done.set(stage, outcome);
    return outcome;
  }

  /**
   * A stage that another one reads. Options that the command line gave when it was made stay in force, so that
   * "tinyml train --epochs 50" followed by "tinyml convert" converts those 50 epochs.
   */
  require({ stage, overrides }: Requirement): Promise<StageOutcome> {
    let outcome = this.#done.get(stage);
    if (outcome === undefined) {
      const kept = this.#store.latest(stage)?.manifest.provenance.overrides ?? {};
      outcome = this.#bring(stage, { ...(kept as Overrides), ...overrides }, false);
      this.#done.set(stage, outcome);
    }
    return outcome;
  }

  async #bring(name: StageName, overrides: Overrides, requested: boolean): Promise<StageOutcome> {
    const plan = this.#plan(name, overrides);
    const inputs = new Map<StageName, Artifact>();
    for (const requirement of plan.stage.consumes(plan.options)) {
      inputs.set(requirement.stage, (await this.require(requirement)).artifact);
    }
    const current = this.#store.latest(name);
    if (
      current !== undefined &&
      isCurrent(current, plan, inputs) &&
      !(requested && current.manifest.interrupted)
    ) {
      return { stage: name, artifact: current, ran: false };
    }
    return { stage: name, artifact: await this.#make(plan, inputs), ran: true };
  }

  #plan(name: StageName, given: Overrides): Plan {
    const stage = STAGES[name];
    const { seed, ...own } = given;
    const parsed = stage.overrides.safeParse(own);
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      throw usageError(
        'bad-option',
        `${name}: ${issue.path.join('.')}: ${issue.message}`,
        `See "tinyml ${name} --help".`,
      );
    }
    return {
      stage,
      options: stage.options(this.#config, parsed.data) as JsonValue,
      overrides: given,
      seed: typeof seed === 'number' ? seed : this.#config.seed,
    };
  }

  async #make(
    { stage, options, overrides, seed }: Plan,
    inputs: ReadonlyMap<StageName, Artifact>,
  ): Promise<Artifact> {
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
    const result = await stage.run({ ...this.#context, seed }, options, input);
    const encode = (content: Uint8Array | string): Uint8Array =>
      typeof content === 'string' ? new TextEncoder().encode(content) : content;
    return this.#store.write({
      kind: stage.kind,
      stage: stage.name,
      options,
      overrides,
      seed,
      tool: TOOL,
      inputs: [...inputs.values()],
      files: new Map(Object.entries(result.files).map(([path, content]) => [path, encode(content)])),
      metrics: result.metrics,
      interrupted: result.interrupted ?? false,
      createdAt,
      seconds: (performance.now() - started) / 1000,
    });
  }
}

function isCurrent(
  { manifest }: Artifact,
  { options, seed }: Plan,
  inputs: ReadonlyMap<StageName, Artifact>,
): boolean {
  const consumed = [...inputs].map(([stage, artifact]) => ({ stage, digest: artifact.manifest.digest }));
  return (
    manifest.seed === seed &&
    canonicalJson(manifest.options) === canonicalJson(options) &&
    canonicalJson(manifest.inputs) === canonicalJson(consumed)
  );
}
