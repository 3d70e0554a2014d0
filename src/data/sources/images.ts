/** Pictures, one a file: a row is one picture of the size that all are brought to. */

import * as z from 'zod';
import type { DataFile } from '../../core/data-file.ts';
import { changedFiles } from './changed-files.ts';
import { requireKinds } from './fixed-kinds.ts';
import { resizeUpright } from './images/orient.ts';
import type { PictureHead } from './images/picture.ts';
import { isPicture, readPicture, readPictureHead } from './images/picture-file.ts';
import type { PictureSize } from './images/resize.ts';
import { lookAt, readOrSkip } from './read-file.ts';
import type { Column, RowSource } from './row-source.ts';
import type { ReadContext, Source } from './source.ts';

/** What networks on microcontrollers take at most. */
const MOST_PROPOSED = 96;
export const MOST_PIXELS = 1024;

const side = (what: string) =>
  z
    .int()
    .min(1)
    .max(MOST_PIXELS)
    .optional()
    .describe(`Pixels ${what}. Default: as many as nearly all files have, and at most ${MOST_PROPOSED}.`);

export const imagesFormat = z.strictObject({
  width: side('from left to right'),
  height: side('from top to bottom'),
  channels: z
    .union([z.literal(1), z.literal(3)])
    .optional()
    .describe('1: grey (the luma of BT.601). 3: red, green and blue. Default: 3 where any file has colours.'),
  fit: z
    .enum(['crop', 'stretch'])
    .default('crop')
    .describe(
      'crop: the middle of a picture that has the wanted proportions. stretch: all of it, out of proportion.',
    ),
});
type ImagesFormat = z.infer<typeof imagesFormat>;

/** The least of all, but for the smallest twentieth: a thumbnail that strayed in decides nothing. */
function nearlyLeast(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 20)];
}

/** The size that nearly all pictures have, or that in proportion within what a microcontroller takes. */
function proposedSize(heads: readonly PictureHead[]): PictureSize {
  const width = nearlyLeast(heads.map((head) => head.width));
  const height = nearlyLeast(heads.map((head) => head.height));
  const scale = Math.min(1, MOST_PROPOSED / Math.max(width, height));
  return {
    width: Math.max(1, Math.round(width * scale)),
    height: Math.max(1, Math.round(height * scale)),
    channels: heads.some(({ channels }) => channels === 3) ? 3 : 1,
  };
}

function sizeOf(files: readonly DataFile[], { width, height, channels }: ImagesFormat): PictureSize {
  if (width !== undefined && height !== undefined && channels !== undefined)
    return { width, height, channels };
  const proposed = proposedSize(lookAt(files, readPictureHead));
  return {
    width: width ?? proposed.width,
    height: height ?? proposed.height,
    channels: channels ?? proposed.channels,
  };
}

function openImages(files: readonly DataFile[], format: ImagesFormat, context: ReadContext): RowSource {
  const size = sizeOf(files, format);
  const columns: readonly Column[] = [
    { name: 'picture', kind: 'number', shape: [size.height, size.width, size.channels] },
  ];
  requireKinds(columns, context);
  return {
    columns,
    async *blocks() {
      for (const file of files) {
        const values = readOrSkip(file, context, (bytes) =>
          resizeUpright(readPicture(bytes), size, format.fit),
        );
        if (values !== undefined) yield { file, start: 0, rows: 1, values };
      }
    },
  };
}

function changes(files: readonly DataFile[], format: ImagesFormat): readonly string[] {
  const { width, height, channels } = sizeOf(files, format);
  const way = format.fit === 'crop' ? ', the middle of what has other proportions' : ', out of proportion';
  return changedFiles(files, readPictureHead, [
    {
      what: `pictures are resized to ${width}×${height}${way}`,
      which: [
        {
          are: 'have another size',
          test: (head) => head.width !== width || head.height !== height,
        },
      ],
    },
    {
      what: 'pictures become grey',
      which: [{ are: 'have colours', test: (head) => channels === 1 && head.channels === 3 }],
    },
  ]);
}

/** Values are 0 … 255. One picture is in memory at a time. */
export const imagesSource: Source<ImagesFormat, 'images'> = {
  name: 'images',
  summary: 'Pictures as PNG, JPEG or BMP files; a row is one picture.',
  format: imagesFormat,
  recognizes: isPicture,
  async sniff(files) {
    return { ...proposedSize(lookAt(files, readPictureHead)), fit: 'crop' };
  },
  changes,
  async open(files, format, context) {
    return openImages(files, format, context);
  },
};
