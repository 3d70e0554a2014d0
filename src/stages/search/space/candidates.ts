/** Projects that a search may try: the project with a value for every knob. */

import { sha256 } from '../../../core/digest.ts';
import { TinymlError, usageError } from '../../../core/errors.ts';
import { canonicalJson, isJsonObject, type JsonObject, type JsonValue } from '../../../core/json.ts';
import type { Random } from '../../../core/random.ts';
import { type ProjectConfig, parseProject } from '../../config.ts';
import {
  type ConfigPath,
  formatPath,
  isKnownPath,
  parsePath,
  requireKnownPath,
  valueAt,
  withoutElements,
  withValueAt,
} from './config-path.ts';
import { type KnobValues, knobValues } from './knob-values.ts';
import type { Knob, SearchSpace } from './space-schema.ts';

/** A value for every knob, in the order of the knobs. */
export type Choices = readonly JsonValue[];

/** A project that may be tried. */
export interface Candidate {
  readonly choices: Choices;
  /** What its trials run, but for epochs. */
  readonly project: JsonObject;
  readonly config: ProjectConfig;
  /** Of `project`: equal ones are one candidate, whatever was chosen. */
  readonly digest: string;
}

interface PlacedKnob {
  readonly path: ConfigPath;
  readonly values: KnobValues;
  readonly isOptional: boolean;
}

/** With all defaults, so that every place is there; without a `fit`, which the limits of the search replace. */
function baseOf({ model, ...others }: ProjectConfig): JsonObject {
  const unfitted = 'layers' in model ? model : { ...model, fit: undefined };
  return JSON.parse(JSON.stringify({ ...others, model: unfitted })) as JsonObject;
}

function isOptional(knob: Knob): boolean {
  return isJsonObject(knob as unknown) && 'optional' in knob;
}

/** Sections come before what lies in them. */
function placedKnobs({ knobs }: SearchSpace): PlacedKnob[] {
  const placed = Object.entries(knobs).map(([text, knob]) => ({
    path: parsePath(text),
    values: knobValues(knob),
    isOptional: isOptional(knob),
  }));
  const optionalLast = (knob: PlacedKnob): number => (knob.isOptional ? 1 : 0);
  return placed.sort((a, b) => optionalLast(a) - optionalLast(b) || a.path.length - b.path.length);
}

function isAbove(above: ConfigPath, path: ConfigPath): boolean {
  return above.length < path.length && above.every((key, index) => key === path[index]);
}

const SEARCHED_OTHERWISE: Readonly<Record<string, string>> = {
  seed: 'all candidates have the same',
  'training.epochs': 'the rungs of the search decide them',
  'model.fit': 'the limits of the search stand in its place',
};

/** A space on a project. */
export class Candidates {
  readonly #base: JsonObject;
  readonly #knobs: readonly PlacedKnob[];

  /** Throws usage errors for places that the project does not have. */
  constructor(config: ProjectConfig, space: SearchSpace) {
    this.#base = baseOf(config);
    this.#knobs = placedKnobs(space);
    for (const knob of this.#knobs) this.#requirePlace(knob);
  }

  get names(): readonly string[] {
    return this.#knobs.map(({ path }) => formatPath(path));
  }

  #requirePlace({ path, isOptional }: PlacedKnob): void {
    const name = formatPath(path);
    const reason = SEARCHED_OTHERWISE[name];
    if (reason !== undefined) {
      throw usageError('bad-search-space', `The search space has "${name}", but ${reason}`, 'Leave it out.');
    }
    if (isOptional && typeof path.at(-1) !== 'number') {
      throw usageError(
        'bad-search-space',
        `The search space has "${name}" as optional, and only elements of lists can be left out`,
        'Name an element, such as "model.layers[2]".',
      );
    }
    const above = this.#knobs.filter((knob) => isAbove(knob.path, path));
    const variants = above.flatMap((knob) =>
      knob.values.ends.map((value) => withValueAt(this.#base, knob.path, value) as JsonObject),
    );
    requireKnownPath([this.#base, ...variants], path);
  }

  /** The project as it is, with the first value of every knob that it has no place for. */
  base(): Candidate {
    const choices = this.#knobs.map(({ path, isOptional, values }) =>
      isOptional ? true : (valueAt(this.#base, path) ?? values.ends[0]),
    );
    const made = this.#candidate(choices, this.#base);
    if (made === undefined) throw new Error('the project was valid when it was read');
    return made;
  }

  /** Undefined where the choices make no valid project: layers that do not go together, say. */
  of(choices: Choices): Candidate | undefined {
    let project = this.#base;
    const leftOut: ConfigPath[] = [];
    for (const [index, { path, isOptional }] of this.#knobs.entries()) {
      if (!isKnownPath(project, path)) continue;
      if (!isOptional) project = withValueAt(project, path, choices[index]) as JsonObject;
      else if (choices[index] === false) leftOut.push(path);
    }
    return this.#candidate(choices, withoutElements(project, leftOut));
  }

  #candidate(choices: Choices, project: JsonObject): Candidate | undefined {
    try {
      const config = parseProject(project as Parameters<typeof parseProject>[0]);
      return { choices, project, config, digest: sha256(canonicalJson(config)) };
    } catch (error) {
      if (error instanceof TinymlError && error.kind === 'input') return undefined;
      throw error;
    }
  }

  draw(random: Random): Choices {
    return this.#knobs.map(({ values }) => values.draw(random));
  }

  /** A child: one knob is otherwise, or two. */
  near(choices: Choices, random: Random): Choices {
    const changes = 1 + random.below(2);
    let child = choices;
    for (let change = 0; change < changes; change++) {
      const place = random.below(this.#knobs.length);
      child = child.with(place, this.#knobs[place].values.near(child[place], random));
    }
    return child;
  }

  /** With the choices of `other` for how it is trained. */
  trainedAs(choices: Choices, other: Choices): Choices {
    return choices.map((choice, place) =>
      this.#knobs[place].path[0] === 'training' ? other[place] : choice,
    );
  }

  /** Every change of one knob to one of its ends. */
  ends(choices: Choices): readonly Choices[] {
    return this.#knobs.flatMap(({ values }, place) => values.ends.map((value) => choices.with(place, value)));
  }
}
