/** Texts of C whose names are made unique when they are written. */

import type { Dialect } from '../dialect.ts';
import type { SharedFunction } from '../shared-functions.ts';
import type { Place } from '../step-code.ts';

/** `@name` is one of the preparation. */
export function withNames(text: string): (dialect: Dialect) => string {
  return ({ helper, copyBytes }) =>
    text.replaceAll('@copy_bytes', copyBytes).replaceAll(/@(\w+)/g, (_, name) => helper(name));
}

/** `$name` is a function of the step, `@kName` a table of it. */
export function withStepNames(text: string, { step, dialect }: Place): string {
  return withNames(
    text
      .replaceAll(/@k([A-Z]\w*)/g, (_, name) => dialect.table(name, step))
      .replaceAll(/\$(\w+)/g, (_, name) => `@${name}_${step}`),
  )(dialect);
}

export const INLINED: SharedFunction = {
  name: 'PREPARE_INLINE',
  needs: [],
  headers: [],
  text: withNames(`// Steps of inner loops: a call for each would take as long as the step, also where the compiler saves code.
#if defined(__GNUC__)
#define @PREPARE_INLINE inline __attribute__((always_inline))
#else
#define @PREPARE_INLINE inline
#endif
`),
};
