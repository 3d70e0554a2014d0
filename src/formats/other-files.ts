/** Files that people take for models tinyml could read, and the way from them to one that it reads. */

import { type TinymlError, unsupportedError } from '../core/errors.ts';
import { firstMessage, outerFields } from './protobuf/outer-fields.ts';

interface OtherFile {
  /** `a PyTorch file` */
  readonly what: string;
  readonly wayOut: string;
  recognizes(bytes: Uint8Array): boolean;
}

const ZIP_MARK = 'PK\u0003\u0004';
/** Where the length of the name of a zip's first member is, and the name. */
const NAME_LENGTH = 26;
const NAME = 30;
/** What `torch.save` wrote before 1.6: a pickle of this number. */
const PICKLED_MAGIC = '\u0080\u0002\u008a\u000a\u006c\u00fc\u009c\u0046\u00f9\u0020';
/** The last bytes of a table of names and places, as checkpoints of TensorFlow have it. */
const TABLE_MARK = '\u0057\u00fb\u0080\u008b\u0024\u0075\u0047\u00db';
/** Behind the offset of the root of a flatbuffer. */
const IDENTIFIER_AT = 4;
/** Enough to know a text. */
const LOOKED_AT_BYTES = 1024;
/** The header of safetensors is JSON behind its length of eight bytes. */
const JSON_AT = 8;

/** One character for a byte. */
function characters(bytes: Uint8Array, start: number, count: number): string {
  return String.fromCharCode(...bytes.subarray(start, start + count));
}

function firstMember(bytes: Uint8Array): string | undefined {
  if (characters(bytes, 0, ZIP_MARK.length) !== ZIP_MARK || bytes.length < NAME) return undefined;
  return characters(bytes, NAME, bytes[NAME_LENGTH] + (bytes[NAME_LENGTH + 1] << 8));
}

function isSafetensors(bytes: Uint8Array): boolean {
  if (bytes.length <= JSON_AT || characters(bytes, JSON_AT, 2) !== '{"') return false;
  const length = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true);
  return length <= BigInt(bytes.length - JSON_AT);
}

/** Of protocol 2 to 5, behind which an instruction stands: so no offset at which a flatbuffer begins is one. */
function isPickle([mark, protocol, instruction]: Uint8Array): boolean {
  return mark === 0x80 && protocol >= 2 && protocol <= 5 && instruction > 0;
}

/** `Model` of Core ML: the version of its specification, a description, and one of many kinds from 200 on. */
function isCoreMl(bytes: Uint8Array): boolean {
  const fields = outerFields(bytes);
  if (fields?.get(1) !== 'varint' || fields.get(2) !== 'bytes') return false;
  return [...fields.keys()].some((number) => number >= 200);
}

/** `NetParameter` of Caffe, its layers at 100. */
function isCaffe(bytes: Uint8Array): boolean {
  const fields = outerFields(bytes);
  return fields?.get(1) === 'bytes' && fields.get(100) === 'bytes';
}

/** `ProgramDesc` of PaddlePaddle: blocks that begin with their own number and that of their parent. */
function isPaddle(bytes: Uint8Array): boolean {
  const fields = outerFields(bytes);
  if (fields === undefined || ![...fields.keys()].every((number) => number <= 5)) return false;
  const block = firstMessage(bytes);
  const inside = block && outerFields(block);
  return inside?.get(1) === 'varint' && inside.get(2) === 'varint' && inside.get(3) === 'bytes';
}

/** Nothing but blanks and a declaration before the root of a network. */
function isOpenVino(bytes: Uint8Array): boolean {
  return /^\s*(<\?xml[^>]*>\s*)?<net\s/.test(characters(bytes, 0, LOOKED_AT_BYTES));
}

const EXPORT = 'torch.onnx.export(net.eval(), example_input, "net.onnx", dynamo=False, opset_version=17)';

const OTHER_FILES: readonly OtherFile[] = [
  {
    what: 'a PyTorch file, which only PyTorch reads',
    wayOut: `Load it in Python and export it: ${EXPORT}; then give net.onnx.`,
    recognizes: (bytes) =>
      characters(bytes, 0, PICKLED_MAGIC.length) === PICKLED_MAGIC ||
      /(^|\/)(data\.pkl|\.format_version)$/.test(firstMember(bytes) ?? ''),
  },
  {
    what: 'a safetensors file: weights without the network that they belong to',
    wayOut: `Load them into the network in Python and export it: ${EXPORT}; then give net.onnx.`,
    recognizes: isSafetensors,
  },
  {
    what: 'a Python pickle, which only Python reads',
    wayOut:
      'Of a PyTorch or Keras network in it, export ONNX or save a .keras file; of anything else, train a network on the same data: tinyml init --from DATA.',
    recognizes: isPickle,
  },
  {
    what: 'a Core ML model, made for Apple devices',
    wayOut: 'Export the PyTorch or Keras network that it was made of, as ONNX or .keras.',
    recognizes: isCoreMl,
  },
  {
    what: 'a PaddlePaddle model',
    wayOut:
      'Make ONNX of it in Python: paddle2onnx --model_dir . --model_filename net.pdmodel --params_filename net.pdiparams --save_file net.onnx; then give net.onnx.',
    recognizes: isPaddle,
  },
  {
    what: 'a Caffe model',
    wayOut: 'Load its weights into the same network in PyTorch or Keras, and export that as ONNX or .keras.',
    recognizes: isCaffe,
  },
  {
    what: 'a model of ONNX Runtime (.ort)',
    wayOut: 'Give the .onnx file that it was made of.',
    recognizes: (bytes) => characters(bytes, IDENTIFIER_AT, 4) === 'ORTM',
  },
  {
    what: 'a model of OpenVINO',
    wayOut: 'Give the .onnx, .pb or .tflite file that it was made of.',
    recognizes: isOpenVino,
  },
  {
    what: 'a model of ncnn',
    wayOut: 'Give the .onnx file that it was made of.',
    recognizes: (bytes) => /^7767517\s/.test(characters(bytes, 0, 8)),
  },
  {
    what: 'a language model (GGUF)',
    wayOut: 'Networks of some hundred kilobytes fit on a microcontroller; give one of those.',
    recognizes: (bytes) => characters(bytes, 0, 4) === 'GGUF',
  },
  {
    what: 'part of a TensorFlow checkpoint: weights without the network that they belong to',
    wayOut: 'Save the model that they are loaded into, with model.export("folder"), and give the folder.',
    recognizes: (bytes) =>
      characters(bytes, Math.max(0, bytes.length - TABLE_MARK.length), TABLE_MARK.length) === TABLE_MARK ||
      characters(bytes, 0, LOOKED_AT_BYTES).startsWith('model_checkpoint_path: "'),
  },
  {
    what: 'a zip archive with a model in it',
    wayOut: 'Unpack it and give the file in it.',
    recognizes: (bytes) => /\.(tflite|onnx|h5|keras|pb)$/.test(firstMember(bytes) ?? ''),
  },
];

/** Says what the file is (unsupported); undefined where it is none of these. */
export function otherFileError(bytes: Uint8Array, name: string): TinymlError | undefined {
  const other = OTHER_FILES.find(({ recognizes }) => recognizes(bytes));
  return other && unsupportedError('other-model-format', `${name} is ${other.what}.`, other.wayOut);
}
