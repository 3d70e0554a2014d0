import { zipSync } from 'fflate';
import { expect, it } from 'vitest';
import { readModel, tfliteSource } from '../../src/formats/model-file.ts';
import { writeMessage } from './protobuf/write-message.ts';

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
  ['net.pkl', Uint8Array.of(0x80, 4, 0x95, 10, 0, 0), 'a Python pickle', 'tinyml init --from'],
  [
    'net.mlmodel',
    writeMessage([
      [1, 4],
      [2, 'description'],
      [500, 'network'],
    ]),
    'a Core ML model',
    'ONNX',
  ],
  [
    'net.pdmodel',
    writeMessage([
      [
        1,
        writeMessage([
          [1, 0],
          [2, 1],
          [3, 'variable'],
        ]),
      ],
      [4, 'version'],
    ]),
    'a PaddlePaddle model',
    'paddle2onnx --model_dir',
  ],
  [
    'net.caffemodel',
    writeMessage([
      [1, 'LeNet'],
      [100, 'layer'],
    ]),
    'a Caffe model',
    'PyTorch or Keras',
  ],
  ['net.ort', text('\u0018\0\0\0ORTM and more'), 'a model of ONNX Runtime', '.onnx file'],
  ['net.xml', text('<?xml version="1.0"?>\n<net name="net" version="11">'), 'a model of OpenVINO', '.onnx'],
  ['net.param', text('7767517\n3 3\nInput data'), 'a model of ncnn', '.onnx file'],
  ['net.gguf', text('GGUF and more'), 'a language model', 'microcontroller'],
  [
    'checkpoint',
    text('model_checkpoint_path: "net.ckpt"\n'),
    'part of a TensorFlow checkpoint',
    'model.export(',
  ],
  [
    'net.ckpt.index',
    Uint8Array.of(0, 0, 1, 0x57, 0xfb, 0x80, 0x8b, 0x24, 0x75, 0x47, 0xdb),
    'part of a TensorFlow checkpoint',
    'model.export(',
  ],
  ['net.zip', zipped('net.tflite'), 'a zip archive', 'Unpack it'],
])('%s is called by its name, with the way out', async (name, bytes, what, hint) => {
  await expect(readModel(bytes, { name })).rejects.toMatchObject({
    kind: 'unsupported',
    message: expect.stringContaining(`${name} is ${what}`),
    hint: expect.stringContaining(hint),
  });
});

it('is told where only .tflite files are looked at, too', () => {
  expect(() => tfliteSource(text('GGUF and more'), 'net.gguf')).toThrow('net.gguf is a language model');
  expect(() => tfliteSource(text('no model'), 'net.txt')).toThrow(
    'net.txt is no model file that tinyml knows',
  );
});

it('leaves other archives and bytes to those who know them', async () => {
  await expect(readModel(zipped('config.json'))).rejects.not.toMatchObject({ code: 'other-model-format' });
  await expect(readModel(safetensors('no JSON'))).rejects.not.toMatchObject({ code: 'other-model-format' });
});
