/** How formats of models and their files are called: in help, which loads no reader, in hints, and of importers. */

/** How a format and its files are called. */
export interface FormatNames {
  /** Of the format and of who writes it, as help and hints have it: `ONNX (PyTorch)`. */
  readonly title: string;
  /** How its files are usually called; the content decides. */
  readonly files: string;
  /** Where a folder is given, the file in it that is read. */
  readonly folderFile?: string;
}

/** In the order in which people are told of them. */
export const FORMATS = {
  tflite: { title: 'TensorFlow Lite', files: 'a .tflite file' },
  kerasH5: { title: 'Keras 2', files: 'a .h5 file' },
  kerasZip: { title: 'Keras 3', files: 'a .keras file' },
  onnx: { title: 'ONNX (PyTorch)', files: 'a .onnx file' },
  frozen: { title: 'TensorFlow frozen graph', files: 'a frozen .pb file' },
  savedModel: {
    title: 'TensorFlow SavedModel',
    files: 'a SavedModel folder',
    folderFile: 'saved_model.pb',
  },
  graphModel: { title: 'TensorFlow.js graph model', files: 'the model.json of TensorFlow.js' },
  layersModel: {
    title: 'TensorFlow.js layers model',
    files: 'the model.json of TensorFlow.js',
    folderFile: 'model.json',
  },
  cSource: {
    title: 'C source with the array of a model',
    files: 'C source with the array of a model',
  },
} as const satisfies Readonly<Record<string, FormatNames>>;

/** `a .tflite file, a .h5 file, … or C source with the array of a model`: each kind of file once. */
export function modelFileKinds(): string {
  const kinds = [...new Set(Object.values(FORMATS).map(({ files }) => files))];
  return `${kinds.slice(0, -1).join(', ')} or ${kinds[kinds.length - 1]}`;
}
