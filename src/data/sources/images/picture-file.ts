/** A picture in any of the formats that are read, within bounds. */

import { unsupportedError } from '../../../core/errors.ts';
import { counted } from '../../../core/figure-text.ts';
import type { RandomAccessBytes } from '../../../core/random-access.ts';
import { badData } from '../read-file.ts';
import { bmp } from './bmp.ts';
import { jpeg } from './jpeg.ts';
import {
  DAMAGED_HINT,
  type PictureFormat,
  type PictureHead,
  readBytes,
  type StoredPicture,
} from './picture.ts';
import { png } from './png.ts';

const FORMATS: readonly PictureFormat[] = [png, jpeg, bmp];
const MARK_BYTES = 16;

/** As much as cameras make, 33 million; one such picture is in memory at a time. */
const MAX_PIXELS = 2 ** 25;
const MAX_FILE_BYTES = 2 ** 27;

export function isPicture(head: Uint8Array): boolean {
  return FORMATS.some((format) => format.recognizes(head));
}

function formatOf(file: RandomAccessBytes): PictureFormat {
  const head = readBytes(file, 0, MARK_BYTES);
  const format = FORMATS.find((one) => one.recognizes(head));
  if (format !== undefined) return format;
  throw badData('it is no PNG, JPEG or BMP picture', 'Save it as one of these, or leave it out.');
}

function requireBearable({ width, height }: PictureHead, length: number): void {
  if (width < 1 || height < 1) throw badData(`it says that it has ${width} × ${height} pixels`, DAMAGED_HINT);
  if (width * height <= MAX_PIXELS && length <= MAX_FILE_BYTES) return;
  const what =
    width * height > MAX_PIXELS
      ? `${width} × ${height} pixels, and ${MAX_PIXELS}`
      : `${counted(length, 'byte')}, and ${MAX_FILE_BYTES}`;
  throw unsupportedError(
    'too-large',
    `it has ${what} are the most that are read`,
    'Save it smaller, or leave it out.',
  );
}

/** Throws `bad-data` (input), `too-large` (unsupported): sentences that do not name the file. */
export function readPictureHead(file: RandomAccessBytes): PictureHead {
  const head = formatOf(file).readHead(file);
  requireBearable(head, file.length);
  return head;
}

/** The same errors; nothing is unpacked before the size is known to be bearable. */
export function readPicture(file: RandomAccessBytes): StoredPicture {
  const format = formatOf(file);
  requireBearable(format.readHead(file), file.length);
  return format.decode(readBytes(file, 0, file.length));
}
