import { zipSync } from 'fflate';
import { expect, it } from 'vitest';
import { readModel } from '../../src/formats/model-file.ts';

const text = (content: string): Uint8Array => new TextEncoder().encode(content);
const zipped = (name: string): Uint8Array => zipSync({ [name]: text('content') });

function safetensors(header: string): Uint8Array {
  const bytes = new Uint8Array(8 + header.length);
  bytes[0] = header.length;
  bytes.set(text(header), 8);
  return bytes;
}

it.each([
  ['net.pt', zipped('net/data.pkl'), 'a PyTorch file', 'torch.onnx.export('],
  [
    'old.pth',
    Uint8Array.of(0x80, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a),
    'a PyTorch file',
    'torch.onnx.export(',
  ],
  ['net.safetensors', safetensors('{"w":{}}'), 'a safetensors file', 'torch.onnx.export('],
  ['net.zip', zipped('net.tflite'), 'a zip archive', 'Unpack it'],
])('%s is called by its name, with the way out', async (name, bytes, what, hint) => {
  await expect(readModel(bytes, { name })).rejects.toMatchObject({
    kind: 'unsupported',
    message: expect.stringContaining(`${name} is ${what}`),
    hint: expect.stringContaining(hint),
  });
});

it('leaves other archives and bytes to those who know them', async () => {
  await expect(readModel(zipped('config.json'))).rejects.not.toMatchObject({ code: 'other-model-format' });
  await expect(readModel(safetensors('no JSON'))).rejects.not.toMatchObject({ code: 'other-model-format' });
});
