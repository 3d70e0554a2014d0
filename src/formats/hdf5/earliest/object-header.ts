/** Version 1 of object headers (HDF5 File Format Specification 3.0, IV.A.1.a). */

import { type FileBytes, requireForm } from './file-bytes.ts';

export const MESSAGE = {
  nil: 0x00,
  dataspace: 0x01,
  datatype: 0x03,
  fill: 0x05,
  layout: 0x08,
  attribute: 0x0c,
  continuation: 0x10,
  symbolTable: 0x11,
  time: 0x12,
} as const;

const KNOWN = new Set<number>(Object.values(MESSAGE));

/** Where its data lie. */
export interface Message {
  readonly type: number;
  readonly at: number;
  readonly size: number;
}

const MESSAGE_HEADER = 8;
/** Flags that mean nothing to readers: constant, and never to be shared. */
const FLAGS = 1 | 4;

interface Block {
  readonly at: number;
  readonly size: number;
}

const TIME_VERSION = 1;
const FILL_VERSIONS = [1, 2];

/** What elements are that were never written; nobody reads it where all are. */
function checkFill(file: FileBytes, { at, size }: Message): void {
  const isDefined = file.u8(at + 3);
  requireForm(FILL_VERSIONS.includes(file.u8(at)) && isDefined <= 1, 'another fill value');
  requireForm(isDefined === 0 || 8 + file.u32(at + 4) <= size, 'a fill value does not fit');
}

function readBlock(file: FileBytes, at: number): Block {
  const block = { at: file.u64(at), size: file.u64(at + 8) };
  requireForm(block.size > 0, 'an empty block');
  return block;
}

function readMessage(file: FileBytes, at: number, end: number): Message {
  file.step();
  const [type, size, flags] = [file.u16(at), file.u16(at + 2), file.u8(at + 4)];
  requireForm(KNOWN.has(type) && (flags & ~FLAGS) === 0, `a message of type ${type}`);
  requireForm(size % 8 === 0 && at + MESSAGE_HEADER + size <= end, 'a message does not fit');
  const message = { type, at: at + MESSAGE_HEADER, size };
  if (type === MESSAGE.time) requireForm(file.u8(message.at) === TIME_VERSION, 'another time');
  if (type === MESSAGE.fill) checkFill(file, message);
  return message;
}

/** All messages of the object whose header begins at `address`. */
export function readMessages(file: FileBytes, address: number): readonly Message[] {
  requireForm(file.u8(address) === 1, 'another object header');
  const blocks: Block[] = [{ at: address + 16, size: file.u32(address + 8) }];
  const messages: Message[] = [];
  file.own(address, address);
  for (const { at, size } of blocks) {
    file.own(at, address);
    for (let next = at; next < at + size; ) {
      const message = readMessage(file, next, at + size);
      messages.push(message);
      if (message.type === MESSAGE.continuation) blocks.push(readBlock(file, message.at));
      next = message.at + message.size;
    }
  }
  requireForm(messages.length === file.u16(address + 2), 'another number of messages');
  return messages;
}

/** The only message of the type; undefined where there is none. */
export function messageOf(messages: readonly Message[], type: number): Message | undefined {
  const found = messages.filter((message) => message.type === type);
  requireForm(found.length <= 1, 'several messages for one thing');
  return found[0];
}
