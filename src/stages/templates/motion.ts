/** Gestures of the generator `motion`, by the network and the training that recordings of them would get. */

import { MOTION_CLASSES } from '../../data/generators/motion.ts';
import { proposeModel } from '../proposal/propose-model.ts';
import { proposeTraining } from '../proposal/propose-training.ts';
import type { GeneratedTemplate } from './template.ts';

const SAMPLES = 1200;

export const motion: GeneratedTemplate = {
  project: {
    dataset: { source: 'motion', samples: SAMPLES, normalization: 'standard' },
    model: proposeModel('classification', 'series'),
    training: proposeTraining('classification', 'series', 0.6 * SAMPLES, MOTION_CLASSES.length),
  },
};
