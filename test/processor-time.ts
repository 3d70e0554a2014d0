/** Time that does not pass while other programs have the processor. */

/** What all threads of this process took so far, in milliseconds. */
export function processorMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
