/** `tinyml explain`: what a message of the library, a compiler or a board means, and the line that cures it. */

import { existsSync } from 'node:fs';
import { inputError, type TinymlError, withErrorContext } from '../../core/errors.ts';
import { shellWord } from '../../core/shell-word.ts';
import { MessageFinder, nearestMessages } from '../../models/explain/explain.ts';
import { type ModelHelp, modelHelp } from '../../models/explain/model-help.ts';
import type { ExplainJson } from '../printed-json.ts';
import { renderExplanations } from '../render/explanations.ts';
import type { Session } from '../terminal/session.ts';
import { logChunks, logName, STANDARD_INPUT } from '../workspace/log-chunks.ts';
import { readModelBytes } from '../workspace/model-bytes.ts';

/** Options of `tinyml explain`. */
export interface ExplainFlags {
  /** The model that the program runs. */
  readonly model?: string;
}

const NEAREST = 3;

function unknownMessage(session: Session, message: string): TinymlError {
  if (message === STANDARD_INPUT) {
    return inputError(
      'unknown-message',
      `${logName(message)} has no message that tinyml knows`,
      'Give everything the compiler or the serial port printed, from the first error on.',
    );
  }
  if (message !== '' && existsSync(session.absolute(message))) {
    const name = JSON.stringify(message);
    return inputError(
      'unknown-message',
      `${name} is a file, not a message`,
      `Pipe it in: tinyml explain - < ${shellWord(message)}`,
    );
  }
  const nearest = nearestMessages(message, NEAREST).map(({ example }) => `"${example.slice(0, 90)}"`);
  return inputError(
    'unknown-message',
    'tinyml does not know this message',
    nearest.length === 0
      ? 'Give the whole line, or pipe the whole log in: tinyml explain - < build.log'
      : `Nearest are ${nearest.join(', ')}. Give the whole line, or pipe the whole log in: tinyml explain - < build.log`,
  );
}

function helpOf(session: Session, model: string): ModelHelp {
  const bytes = readModelBytes(session, model);
  return withErrorContext(model, () => modelHelp(bytes, model));
}

/** Prints cause and cure of every known message in the text, which is standard input for `-`. */
export async function explainAction(
  session: Session,
  message: string,
  { model }: ExplainFlags,
): Promise<void> {
  const help = model === undefined ? undefined : helpOf(session, model);
  const finder = new MessageFinder();
  if (message === STANDARD_INPUT) {
    for await (const chunk of logChunks(session, message, 'a log')) finder.push(chunk);
  } else {
    finder.push(new TextEncoder().encode(message));
  }
  const found = finder.end(help);
  if (found.length === 0) throw unknownMessage(session, message);
  const fromLog = message === STANDARD_INPUT;
  session.emit<ExplainJson>(() => renderExplanations(found, session.colours, fromLog), { messages: found });
}
