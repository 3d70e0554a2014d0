/** The allocation of a model step by step, as MicroInterpreter::AllocateTensors does it (90b983c2). */

import type { ModelOutline, OutlineTensor } from '../ir/outline.ts';
import { Arena } from './arena.ts';
import { NOT_PLANNED_OFFLINE, type Operators } from './buffer-requests.ts';
import type { BuildProfile, StructLayout } from './build-profile.ts';
import type { OperatorMemory } from './operator-memory.ts';

/** Scratch buffers that one operator may ask for: there is room for as many more while operators are prepared. */
const MAX_SCRATCH_PER_OPERATOR = 12;
const INT32_BYTES = 4;

/** Follows MicroInterpreter::AllocateTensors step by step. */
export class Allocation {
  readonly #outline: ModelOutline;
  readonly #profile: BuildProfile;
  readonly #all: readonly OperatorMemory[];
  readonly #arena = new Arena();

  constructor(outline: ModelOutline, profile: BuildProfile, operators: Operators) {
    this.#outline = outline;
    this.#profile = profile;
    this.#all = operators.flat();
  }

  #reserveScratchRequests(count: number): void {
    const { bytes } = this.#profile.scratchRequest;
    this.#arena.setHead(bytes * (count + MAX_SCRATCH_PER_OPERATOR));
  }

  /** MicroAllocator::Create, and MicroResourceVariables::Create where there is any. */
  #create(variableCount: number): void {
    const { allocatorObjects, resourceVariables } = this.#profile;
    for (const object of allocatorObjects) this.#arena.keep('allocator and planner objects', object);
    if (variableCount === 0) return;
    this.#arena.keepBuffer('variables', resourceVariables.objectBytes);
    this.#arena.keepBuffer('variables', resourceVariables.bytesPerVariable * variableCount);
  }

  /** MicroAllocator::StartModelAllocation. */
  #start(): void {
    const { optionsAllocator, subgraphAllocations, evalTensor, nodeAndRegistration } = this.#profile;
    const { subgraphs } = this.#outline;
    this.#arena.keep('allocator and planner objects', optionsAllocator);
    this.#reserveScratchRequests(0);
    this.#arena.keep('tensor structures', subgraphAllocations, subgraphs.length);
    for (const { tensors } of subgraphs) this.#arena.keep('tensor structures', evalTensor, tensors.length);
    for (const { operators } of subgraphs) {
      this.#arena.keep('operator structures', nodeAndRegistration, operators.length);
    }
  }

  /** Options and Init of all operators, then Prepare of each. */
  #prepareOperators(): void {
    for (const { options } of this.#all) if (options) this.#arena.keep('operator options', options);
    for (const { name, init } of this.#all) {
      for (const bytes of init) this.#arena.keepBuffer(`kernel data: ${name}`, bytes);
    }
    let scratchCount = 0;
    for (const operator of this.#all) {
      for (const tensor of operator.fetches)
        this.#tensorStructures(tensor, (layout) => this.#arena.take(layout));
      this.#release(operator);
      const what = operator.name === 'ASSIGN_VARIABLE' ? 'variables' : `kernel data: ${operator.name}`;
      for (const bytes of operator.prepare) this.#arena.keepBuffer(what, bytes);
      scratchCount += operator.scratch.length;
      this.#reserveScratchRequests(scratchCount);
    }
  }

  /** MicroAllocator::DeallocateTempTfLiteTensor follows two pointers; what lies behind them in memory it leaves alone. */
  #release({ overwrites, fetches }: OperatorMemory): void {
    if (overwrites === 'all') this.#arena.releaseAll();
    const tensor = fetches.at(-1);
    if (overwrites !== 'last-parameters' || tensor?.quantization === undefined) return;
    const { affineQuantization, pointer } = this.#profile;
    const zeroPoints = INT32_BYTES * (1 + tensor.quantization.scales.length);
    this.#arena.release(affineQuantization.bytes - 2 * pointer.bytes + zeroPoints);
  }

  /** InitializeTfLiteTensorFromFlatbuffer. */
  #tensorStructures({ quantization }: OutlineTensor, allocate: (layout: StructLayout) => void): void {
    const { tensor, affineQuantization } = this.#profile;
    allocate(tensor);
    if (quantization === undefined) return;
    allocate(affineQuantization);
    allocate({ bytes: INT32_BYTES * (1 + quantization.scales.length), align: INT32_BYTES });
  }

  /** MicroAllocator::AllocateVariables, which looks up every subgraph's tensors in the plan of the first. */
  #keepVariables(): void {
    for (const { tensors } of this.#outline.subgraphs) {
      tensors.forEach(({ storage, bytes }, index) => {
        const offline = this.#outline.offlinePlan?.[index] ?? NOT_PLANNED_OFFLINE;
        if (storage === 'variable' && offline === NOT_PLANNED_OFFLINE) {
          this.#arena.keepBuffer('variables', bytes);
        }
      });
    }
  }

  /** MicroAllocator::FinishModelAllocation. */
  #plan(bufferCount: number, headBytes: number): void {
    const { pointer, allocationInfo, plannerBytesPerBuffer } = this.#profile;
    const tensorCount = this.#outline.subgraphs.reduce((sum, { tensors }) => sum + tensors.length, 0);
    const scratchCount = this.#all.reduce((sum, { scratch }) => sum + scratch.length, 0);
    if (scratchCount > 0) this.#arena.keep('scratch buffer handles', pointer, scratchCount);
    this.#arena.take(pointer, this.#outline.subgraphs.length);
    this.#arena.take(allocationInfo, tensorCount + scratchCount);
    this.#keepVariables();
    this.#arena.takeAligned(plannerBytesPerBuffer * bufferCount);
    this.#arena.setHead(headBytes);
  }

  #keepEndpoints(): void {
    const { inputs, outputs, tensors } = this.#outline.subgraphs[0];
    const what = 'input and output tensors';
    for (const indices of [inputs, outputs]) {
      this.#arena.keepBuffer(what, this.#profile.pointer.bytes * indices.length);
      for (const index of indices) {
        this.#tensorStructures(tensors[index], (layout) => this.#arena.keep(what, layout));
      }
    }
  }

  /** The arena after it all. */
  run(variableCount: number, bufferCount: number, headBytes: number): Arena {
    this.#create(variableCount);
    this.#start();
    this.#prepareOperators();
    this.#plan(bufferCount, headBytes);
    this.#keepEndpoints();
    return this.#arena;
  }
}
