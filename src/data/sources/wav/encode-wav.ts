/** Sound as the bytes of a WAV file: what `wav-layout.ts` reads. */

const HEADER_BYTES = 44;
const FULL_SCALE = 32767;

/** One channel of 16 bits, `rate` samples a second; `sound` is −1 … 1 at full scale, and clipped there. */
export function encodeWav(sound: ArrayLike<number>, rate: number): Uint8Array {
  const samples = Int16Array.from({ length: sound.length }, (_, i) =>
    Math.round(FULL_SCALE * Math.max(-1, Math.min(1, sound[i]))),
  );
  return encodeSamples(samples, rate);
}

/** One channel, `rate` samples a second. */
export function encodeSamples(samples: Int16Array, rate: number): Uint8Array {
  const bytes = new Uint8Array(HEADER_BYTES + 2 * samples.length);
  const view = new DataView(bytes.buffer);
  const tag = (offset: number, text: string): void => {
    for (let i = 0; i < text.length; i++) bytes[offset + i] = text.charCodeAt(i);
  };
  tag(0, 'RIFF');
  view.setUint32(4, bytes.length - 8, true);
  tag(8, 'WAVEfmt ');
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, rate, true);
  view.setUint32(28, 2 * rate, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  tag(36, 'data');
  view.setUint32(40, 2 * samples.length, true);
  for (const [i, sample] of samples.entries()) view.setInt16(HEADER_BYTES + 2 * i, sample, true);
  return bytes;
}
