/**
 * A real TensorFlow Lite (2.9.0, C API) for tests that ask whether somebody else's runtime loads and runs our files.
 * Its fast int8 kernels round once where TFLM rounds twice, so it may be 1 off: it proves acceptance, not exactness.
 * Its packages are installed apart, by test/tools/install-if-needed.js; where they are missing, tests skip.
 */

import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export type Runtime =
  | {
      readonly ok: true;
      /** One inference: raw little-endian tensor bytes in, raw bytes out. Throws where TensorFlow Lite refuses. */
      run(model: Uint8Array, inputs: readonly Uint8Array[]): Uint8Array[];
      /** For more than one inference, on one thread. */
      open(model: Uint8Array): OpenModel;
    }
  | { readonly ok: false; readonly why: string };

export interface OpenModel {
  /** Raw little-endian tensor bytes. */
  setInputs(inputs: readonly Uint8Array[]): void;
  /** One inference with the inputs that are set. */
  invoke(): void;
  outputs(): Uint8Array[];
  close(): void;
}

/** A pointer that only the library looks into. */
interface Opaque {
  readonly opaque: unique symbol;
}

const SIGNATURES = {
  TfLiteModelCreate: 'void *TfLiteModelCreate(const void *data, size_t bytes)',
  TfLiteModelDelete: 'void TfLiteModelDelete(void *model)',
  TfLiteInterpreterOptionsCreate: 'void *TfLiteInterpreterOptionsCreate()',
  TfLiteInterpreterOptionsDelete: 'void TfLiteInterpreterOptionsDelete(void *options)',
  TfLiteInterpreterOptionsSetNumThreads:
    'void TfLiteInterpreterOptionsSetNumThreads(void *options, int threads)',
  TfLiteInterpreterCreate: 'void *TfLiteInterpreterCreate(void *model, void *options)',
  TfLiteInterpreterDelete: 'void TfLiteInterpreterDelete(void *interpreter)',
  TfLiteInterpreterAllocateTensors: 'int TfLiteInterpreterAllocateTensors(void *interpreter)',
  TfLiteInterpreterInvoke: 'int TfLiteInterpreterInvoke(void *interpreter)',
  TfLiteInterpreterGetInputTensorCount: 'int TfLiteInterpreterGetInputTensorCount(void *interpreter)',
  TfLiteInterpreterGetInputTensor: 'void *TfLiteInterpreterGetInputTensor(void *interpreter, int index)',
  TfLiteInterpreterGetOutputTensorCount: 'int TfLiteInterpreterGetOutputTensorCount(void *interpreter)',
  TfLiteInterpreterGetOutputTensor: 'void *TfLiteInterpreterGetOutputTensor(void *interpreter, int index)',
  TfLiteTensorByteSize: 'size_t TfLiteTensorByteSize(void *tensor)',
  TfLiteTensorCopyFromBuffer: 'int TfLiteTensorCopyFromBuffer(void *tensor, const void *data, size_t bytes)',
  TfLiteTensorCopyToBuffer: 'int TfLiteTensorCopyToBuffer(void *tensor, _Out_ void *data, size_t bytes)',
} as const;

interface CApi {
  TfLiteModelCreate(data: Uint8Array, bytes: number): Opaque | null;
  TfLiteModelDelete(model: Opaque): void;
  TfLiteInterpreterOptionsCreate(): Opaque;
  TfLiteInterpreterOptionsDelete(options: Opaque): void;
  TfLiteInterpreterOptionsSetNumThreads(options: Opaque, threads: number): void;
  TfLiteInterpreterCreate(model: Opaque, options: Opaque): Opaque | null;
  TfLiteInterpreterDelete(interpreter: Opaque): void;
  TfLiteInterpreterAllocateTensors(interpreter: Opaque): number;
  TfLiteInterpreterInvoke(interpreter: Opaque): number;
  TfLiteInterpreterGetInputTensorCount(interpreter: Opaque): number;
  TfLiteInterpreterGetInputTensor(interpreter: Opaque, index: number): Opaque;
  TfLiteInterpreterGetOutputTensorCount(interpreter: Opaque): number;
  TfLiteInterpreterGetOutputTensor(interpreter: Opaque, index: number): Opaque;
  TfLiteTensorByteSize(tensor: Opaque): number;
  TfLiteTensorCopyFromBuffer(tensor: Opaque, data: Uint8Array, bytes: number): number;
  TfLiteTensorCopyToBuffer(tensor: Opaque, data: Uint8Array, bytes: number): number;
}

/** The part of koffi that is used; its own types are absent where it is not installed. */
interface Koffi {
  load(path: string): { func(definition: string): unknown };
}

const LIBRARIES: Readonly<Record<string, string>> = {
  'linux-x64': 'linux_amd64/libtensorflowlite_c.so',
  'linux-arm64': 'linux_arm64/libtensorflowlite_c.so',
  'darwin-arm64': 'darwin_arm64/libtensorflowlite_c.dylib',
  'win32-x64': 'windows_amd64/tensorflowlite_c.dll',
};

