import type { Task } from '../../models/score/tasks.ts';
import type { FitLimits } from '../model/fit-architecture.ts';

/** What a person says of data that tinyml looks at for the first time; all that is not said is found out. */
export interface DataRequest {
  /** Files or folders, as the project file will call them. */
  readonly path: string | readonly string[];
  /** The same, of data for the test alone. */
  readonly test?: string | undefined;
  readonly target?: string | undefined;
  readonly features?: readonly string[] | undefined;
  readonly ignore?: readonly string[] | undefined;
  readonly group?: string | undefined;
  readonly time?: string | undefined;
  readonly task?: Task | undefined;
  readonly normal?: readonly string[] | undefined;
  readonly window?: number | undefined;
  readonly stride?: number | undefined;
  readonly image?: ImageSize | undefined;
  readonly split?: SplitRequest | undefined;
  /** Rows or files that cannot be read and are left out. */
  readonly skipBad?: number | undefined;
  /** What the network is to fit, in bytes. */
  readonly fit?: FitLimits | undefined;
}

export interface ImageSize {
  readonly width: number;
  readonly height: number;
  readonly channels?: number | undefined;
}

/** `head:400` and `every:5` have a number. */
export interface SplitRequest {
  readonly by: 'stratified' | 'random' | 'group' | 'time' | 'head' | 'every';
  readonly number?: number | undefined;
}
