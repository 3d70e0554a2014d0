/** The most memory that a process held, as it tells itself. */

/**
 * An expression, in JavaScript, of the kilobytes. Linux hands `maxRSS` from a process to those that it starts, which would
 * then never have held less than whoever measures them; the peak in /proc is that of the program alone.
 */
export const PEAK_KILOBYTES = `(() => {
  try {
    return Number(/VmHWM:\\s*(\\d+)/.exec(process.getBuiltinModule('node:fs').readFileSync('/proc/self/status', 'utf8'))[1]);
  } catch {
    return process.resourceUsage().maxRSS;
  }
})()`;
