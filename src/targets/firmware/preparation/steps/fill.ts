import type { RowWriter } from '../step-code.ts';
import { ofChannels } from './of-channels.ts';

export const fill: RowWriter<'fill'> = ({ value }, shape, place) =>
  ofChannels(
    shape,
    place,
    { Fill: value },
    [],
    (of) => `    into[i] = from[i] != from[i] ? ${of('Fill')} : from[i];\n`,
  );
