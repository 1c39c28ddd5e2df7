/**
 * Every Traditional character and the Simplified one that stands for it in a search, made while the app is built:
 * `virtual:simplified` is one string of pairs. OpenCC's standard forms first, then those of Hong Kong and of Taiwan.
 */
import * as OpenCC from 'opencc-js/t2cn';
import type { Plugin } from 'vite';

const NAME = 'virtual:simplified';
const MADE = `\0${NAME}`;
const [FIRST, LAST] = [0x3400, 0x9fff];
const ways = (['t', 'hk', 'tw'] as const).map((from) => OpenCC.Converter({ from, to: 'cn' }));

export function simplifiedPairs(): string {
  let pairs = '';
  for (let code = FIRST; code <= LAST; code += 1) {
    const one = String.fromCharCode(code);
    const other = ways.map((way) => way(one)).find((made) => made !== one);
    if (other?.length === 1) pairs += one + other;
  }
  return pairs;
}

export function simplifiedCharacters(): Plugin {
  return {
    name: 'anxun:simplified-characters',
    resolveId: (source) => (source === NAME ? MADE : null),
    load: (id) => (id === MADE ? `export const pairs = ${JSON.stringify(simplifiedPairs())};` : null),
  };
}
