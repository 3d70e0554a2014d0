/** Every build that arenas are planned for. */

import type { ArenaTarget } from './arena-plan.ts';
import type { BuildProfile } from './build-profile.ts';
import { arduinoTflm } from './profiles/arduino-tflm.ts';
import { chirale } from './profiles/chirale.ts';
import { cortexMCmsisNn } from './profiles/cortex-m-cmsis-nn.ts';
import { cortexMReference } from './profiles/cortex-m-reference.ts';
import { x8664 } from './profiles/x86-64.ts';

export const PROFILES: Readonly<Record<ArenaTarget, BuildProfile>> = {
  'cortex-m-reference': cortexMReference,
  'cortex-m-cmsis-nn': cortexMCmsisNn,
  'x86-64': x8664,
  'arduino-tflm': arduinoTflm,
  chirale,
};
