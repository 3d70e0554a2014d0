/** Files that people take for models tinyml could read, and the way from them to one that it reads. */

import { type TinymlError, unsupportedError } from '../core/errors.ts';

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
