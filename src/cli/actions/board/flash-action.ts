/** `tinyml flash`: builds exported firmware and uploads it, with the program of its kit. */

import { shellCommand } from '../../../core/shell-word.ts';
import { firmwareFolder } from '../../flash/firmware-folder.ts';
import { type FlashTarget, flashCommands, KIT_ROWS } from '../../flash/flash-commands.ts';
import { runProgram } from '../../flash/run-program.ts';
import type { FlashJson } from '../../printed-json.ts';
import { printable } from '../../render/printable.ts';
import type { Session } from '../../terminal/session.ts';

/** Options of `tinyml flash`. */
export interface FlashFlags extends FlashTarget {
  readonly dryRun?: true;
}

/** Prints the commands, or runs them one after another. Throws usage, input and environment errors. */
export async function flashAction(session: Session, directory: string, flags: FlashFlags): Promise<void> {
  const absolute = session.absolute(directory);
  const folder = firmwareFolder(absolute, session.shown(absolute));
  const commands = flashCommands(folder, flags);
  if (flags.dryRun !== true) {
    for (const argv of commands) {
      session.reporter.step(shellCommand(argv));
      await runProgram(argv, {
        cwd: session.absolute('.'),
        signal: session.signal,
        onLine: (line) => session.reporter.info(line),
        home: KIT_ROWS[folder.kit].home,
      });
    }
  }
  const text =
    flags.dryRun === true
      ? commands.map((argv) => `${shellCommand(argv)}\n`).join('')
      : `${printable(folder.path)} is on the board. Next: tinyml verify --port auto\n`;
  session.emit<FlashJson>(text, {
    folder: folder.path,
    kit: folder.kit,
    commands,
    done: flags.dryRun !== true,
  });
}
