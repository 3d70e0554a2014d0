import type { RowWriter } from '../step-code.ts';
import { ofChannels } from './of-channels.ts';

export const clip: RowWriter<'clip'> = ({ low, high }, shape, place) =>
  ofChannels(
    shape,
    place,
    { Low: low, High: high },
    [],
    (of) => `    float value = from[i];
    if (value < ${of('Low')}) value = ${of('Low')};
    if (value > ${of('High')}) value = ${of('High')};
    into[i] = value;
`,
  );
