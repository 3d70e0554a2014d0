/** y = sin(x)·√x from noisy samples: what tinyml does where there is no project. */

import type { GeneratedTemplate } from './template.ts';

export const sine: GeneratedTemplate = { project: { training: { loss: 'mse' } } };
