import { decodeText, MAX_TEXT_BYTES } from '../../core/text.ts';
import { parseProject } from '../../stages/config.ts';
import type { Session } from '../terminal/session.ts';
import { readInput } from './inputs.ts';
import { publishBytes } from './publish.ts';

/** Changes the text of the project file at the absolute path `file`, and returns the path as it is shown. */
export function editProject(session: Session, file: string, edit: (text: string) => string): string {
  const shown = session.shown(file);
  const text = edit(decodeText(readInput(session, file, 'a project file', MAX_TEXT_BYTES), shown));
  parseProject(text, shown);
  return publishBytes(session, text, file, file);
}
