/** A queue of trials as search and workers see it; `bull-queue.ts` is the one there is. */

/** What has become of a trial that was handed out. */
export type TrialState =
  /** Never added, or the server has lost its data. */
  | { readonly state: 'missing' }
  | { readonly state: 'waiting'; readonly isStarted: boolean; readonly refusedBy?: string | undefined }
  | { readonly state: 'done'; readonly text: unknown }
  /** A worker could not begin it: there were no data for it. */
  | { readonly state: 'without-data' }
  /** No worker will take it, for this reason. */
  | { readonly state: 'refused'; readonly reason: string }
  /** It was given to one worker after another, and all of them died. */
  | { readonly state: 'lost' };

/** The end at which a search stands. All of it waits where the server does not answer, and goes on when it does. */
export interface TrialQueue {
  /** Changes nothing where that trial is there already. */
  add(id: string, text: string): Promise<void>;
  look(id: string): Promise<TrialState>;
  /** Forgets the trial, unless a worker has it. */
  remove(id: string): Promise<void>;
}

/** What a worker did with a trial. */
export type Handled =
  | { readonly handled: 'done'; readonly text: string }
  /** Another worker is to have it; `refusedBy` says to the search which version this one is, and does not take it. */
  | { readonly handled: 'given-back'; readonly refusedBy?: string }
  | { readonly handled: 'without-data' }
  | { readonly handled: 'refused'; readonly reason: string };

export interface TrialsTaken {
  /** Takes no more trials. Resolves when those in work are done or given back. */
  close(): Promise<void>;
}

/** The end at which workers stand. */
export interface TrialSource {
  /** Gives trials to `handle`, so many at a time, until closed. `handle` does not throw. */
  take(slots: number, handle: (text: unknown) => Promise<Handled>): TrialsTaken;
}
