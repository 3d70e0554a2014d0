/** What commander says of a wrong command line, in the form of all errors. */

import type { CommanderError } from 'commander';
import { type TinymlError, usageError } from '../../core/errors.ts';

const SUGGESTION = /\n\((Did you mean .*)\)$/s;

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** `command` is how its help is called: `tinyml train`. The code is commander's, such as `unknown-option`. */
export function commandLineError(error: CommanderError, command: string): TinymlError {
  const code = error.code.replace('commander.', '').replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  const text = error.message.replace(/^error: /, '');
  const suggestion = SUGGESTION.exec(text)?.[1];
  return usageError(
    code,
    capitalized(text.replace(SUGGESTION, '')),
    suggestion ?? `See "${command} --help".`,
    error,
  );
}
