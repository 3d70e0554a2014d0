/** Which layers take which form of low rank, by what is asked. */

import { type TinymlError, usageError } from '../../../core/errors.ts';
import { countOf, formatCount } from '../../../core/figure-text.ts';
import type { Form, LayerForms } from './forms.ts';
import type { Cost } from './window-layer.ts';

/** What low rank is to reach. */
export type Goal =
  /** Every layer keeps this share of the variance of its outputs. */
  | { readonly by: 'energy'; readonly share: number }
  /** Every layer keeps this share of its multiply-accumulates at most. */
  | { readonly by: 'rank'; readonly share: number }
  /** The model keeps this share of all it has at most, with the least loss over all layers. */
  | { readonly by: keyof Cost; readonly share: number };

/** A form, or why the layer stays as it is, as the end of a sentence that begins with its name. */
export type Choice = { readonly form: Form } | { readonly stays: string };

const NAMES: Readonly<Record<keyof Cost, string>> = {
  macs: 'multiply-accumulates',
  parameters: 'weights',
};

const percent = (share: number): string => `${Number((100 * share).toPrecision(8))} %`;

function pays(form: Cost, own: Cost): boolean {
  return form.macs < own.macs && form.parameters < own.parameters;
}

function least(forms: readonly Form[], measure: (form: Form) => number): Form | undefined {
  let best = forms[0] as Form | undefined;
  for (const form of forms) if (best !== undefined && measure(form) < measure(best)) best = form;
  return best;
}

function insteadOf(form: Form, own: Cost): string {
  return `would take ${formatCount(form.macs)} multiply-accumulates and ${countOf(form.parameters, 'weight')} instead of ${formatCount(own.macs)} and ${formatCount(own.parameters)}`;
}

const ZERO: Choice = { stays: 'has no weight other than 0' };

function byEnergy({ own, forms }: LayerForms, share: number): Choice {
  const enough = forms.filter(({ lost }) => lost <= 1 - share);
  const paying = least(
    enough.filter((form) => pays(form, own)),
    ({ macs }) => macs,
  );
  if (paying !== undefined) return { form: paying };
  const cheapest = least(enough, ({ macs }) => macs);
  if (cheapest === undefined) return ZERO;
  return { stays: `${cheapest.ranks}, with ${percent(share)} of its variance, ${insteadOf(cheapest, own)}` };
}

function byRank({ own, forms }: LayerForms, share: number): Choice {
  const small = forms.filter((form) => pays(form, own) && form.macs <= share * own.macs);
  const best = least(small, ({ lost }) => lost);
  if (best !== undefined) return { form: best };
  const cheapest = least(forms, ({ macs }) => macs);
  if (cheapest === undefined) return ZERO;
  return { stays: `${cheapest.ranks}, the least there is, ${insteadOf(cheapest, own)}` };
}

/** A step of one layer to a form that saves more. */
interface Step {
  readonly layer: LayerForms;
  readonly form: Form;
  /** What it saves more than the step before it, and loses more. */
  readonly saved: number;
  readonly lost: number;
}

/** The forms on the lower hull of what is lost against what is saved, from the layer as it is on. */
function stepsOf(layer: LayerForms, unit: keyof Cost): Step[] {
  const { own, forms } = layer;
  const steps: Step[] = [];
  let [saved, lost] = [0, 0];
  let candidates = forms.filter((form) => pays(form, own));
  for (;;) {
    candidates = candidates.filter((form) => own[unit] - form[unit] > saved);
    const next = least(candidates, (form) => (form.lost - lost) / (own[unit] - form[unit] - saved));
    if (next === undefined) return steps;
    steps.push({ layer, form: next, saved: own[unit] - next[unit] - saved, lost: next.lost - lost });
    [saved, lost] = [own[unit] - next[unit], next.lost];
  }
}

/** Layers in the forms that have been chosen so far. */
type Chosen = ReadonlyMap<LayerForms, Form>;

/** The one change that saves `missing` more and loses least. */
function lastStep(
  layers: readonly LayerForms[],
  chosen: Chosen,
  unit: keyof Cost,
  missing: number,
): Pick<Step, 'layer' | 'form'> | undefined {
  let best: Pick<Step, 'layer' | 'form' | 'lost'> | undefined;
  for (const layer of layers) {
    const { [unit]: now, lost: lostNow } = chosen.get(layer) ?? { ...layer.own, lost: 0 };
    const enough = layer.forms.filter((form) => pays(form, layer.own) && now - form[unit] >= missing);
    const form = least(enough, ({ lost }) => lost);
    if (form === undefined) continue;
    const lost = form.lost - lostNow;
    if (best === undefined || lost < best.lost) best = { layer, form, lost };
  }
  return best;
}

/**
 * Takes what loses least for what it saves until the budget is met, and ends with the one change that just meets it. Along a
 * hull steps come in their order.
 */
function byBudget(layers: readonly LayerForms[], unit: keyof Cost, share: number, all: number): Choice[] {
  const steps = layers
    .flatMap((layer) => stepsOf(layer, unit))
    .sort((a, b) => a.lost / a.saved - b.lost / b.saved);
  const chosen = new Map<LayerForms, Form>();
  let missing = all * (1 - share);
  for (const { layer, form, saved } of steps) {
    if (saved >= missing) {
      const last = lastStep(layers, chosen, unit, missing) ?? { layer, form };
      chosen.set(last.layer, last.form);
      return layers.map((each): Choice => choiceOf(chosen.get(each)));
    }
    chosen.set(layer, form);
    missing -= saved;
  }
  throw beyondReach(unit, share, all, all * share + missing);
}

function choiceOf(form: Form | undefined): Choice {
  return form === undefined ? { stays: 'others lose less for what is to be saved' } : { form };
}

function beyondReach(unit: keyof Cost, share: number, all: number, reached: number): TinymlError {
  const rest = Math.round(reached);
  return usageError(
    'low-rank-budget',
    `Low rank leaves the model ${formatCount(rest)} of ${formatCount(all)} ${NAMES[unit]} at least, more than the ${percent(share)} that "${unit}" asks for`,
    rest < all
      ? `Ask for ${(Math.ceil((1000 * rest) / all) / 1000).toFixed(3)} or more, or take channels away first.`
      : 'Its layers are too small to be two; take channels away instead.',
  );
}

/** One choice for each layer; `model` is what all operators cost together. Throws usage errors for what cannot be reached. */
export function chooseForms(layers: readonly LayerForms[], goal: Goal, model: Cost): Choice[] {
  switch (goal.by) {
    case 'energy':
      return layers.map((layer) => byEnergy(layer, goal.share));
    case 'rank':
      return layers.map((layer) => byRank(layer, goal.share));
    case 'macs':
    case 'parameters':
      return byBudget(layers, goal.by, goal.share, model[goal.by]);
  }
}
