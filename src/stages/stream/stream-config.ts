/** The `stream` section of a project file: the model listens all the time. */

import * as z from 'zod';

export const streamSchema = z.strictObject({
  background: z
    .array(z.string().min(1))
    .min(1)
    .optional()
    .describe(
      'Classes that are never heard: noise, silence, what is unknown. A classification needs it; of the task anomaly what is normal is never heard.',
    ),
  rate: z.number().positive().optional().describe('Readings in a second, where the data do not say it.'),
  reuse: z
    .boolean()
    .optional()
    .describe(
      'C without an interpreter computes only what is new at every answer, as far as layers have no padding along time; the answers are the same.',
    ),
  answersPerSample: z
    .int()
    .min(1)
    .max(64)
    .default(8)
    .describe('How often the model is asked while a sample passes.'),
  maxFalseAlarmsPerHour: z
    .number()
    .min(0)
    .default(1)
    .describe('The most with which settings are chosen, in an hour of background of the validation split.'),
});

export type StreamConfig = z.output<typeof streamSchema>;