/** A copy in memory of its own, which stays where it is; short typed arrays may live inside the moving heap. */
function pinnedCopy(bytes: Uint8Array): Uint8Array {
  const copy = new Uint8Array(new ArrayBuffer(bytes.length));
  copy.set(bytes);
  return copy;
}

function must(status: number, what: string): void {
  if (status !== 0) throw new Error(`TensorFlow Lite refuses to ${what} (status ${status})`);
}

function setInputs(api: CApi, interpreter: Opaque, inputs: readonly Uint8Array[]): void {
  const count = api.TfLiteInterpreterGetInputTensorCount(interpreter);
  if (count !== inputs.length) throw new Error(`the model has ${count} inputs, not ${inputs.length}`);
  for (const [index, input] of inputs.entries()) {
    const tensor = api.TfLiteInterpreterGetInputTensor(interpreter, index);
    must(
      api.TfLiteTensorCopyFromBuffer(tensor, pinnedCopy(input), input.length),
      `take ${input.length} bytes instead of ${api.TfLiteTensorByteSize(tensor)} for input ${index}`,
    );
  }
}

function outputsOf(api: CApi, interpreter: Opaque): Uint8Array[] {
  return Array.from({ length: api.TfLiteInterpreterGetOutputTensorCount(interpreter) }, (_, index) => {
    const tensor = api.TfLiteInterpreterGetOutputTensor(interpreter, index);
    const output = pinnedCopy(new Uint8Array(api.TfLiteTensorByteSize(tensor)));
    must(api.TfLiteTensorCopyToBuffer(tensor, output, output.length), `give output ${index}`);
    return output;
  });
}

function createInterpreter(api: CApi, model: Opaque): Opaque {
  const options = api.TfLiteInterpreterOptionsCreate();
  api.TfLiteInterpreterOptionsSetNumThreads(options, 1);
  const interpreter = api.TfLiteInterpreterCreate(model, options);
  api.TfLiteInterpreterOptionsDelete(options);
  if (interpreter === null) throw new Error('TensorFlow Lite refuses to build an interpreter');
  return interpreter;
}

/** TensorFlow Lite reads the model where it lies, so its bytes are held here as long as it may look. */
const modelsInUse = new Set<Uint8Array>();

function openModel(api: CApi, bytes: Uint8Array): OpenModel {
  const held = pinnedCopy(bytes);
  const model = api.TfLiteModelCreate(held, held.length);
  if (model === null) throw new Error('TensorFlow Lite refuses to read the model');
  modelsInUse.add(held);
  let interpreter: Opaque | undefined;
  const close = (): void => {
    if (interpreter !== undefined) api.TfLiteInterpreterDelete(interpreter);
    api.TfLiteModelDelete(model);
    modelsInUse.delete(held);
  };
  try {
    interpreter = createInterpreter(api, model);
    must(api.TfLiteInterpreterAllocateTensors(interpreter), 'allocate the tensors');
  } catch (error) {
    close();
    throw error;
  }
  const opened = interpreter;
  return {
    setInputs: (inputs) => setInputs(api, opened, inputs),
    invoke: () => must(api.TfLiteInterpreterInvoke(opened), 'invoke'),
    outputs: () => outputsOf(api, opened),
    close,
  };
}

function runOnce(api: CApi, bytes: Uint8Array, inputs: readonly Uint8Array[]): Uint8Array[] {
  const model = openModel(api, bytes);
  try {
    model.setInputs(inputs);
    model.invoke();
    return model.outputs();
  } finally {
    model.close();
  }
}

/** Loads the library that is installed in `folder`; says in `why` what is missing. */
export function loadRuntime(folder = fileURLToPath(new URL('.', import.meta.url))): Runtime {
  const library = LIBRARIES[`${process.platform}-${process.arch}`];
  if (library === undefined)
    return { ok: false, why: `no TensorFlow Lite for ${process.platform} ${process.arch}` };
  const path = join(folder, 'node_modules/tfjs-tflite-node/cc_deps', library);
  if (!existsSync(path)) {
    return { ok: false, why: 'needs node test/tools/install-if-needed.js --with-runtime' };
  }
  try {
    const koffi: Koffi = createRequire(join(folder, 'package.json'))('koffi');
    const loaded = koffi.load(path);
    const api = Object.fromEntries(
      Object.entries(SIGNATURES).map(([name, signature]) => [name, loaded.func(signature)]),
    ) as unknown as CApi;
    return {
      ok: true,
      run: (model, inputs) => runOnce(api, model, inputs),
      open: (model) => openModel(api, model),
    };
  } catch (error) {
    const [reason] = String(error).split('\n');
    return { ok: false, why: `TensorFlow Lite does not load: ${reason}` };
  }
}
