/** The table of templates: a new one is one file, a line in `names.ts` and a row here. */

import { anomaly } from './anomaly.ts';
import { csvRegression } from './csv-regression.ts';
import { gesture } from './gesture.ts';
import { keyword } from './keyword.ts';
import { motion } from './motion.ts';
import type { TemplateName } from './names.ts';
import { sine } from './sine.ts';
import type { Template } from './template.ts';
import { vibration } from './vibration.ts';
import { vision } from './vision.ts';

export const TEMPLATES: Readonly<Record<TemplateName, Template>> = {
  sine,
  motion,
  'csv-regression': csvRegression,
  gesture,
  vibration,
  keyword,
  vision,
  anomaly,
};
