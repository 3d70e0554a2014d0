/** What a `.tflite` file says of itself under a name that TFLM does not know, and leaves alone. */

import { ByteBuffer } from 'flatbuffers';
import { Model } from './generated/tflite_generated.ts';
import { verifyModel } from './verify.ts';

/** The bytes of the first metadata of that name; undefined where there is none. Throws input errors for damaged files. */
export function readNote(file: Uint8Array, name: string): Uint8Array | undefined {
  verifyModel(file);
  const model = Model.getRootAsModel(new ByteBuffer(file));
  for (let index = 0; index < model.metadataLength(); index++) {
    const metadata = model.metadata(index);
    if (metadata?.name() !== name) continue;
    const buffer = metadata.buffer();
    return (buffer < model.buffersLength() ? model.buffers(buffer)?.dataArray() : undefined) ?? undefined;
  }
  return undefined;
}
