/** Templates by name, with what `tinyml init --help` says of each. */

/** One line for each. */
export const TEMPLATE_SUMMARIES = {
  sine: 'a curve from noisy samples: the smallest network',
  motion: 'four gestures from an accelerometer, samples made from a formula',
  'csv-regression': 'a gas concentration from a table of cheap sensors',
  gesture: 'four gestures from recordings of an accelerometer, a CSV file each',
  vibration: 'the fault of a machine from recordings of its vibration',
  keyword: 'spoken words from WAV files',
  vision: 'parts on a belt from small grey pictures',
  anomaly: 'a pump that is about to fail, learned from what is normal',
} as const;

/** A template by name. */
export type TemplateName = keyof typeof TEMPLATE_SUMMARIES;

/** What `tinyml init --template` takes. */
export const TEMPLATE_NAMES = Object.keys(TEMPLATE_SUMMARIES) as readonly TemplateName[];
