/** Nodes that no output depends on, and values that no node mentions. */

import { dropUnreachable } from '../ir/rewrite.ts';
import type { Pass } from './pass.ts';

export const deadCode: Pass = { name: 'dead-code', run: dropUnreachable };
