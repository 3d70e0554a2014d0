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
const LONGEST = 32;

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

/** Room for what tells two apart that are short for names with the same end. */
const ROOM = 3;

/** `encoder_layers_gru_hidden_state_next` → `gru_hidden_state_next`: the last words, as many as fit. */
function shortened(words: string): string {
  if (words.length <= LONGEST) return words;
  const parts = words.split('_');
  const fitting = parts.map((_, at) => parts.slice(at).join('_'));
  const tail = fitting.find((some) => some.length <= LONGEST - ROOM && /^[a-z]/.test(some));
  return tail ?? parts[parts.length - 1].slice(0, LONGEST - ROOM);
}

/** Short for what is too long, with the place of the end behind it where another is called so. */
function shortWords(words: readonly string[]): readonly string[] {
  const short = words.map(shortened);
  return short.map((word, at) =>
    word !== words[at] && short.some((other, place) => place !== at && other === word)
      ? `${word}_${at}`
      : word,
  );
}

/** Whether they tell ends apart in every spelling, and say more than a number does. */
function areTelling(words: readonly string[]): boolean {
  const spelled = new Set(words.map((word) => word.replaceAll('_', '')));
  return spelled.size === words.length && words.every((word) => word.length <= LONGEST && /[a-z]/.test(word));
}

/**
 * Names of all ends of a role, `names` being those of the model. A single one is called by its role. Of several each has the
 * model's own name behind the role, so that none is a keyword or the name of something else, the last words of it where it is too
 * long, or its number where one of the names is no name in C, or like another.
 */
export function endNames(role: EndRole, names: readonly string[]): EndName[] {
  const words = shortWords(names.map((name) => wordsOf(role, name)));
  const telling = areTelling(words);
  return names.map((_, index) => {
    const own = telling ? words[index] : String(index);
    const variable = names.length === 1 ? role : `${role}_${own}`;
    const camel = variable.replace(/(?:^|_)([a-z0-9])/g, (_, first: string) => first.toUpperCase());
    return { variable, camel };
  });
}
