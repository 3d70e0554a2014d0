/** How a declared command becomes work: its action is loaded when the command is called, and gets a session. */

import type { Session } from '../terminal/session.ts';

/** What a command does, with its arguments in order and then its options, of which the session keeps --json. */
export type Action<Parsed extends readonly unknown[]> = (
  session: Session,
  ...parsed: Parsed
) => void | Promise<void>;

/** Makes what commander calls of an action that is still to be loaded. */
export type Perform = <Parsed extends readonly unknown[]>(
  load: () => Promise<Action<Parsed>>,
) => () => Promise<void>;
