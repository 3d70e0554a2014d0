/** How stages and formats talk while they work. The command line draws it; library code never prints. */

/** Who is told of progress and warnings. */
export interface Reporter {
  /** A stage or a part of one begins. */
  step(message: string): void;
  /** `done` of `total` units, with the figures worth watching. */
  progress(done: number, total: number, detail: string): void;
  /** A figure over the whole of what was done, for reporters that draw. */
  curve?(label: string, values: readonly number[]): void;
  info(message: string): void;
  warn(message: string): void;
}

/** Says warnings and remarks that it has said before no more: of work that is done for each of several things. */
export function saidOnce(report: Reporter): Reporter {
  const said = new Set<string>();
  const once = (say: (message: string) => void) => (message: string) => {
    if (!said.has(message)) say(message);
    said.add(message);
  };
  return {
    step: (message) => report.step(message),
    progress: (done, total, detail) => report.progress(done, total, detail),
    info: once((message) => report.info(message)),
    warn: once((message) => report.warn(message)),
  };
}

/** Hears everything and says nothing. */
export const silentReporter: Reporter = {
  step() {},
  progress() {},
  info() {},
  warn() {},
};
