/** `tinyml explain`: what a message of the library, a compiler or a board means, and the line that cures it. */

import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { inputError, type TinymlError, withErrorContext } from '../../core/errors.ts';
import { type Explained, MessageFinder, nearestMessages } from '../../models/explain/explain.ts';
import { modelHelp } from '../../models/explain/model-help.ts';
import { printable } from '../render/printable.ts';
import { coloursFor } from '../terminal/colours.ts';
import type { CliIo } from '../terminal/io.ts';
import { logChunks, logName, STANDARD_INPUT } from '../workspace/log-chunks.ts';
import { readModelBytes } from '../workspace/model-bytes.ts';

export interface ExplainFlags {
  /** The model that the program runs. */
  readonly model?: string;
  readonly json: boolean;
}

const NEAREST = 3;

function unknownMessage(io: CliIo, message: string): TinymlError {
  if (message === STANDARD_INPUT) {
    return inputError(
      'unknown-message',
      `${logName(message)} has no message that tinyml knows`,
      'Give everything the compiler or the serial port printed, from the first error on.',
    );
  }
  if (existsSync(resolve(io.cwd, message))) {
    const name = JSON.stringify(printable(message));
    return inputError(
      'unknown-message',
      `${name} is a file, not a message`,
      `Pipe it in: tinyml explain - < ${name}`,
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

function paragraph(
  io: CliIo,
  { title, message, line, times, cause, cure, code }: Explained,
  withPlace: boolean,
): string {
  const colours = coloursFor(io.stdout, io);
  const often = times > 1 ? `, ${times} times` : '';
  const place = withPlace ? colours.dim(`  line ${line}${often}`) : '';
  const source = code?.split('\n').map((text) => `    ${text}`) ?? [];
  return [
    `${colours.bold(printable(title))}${place}`,
    `  ${colours.dim(printable(message))}`,
    `  ${printable(cause)}`,
    `  ${printable(cure)}`,
    ...(code === undefined ? [] : ['', ...source.map(printable)]),
    '',
  ].join('\n');
}

/** What follows from another message is only named where that other one is there. */
function render(io: CliIo, found: readonly Explained[], withPlace: boolean): string {
  const causes = found.filter(({ consequence }) => !consequence);
  const shown = causes.length > 0 ? causes : found;
  const rest = causes.length > 0 ? found.filter(({ consequence }) => consequence) : [];
  const list = rest.map(
    ({ message, line }) => `  ${printable(message)}${withPlace ? `  (line ${line})` : ''}`,
  );
  const after = list.length === 0 ? [] : [`Follows from that:\n${list.join('\n')}\n`];
  return [...shown.map((one) => paragraph(io, one, withPlace)), ...after].join('\n');
}

export async function explain(io: CliIo, message: string, { model, json }: ExplainFlags): Promise<void> {
  const help =
    model === undefined
      ? undefined
      : withErrorContext(model, () => modelHelp(readModelBytes(io, model), model));
  const finder = new MessageFinder();
  if (message === STANDARD_INPUT) {
    for await (const chunk of logChunks(io, message, 'a log')) finder.push(chunk);
  } else {
    finder.push(new TextEncoder().encode(message));
  }
  const found = finder.end(help);
  if (found.length === 0) throw unknownMessage(io, message);
  io.stdout.write(
    json ? `${JSON.stringify({ messages: found })}\n` : render(io, found, message === STANDARD_INPUT),
  );
}
