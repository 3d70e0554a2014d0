/** What candidates will cost, exactly, before any of them is trained. */

import { sha256 } from '../../core/digest.ts';
import { TinymlError } from '../../core/errors.ts';
import { given } from '../../core/given.ts';
import { canonicalJson, type JsonObject } from '../../core/json.ts';
import { silentReporter } from '../../core/reporter.ts';
import { measureModel } from '../../models/check/measure-model.ts';
import { toTopology } from '../../training/model-spec.ts';
import type { ProjectConfig } from '../config.ts';
import { type FittedForm, foretoldFile, isTooLarge } from '../model/fit-architecture.ts';
import { modelLayers, trainedModel } from '../model/model-layers.ts';
import { exactCosts, isOwnFault, type TrialContext } from './run-trial.ts';
import { type SampleFacts, sampleFacts } from './sample-facts.ts';
import type { TrialCosts } from './trial.ts';

/** A candidate has costs, or there is a reason why it cannot be tried. */
export type Foretold = { readonly costs: TrialCosts } | { readonly refusal: string };

async function ownFaultAsRefusal<T extends object>(
  body: () => Promise<T>,
): Promise<T | { readonly refusal: string }> {
  try {
    return await body();
  } catch (error) {
    if (!isOwnFault(error)) throw error;
    return { refusal: error.message.replace(/\.$/, '') };
  }
}

/** Remembers what it foretold by architecture and form, and the facts of samples by how they are made. */
export class CostTeller {
  readonly #context: TrialContext;
  readonly #facts = new Map<string, Promise<SampleFacts | { readonly refusal: string }>>();
  readonly #costs = new Map<string, Promise<Foretold>>();

  constructor(context: TrialContext) {
    this.#context = context;
  }

  #factsOf(config: ProjectConfig): Promise<SampleFacts | { readonly refusal: string }> {
    const key = canonicalJson([config.dataset, config.training.loss ?? null]);
    const known = this.#facts.get(key) ?? ownFaultAsRefusal(() => sampleFacts(config, this.#context));
    this.#facts.set(key, known);
    return known;
  }

  /** Throws what is no fault of the candidate. */
  async foretell(config: ProjectConfig): Promise<Foretold> {
    const facts = await this.#factsOf(config);
    if ('refusal' in facts) return facts;
    return ownFaultAsRefusal(async () => {
      const { input, output, note } = facts;
      const { layers } = await modelLayers(trainedModel(config), input, output, note, silentReporter);
      const topology = toTopology(layers, input);
      const { conversion, quantization, check } = config;
      const form = {
        ...conversion,
        densePerChannel: quantization.densePerChannel,
        target: check.target,
        ...given({ note }),
      };
      return this.#remembered(topology, form);
    });
  }

  #remembered(topology: JsonObject, form: FittedForm): Promise<Foretold> {
    const { note, ...plain } = form;
    const key = canonicalJson([topology, plain, note === undefined ? null : sha256(note.bytes)]);
    const known = this.#costs.get(key) ?? ownFaultAsRefusal(() => costsOf(topology, form));
    this.#costs.set(key, known);
    return known;
  }
}

async function costsOf(topology: JsonObject, form: FittedForm): Promise<Foretold> {
  if (isTooLarge(topology)) throw tooLarge();
  const bytes = await foretoldFile(topology, form);
  return { costs: exactCosts(measureModel(bytes, form.target)) };
}

function tooLarge(): TinymlError {
  return new TinymlError(
    'unsupported',
    'search-too-large',
    'It has more weights than any microcontroller holds',
  );
}
