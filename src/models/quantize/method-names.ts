/** Names of what may be done before and while a graph becomes int8; `methods.ts` has the methods themselves. */

import { usageError } from '../../core/errors.ts';
import type { ScaleRules } from '../../passes/quantize/scale-rules.ts';

/** In the order in which they work. */
export const METHOD_NAMES = [
  'equalize-channels',
  'moving-average',
  'percentile',
  'mse-ranges',
  'extreme-values',
  'headroom',
  'mse-weights',
  'weighted-mse-weights',
  'bias-correction',
  'compensated-rounding',
  'search-ranges',
  'fine-tune',
] as const;

/** A method of quantization. */
export type MethodName = (typeof METHOD_NAMES)[number];

/** Of each of these a recipe has one at most, for all of them decide the same. */
const RIVALS: readonly { readonly decide: string; readonly names: readonly MethodName[] }[] = [
  {
    decide: 'the ranges of activations',
    names: ['moving-average', 'percentile', 'mse-ranges', 'extreme-values'],
  },
  { decide: 'the scales of weights', names: ['mse-weights', 'weighted-mse-weights'] },
];

/** Why these methods make no recipe, as a sentence without its end; undefined where they do. */
export function rivalry(methods: readonly MethodName[]): string | undefined {
  for (const { decide, names } of RIVALS) {
    const [first, second] = names.filter((name) => methods.includes(name));
    if (second !== undefined) return `${first} and ${second} both decide ${decide}`;
  }
  return undefined;
}

/** What one word stands for: `tensorflow` gives the scales and integers of TensorFlow's converter. */
export const RECIPES = {
  default: ['equalize-channels', 'headroom', 'compensated-rounding'],
  fast: ['equalize-channels', 'extreme-values', 'bias-correction'],
  tensorflow: [],
} as const satisfies Readonly<Record<string, readonly MethodName[]>>;

/** A composition of methods. */
export type RecipeName = keyof typeof RECIPES;

/** The one whose methods are left out where records that were held back speak against them. */
export const GUARDED_RECIPE: RecipeName = 'default';

/** The one that leaves out whatever TensorFlow's converter does not do. */
const TENSORFLOW_RECIPE: RecipeName = 'tensorflow';

/** Whose rules make scales of ranges. */
export function scaleRulesOf(recipe: Recipe): ScaleRules {
  return recipe === TENSORFLOW_RECIPE ? 'tensorflow' : 'tinyml';
}

/** Passes that TensorFlow's converter has no like of, and that change weights or ranges. */
const UNKNOWN_TO_TENSORFLOW = [
  'fold-shift-into-term',
  'clamp-before-pool',
  'drop-dead-channels',
  'as-products',
  'scales-as-depthwise',
  'dense-biases',
  'clamp-before-slice',
  'centre-logits',
];

/** Names of passes that a recipe leaves out on the way to the graph that is quantized. */
export function passesLeftOut(recipe: Recipe): readonly string[] {
  return recipe === TENSORFLOW_RECIPE ? UNKNOWN_TO_TENSORFLOW : [];
}

/** All of them. */
export const RECIPE_NAMES = Object.keys(RECIPES) as readonly RecipeName[];

/** A recipe, or the methods by name; which come first does not matter. */
export type Recipe = RecipeName | readonly MethodName[];

/** Throws `rival-methods` (usage) for methods that exclude each other. */
export function methodsOf(recipe: Recipe): readonly MethodName[] {
  const methods = typeof recipe === 'string' ? RECIPES[recipe] : recipe;
  const conflict = rivalry(methods);
  if (conflict === undefined) return methods;
  throw usageError('rival-methods', conflict, 'Leave one of them out.');
}

const isOf = <Name extends string>(names: readonly Name[], word: string): word is Name =>
  (names as readonly string[]).includes(word);

/** A recipe as it is written on the command line: one word, or methods between commas. Throws `unknown-method` and `rival-methods` (usage). */
export function parseRecipe(text: string): Recipe {
  if (isOf(RECIPE_NAMES, text)) return text;
  const methods = text.split(',').map((word): MethodName => {
    const name = word.trim();
    if (isOf(METHOD_NAMES, name)) return name;
    throw usageError(
      'unknown-method',
      `There is no method "${name}" of quantization`,
      `Give ${RECIPE_NAMES.join(', ')}, or some of ${METHOD_NAMES.join(', ')} with commas between them.`,
    );
  });
  return methodsOf(methods);
}
