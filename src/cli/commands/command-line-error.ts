/** What commander says of a wrong command line, in the form of all errors. */

import type { CommanderError } from 'commander';
import { type TinymlError, usageError } from '../../core/errors.ts';

const SUGGESTION = /\n\(Did you mean (one of )?(.*)\?\)$/s;

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Names stand in quotation marks, as in all hints. */
function suggestionIn(text: string): string | undefined {
  const [, among = '', names] = SUGGESTION.exec(text) ?? [];
  if (names === undefined) return undefined;
  const quoted = names.split(', ').map((name) => `"${name}"`);
  return `Did you mean ${among}${quoted.join(', ')}?`;
}

const LACKS_ARGUMENT = /^option '(?:-\w, )?(--[\w-]+) <([^>]+)>' argument missing$/;

/** How an option is given that stands alone. */
function usageOf(text: string, command: string): string | undefined {
  const [, option, argument] = LACKS_ARGUMENT.exec(text) ?? [];
  if (option === undefined) return undefined;
  return `Give it behind the option: "${command} ${option} ${argument.toUpperCase()}". See "${command} --help".`;
}

/** Who gives `run` an option of a stage has to be told where it goes. */
function helpOf(code: string, command: string): string {
  const help = `See "${command} --help".`;
  if (code !== 'unknown-option' || command !== 'tinyml run') return help;
  return `Give an option of a stage to that stage, "tinyml train --epochs 20", and run again: it stays in force. ${help}`;
}

/** `command` is how its help is called: `tinyml train`. The code is commander's, such as `unknown-option`. */
export function commandLineError(error: CommanderError, command: string): TinymlError {
  const code = error.code.replace('commander.', '').replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  const text = error.message.replace(/^error: /, '');
  return usageError(
    code,
    capitalized(text.replace(SUGGESTION, '')),
    suggestionIn(text) ?? usageOf(text, command) ?? helpOf(code, command),
    error,
  );
}
