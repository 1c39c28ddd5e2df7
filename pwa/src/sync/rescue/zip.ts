/** The inside of a rescue file: a ZIP whose members are stored as they are. The server accepts exactly this and nothing else. */
import type { Bytes } from './shell';

export interface Member {
  readonly name: string;
  readonly crc: number;
  readonly size: number;
  readonly offset: number;
}

const LOCAL_SIZE = 30;
const ENTRY_SIZE = 46;
const END_SIZE = 22;
const UTF8 = 0x0800;
/** The first day that a ZIP can name: when a member was written says nothing. */
const DAY = 0x21;

const TABLE = Uint32Array.from({ length: 256 }, (_none, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  return value;
});

export const crc32 = (bytes: Uint8Array): number => {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (TABLE[(crc ^ byte) & 0xff] ?? 0) ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
};

/** Little-endian numbers, one after another: [bytes, value]. */
const numbers = (into: DataView, at: number, list: readonly (readonly [2 | 4, number])[]): void => {
  let place = at;
  for (const [size, value] of list) {
    if (size === 2) into.setUint16(place, value, true);
    else into.setUint32(place, value, true);
    place += size;
  }
};

const named = (size: number, name: string): { bytes: Bytes; view: DataView } => {
  const bytes = new Uint8Array(size + name.length);
  bytes.set(new TextEncoder().encode(name), size);
  return { bytes, view: new DataView(bytes.buffer) };
};

/** What stands before a member's bytes. */
export const localOf = ({ name, crc, size }: Member): Bytes => {
  const { bytes, view } = named(LOCAL_SIZE, name);
  numbers(view, 0, [[4, 0x04034b50], [2, 20], [2, UTF8], [2, 0], [2, 0], [2, DAY], [4, crc], [4, size], [4, size], [2, name.length], [2, 0]]);
  return bytes;
};

const entryOf = ({ name, crc, size, offset }: Member): Bytes => {
  const { bytes, view } = named(ENTRY_SIZE, name);
  numbers(view, 0, [
    [4, 0x02014b50], [2, 20], [2, 20], [2, UTF8], [2, 0], [2, 0], [2, DAY], [4, crc], [4, size], [4, size], [2, name.length],
    [2, 0], [2, 0], [2, 0], [2, 0], [4, 0], [4, offset],
  ]);
  return bytes;
};

export const joined = (parts: readonly Uint8Array[]): Bytes => {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
};

/** The ZIP's directory, which begins at `start`. */
export const directoryOf = (members: readonly Member[], start: number): Bytes => {
  const entries = joined(members.map(entryOf));
  const end = new Uint8Array(END_SIZE);
  numbers(new DataView(end.buffer), 0, [
    [4, 0x06054b50], [2, 0], [2, 0], [2, members.length], [2, members.length], [4, entries.length], [4, start], [2, 0],
  ]);
  return joined([entries, end]);
};

export const spanOf = ({ name, size }: Member): number => LOCAL_SIZE + name.length + size;
