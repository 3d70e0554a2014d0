/** What functions that multiply rows of weights say otherwise where two weights lie in a byte. */

import type { CDefinition } from '../../c-code.ts';
import type { ForFinish } from './finish.ts';
import { type Finish, forFinishes } from './finish.ts';
import { ADD_FOURS, TAKE_WEIGHTS } from './fours.ts';
import { ADD_NIBBLES, TAKE_LARGE_NIBBLES, WITH_ROW_BIAS } from './nibbles.ts';

/** How the constants of C hold weights: a byte each, or two in a byte. */
export type WeightForm = 'bytes' | 'nibbles';

/** The words for one form. */
export interface WeightCode {
  /** Behind the names of functions, in front of that of their finish. */
  readonly suffix: '' | '_int4';
  /** The type of four weights. */
  readonly four: 'fours' | 'nibbles';
  /** `(activations, weights, sum)` */
  readonly addFour: CDefinition;
  /** `(from, first, second)`: the next eight weights. */
  readonly takeEight: CDefinition;
  /** What `end` needs. */
  readonly needs: readonly CDefinition[];
  /** What the sum of a channel begins with. */
  begin(bias: string): string;
  /** The sum that is finished. */
  end(sum: string, bias: string): string;
}

const WEIGHT_CODE: Readonly<Record<WeightForm, WeightCode>> = {
  bytes: {
    suffix: '',
    four: 'fours',
    addFour: ADD_FOURS,
    takeEight: TAKE_WEIGHTS,
    needs: [],
    begin: (bias) => bias,
    end: (sum) => sum,
  },
  nibbles: {
    suffix: '_int4',
    four: 'nibbles',
    addFour: ADD_NIBBLES,
    takeEight: TAKE_LARGE_NIBBLES,
    needs: [WITH_ROW_BIAS],
    begin: () => '0',
    end: (sum, bias) => `${WITH_ROW_BIAS.name}(${sum}, ${bias})`,
  },
};

/** A value for each form. */
export type ForForm<Value> = Readonly<Record<WeightForm, Value>>;

/** The same for both forms. */
export function forForms<Value>(define: (form: WeightForm, code: WeightCode) => Value): ForForm<Value> {
  return {
    bytes: define('bytes', WEIGHT_CODE.bytes),
    nibbles: define('nibbles', WEIGHT_CODE.nibbles),
  };
}

/** The same function for both forms and every finish. */
export function forFormsAndFinishes(
  define: (form: WeightForm, code: WeightCode, finish: Finish) => CDefinition,
): ForForm<ForFinish> {
  return forForms((form, code) => forFinishes((finish) => define(form, code, finish)));
}
