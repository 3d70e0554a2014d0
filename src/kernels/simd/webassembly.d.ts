/** The part of WebAssembly's interface that is used; TypeScript has it only together with all of a browser's. */

interface WasmMemory {
  readonly buffer: ArrayBuffer;
}

interface WasmModule {
  readonly wasmModule: unique symbol;
}

declare var WebAssembly: {
  readonly Memory: new (size: {
    readonly initial: number;
    readonly maximum: number;
    readonly shared?: boolean;
  }) => WasmMemory;
  readonly Module: new (bytes: Uint8Array) => WasmModule;
  readonly Instance: new (
    module: WasmModule,
    imports: Readonly<Record<string, object>>,
  ) => { readonly exports: object };
};
