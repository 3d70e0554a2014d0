/** Where the numbers come from. */

import { arch, cpus, loadavg, platform } from 'node:os';
import { withheldText } from './withheld.ts';

export interface Machine {
  readonly processor: string;
  readonly cores: number;
  readonly system: string;
  readonly node: string;
  /** Processes running or waiting, over the last minute; the benchmark itself is about 1 of them. */
  readonly load: number;
}

export function describeMachine(): Machine {
  return {
    processor: cpus()[0].model.trim(),
    cores: cpus().length,
    system: `${platform()} ${arch()}`,
    node: process.version,
    load: Number(loadavg()[0].toFixed(2)),
  };
}

/** `withheld` is the share of the cores that the host kept between the two. */
export function machineSentence(before: Machine, after: Machine, withheld: number | undefined): string {
  const { processor, cores, system, node, load } = before;
  return `${processor}, ${cores} cores, ${system}, Node ${node}; load ${load} before, ${after.load} after${withheldText(withheld)}.`;
}
