/**
 * JSON from outside. Beyond the grammar it refuses what two parsers could read differently or what could reach an
 * object's prototype: double keys, prototype keys, and nesting without end.
 */
import type { Json } from './shape';

const MAX_DEPTH = 64;
const FORBIDDEN = new Set(['__proto__', 'constructor', 'prototype']);

export class BadJson extends Error {
  override readonly name = 'BadJson';
}

const [QUOTE, BACKSLASH, COMMA, COLON] = [0x22, 0x5c, 0x2c, 0x3a];
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];

/** Where a string that begins at `from` ends. */
const closing = (source: string, from: number): number => {
  for (let end = source.indexOf('"', from + 1); ; end = source.indexOf('"', end + 1)) {
    let slashes = end - 1;
    while (source.charCodeAt(slashes) === BACKSLASH) slashes -= 1;
    if ((end - slashes) % 2 === 1) return end;
  }
};

/** Walks a text that is known to be JSON, once, and looks only at brackets and keys. */
class Walk {
  readonly #source: string;
  /** Keys already seen in each open object; null for an open list. */
  readonly #open: (Set<string> | null)[] = [];
  #awaitsKey = false;

  constructor(source: string) {
    this.#source = source;
  }

  check(): void {
    for (let at = 0; at < this.#source.length; at += 1) {
      const code = this.#source.charCodeAt(at);
      if (code === QUOTE) at = this.#string(at);
      else this.#mark(code);
    }
  }

  #mark(code: number): void {
    if (code === COMMA || code === COLON) this.#awaitsKey = code === COMMA && this.#open.at(-1) !== null;
    else if (code === OPEN_OBJECT || code === OPEN_LIST) this.#enter(code === OPEN_OBJECT ? new Set() : null);
    else if (code === CLOSE_OBJECT || code === CLOSE_LIST) this.#open.pop();
  }

  #enter(keys: Set<string> | null): void {
    this.#open.push(keys);
    this.#awaitsKey = keys !== null;
    if (this.#open.length > MAX_DEPTH) throw new BadJson('too deep');
  }

  #string(from: number): number {
    const end = closing(this.#source, from);
    if (this.#awaitsKey) this.#key(this.#source.slice(from + 1, end));
    return end;
  }

  #key(written: string): void {
    const key = written.includes('\\') ? (JSON.parse(`"${written}"`) as string) : written;
    const keys = this.#open.at(-1);
    if (FORBIDDEN.has(key) || keys?.has(key) === true) throw new BadJson(`key ${key}`);
    keys?.add(key);
  }
}

export const parseJson = (source: string): Json => {
  let value: Json;
  try {
    value = JSON.parse(source) as Json;
  } catch {
    throw new BadJson('not JSON');
  }
  new Walk(source).check();
  return value;
};
