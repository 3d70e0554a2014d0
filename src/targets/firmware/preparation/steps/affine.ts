import { ROUNDED } from '../shared-functions.ts';
import type { RowWriter } from '../step-code.ts';
import { ofChannels } from './of-channels.ts';

export const affine: RowWriter<'affine'> = ({ offset, scale }, shape, place) =>
  ofChannels(
    shape,
    place,
    { Offset: offset, Scale: scale },
    [ROUNDED],
    (of) => `    const float centred = from[i] - ${of('Offset')};
    into[i] = ${place.dialect.helper('rounded')}(centred * ${of('Scale')});
`,
  );
