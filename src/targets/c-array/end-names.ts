/** What the inputs and outputs of a model are called in generated C. */

export type EndRole = 'input' | 'output';

/** Names of one end. Both are letters, digits and `_`, whatever the model calls it. */
export interface EndName {
  /** `input`, `input_motion`, `input_0`: variables are called so, and functions end with it. */
  readonly variable: string;
  /** The same in another spelling: `Input`, `InputMotion`, `Input0`. */
  readonly camel: string;
}

/** In characters. */
const LONGEST = 24;

/** `serving_default_motion:0` → `motion`, `image/Relu` → `image_relu`, `input_3` → `3`. */
function wordsOf(role: EndRole, name: string): string {
  const words = name
    .replace(/^serving_default_/, '')
    .replace(/:\d+$/, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_|_$/g, '');
  return words.startsWith(`${role}_`) ? words.slice(role.length + 1) : words;
}

/** Whether they tell ends apart in every spelling, and say more than a number does. */
function areTelling(words: readonly string[]): boolean {
  const spelled = new Set(words.map((word) => word.replaceAll('_', '')));
  return spelled.size === words.length && words.every((word) => word.length <= LONGEST && /[a-z]/.test(word));
}

/**
 * Names of all ends of a role, `names` being those of the model. A single one is called by its role. Of several each has the
 * model's own name behind the role, so that none is a keyword or the name of something else, or its number where one of the
 * names is no name in C, or too long, or like another.
 */
export function endNames(role: EndRole, names: readonly string[]): EndName[] {
  const words = names.map((name) => wordsOf(role, name));
  const telling = areTelling(words);
  return names.map((_, index) => {
    const own = telling ? words[index] : String(index);
    const variable = names.length === 1 ? role : `${role}_${own}`;
    const camel = variable.replace(/(?:^|_)([a-z0-9])/g, (_, first: string) => first.toUpperCase());
    return { variable, camel };
  });
}
