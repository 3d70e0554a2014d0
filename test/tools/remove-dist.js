/** Run before packing: what the compiler wrote of files that are gone must not be shipped. */

import { rmSync } from 'node:fs';

rmSync(new URL('../../dist/', import.meta.url), { recursive: true, force: true });
