/**
 * JSON from outside. Beyond the grammar it refuses what two parsers could read differently or what could reach an
 * object's prototype: double keys, prototype keys, and nesting without end.
 */
import type { Json } from './shape';

const MAX_DEPTH = 64;
const FORBIDDEN = new Set(['__proto__', 'constructor', 'prototype']);
const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\]:,]/g;

export class BadJson extends Error {
  override readonly name = 'BadJson';
}

/** Keys already seen in each open object; null for an open array. */
type Open = Set<string> | null;

const keyOf = (token: string): string => (token.includes('\\') ? (JSON.parse(token) as string) : token.slice(1, -1));

const addKey = (keys: Set<string>, key: string): void => {
  if (FORBIDDEN.has(key) || keys.has(key)) throw new BadJson(`key ${key}`);
  keys.add(key);
};

/** Follows the brackets of a text that is known to be JSON. */
class Brackets {
  readonly #open: Open[] = [];
  #before = '';

  step(token: string): void {
    if (token === '{') this.#enter(new Set());
    else if (token === '[') this.#enter(null);
    else if (token === '}' || token === ']') this.#open.pop();
    else if (token.startsWith('"') && this.#before !== ':') this.#key(token);
    this.#before = token;
  }

  #enter(keys: Open): void {
    this.#open.push(keys);
    if (this.#open.length > MAX_DEPTH) throw new BadJson('too deep');
  }

  #key(token: string): void {
    const keys = this.#open.at(-1);
    if (keys instanceof Set) addKey(keys, keyOf(token));
  }
}

const checkKeys = (source: string): void => {
  const brackets = new Brackets();
  for (const [token] of source.matchAll(TOKEN)) brackets.step(token);
};

export const parseJson = (source: string): Json => {
  let value: Json;
  try {
    value = JSON.parse(source) as Json;
  } catch {
    throw new BadJson('not JSON');
  }
  checkKeys(source);
  return value;
};
