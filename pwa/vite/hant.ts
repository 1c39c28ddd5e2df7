/**
 * Traditional Chinese of the app's own words, made while the app is built: OpenCC under the glossary that the server uses
 * for checklists. `words.json?hant` is `words.json` in Traditional characters; a text that cannot be made, or that the other
 * language lacks, stops the build.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import * as OpenCC from 'opencc-js/cn2t';
import type { Plugin } from 'vite';

interface Glossary {
  readonly config: string;
  readonly terms: readonly { readonly zh: string; readonly hant: string }[];
}

const QUERY = '?hant';
const JSON_END = '.json';
const ASKED = `${JSON_END}${QUERY}`;
const MADE = '\0hant:';
const HANT_END = '.hant';
const FIRST_HOLD = 0xe000;
const PRIVATE = /[\ue000-\uf8ff]/g;
const PLACES = /\{\w+\}/g;

const glossary = JSON.parse(readFileSync(new URL('../../contracts/zh-hant.json', import.meta.url), 'utf8')) as Glossary;
if (glossary.config !== 's2hk') throw new Error(`no converter for ${glossary.config}`);
const terms = new Map(glossary.terms.map(({ zh, hant }) => [zh, hant]));
const longestFirst = [...terms.keys()].sort((a, b) => b.length - a.length || (a < b ? -1 : 1));
const pattern = new RegExp(longestFirst.join('|'), 'g');
const convert = OpenCC.Converter({ from: 'cn', to: 'hk' });

/** One text in Traditional characters; never nothing. */
export function hantOf(text: string): string {
  if (text === '' || text.search(PRIVATE) >= 0) throw new Error(`nothing to write, or a private character: ${text}`);
  const held = text.replace(pattern, (term) => String.fromCharCode(FIRST_HOLD + longestFirst.indexOf(term)));
  const made = convert(held).replace(PRIVATE, (hold) => terms.get(longestFirst[hold.charCodeAt(0) - FIRST_HOLD] ?? '') ?? '');
  if (made === '') throw new Error(`nothing came of ${text}`);
  return made;
}

/** Every text of a file of words, at any depth. */
function hantIn(value: unknown): unknown {
  if (typeof value === 'string') return value === '' ? value : hantOf(value);
  if (Array.isArray(value)) return value.map(hantIn);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, hantIn(inner)]));
}

type Words = Readonly<Record<string, string>>;
const read = (file: string): Words => JSON.parse(readFileSync(file, 'utf8')) as Words;
const placesOf = (text: string): string => [...new Set(text.match(PLACES))].sort().join();

function faultsOf(feature: string, chinese: Words, english: Words): string[] {
  const keys = new Set([...Object.keys(chinese), ...Object.keys(english)]);
  return [...keys].flatMap((key) => {
    const [zh, en] = [chinese[key]?.trim(), english[key]?.trim()];
    if (!zh || !en) return [`${feature}.${key} is missing in ${zh ? 'English' : 'Chinese'}`];
    const isAlike = new Set([zh, en, hantOf(zh)].map(placesOf)).size === 1;
    return isAlike ? [] : [`${feature}.${key} fills other places in another language`];
  });
}

/** What is missing among the words of a folder with `zh-CN` and `en`. */
export function missingWords(folder: string): string[] {
  const files = new Set(['zh-CN', 'en'].flatMap((language) => readdirSync(join(folder, language))));
  return [...files].flatMap((file) => {
    try {
      return faultsOf(basename(file, '.json'), read(join(folder, 'zh-CN', file)), read(join(folder, 'en', file)));
    } catch (error) {
      return [`${file}: ${String(error)}`];
    }
  });
}

export function traditionalWords(folder: string): Plugin {
  return {
    name: 'anxun:traditional-words',
    enforce: 'pre',
    buildStart() {
      const missing = missingWords(folder);
      if (missing.length > 0) this.error(`words are missing:\n${missing.join('\n')}`);
    },
    async resolveId(source, importer) {
      if (!source.endsWith(ASKED)) return null;
      const found = await this.resolve(source.slice(0, -QUERY.length), importer, { skipSelf: true });
      // Under a name of its own: no reader of JSON shall take it for a file.
      return found === null ? null : `${MADE}${found.id.slice(0, -JSON_END.length)}${HANT_END}`;
    },
    load(id) {
      if (!id.startsWith(MADE)) return null;
      const file = `${id.slice(MADE.length, -HANT_END.length)}${JSON_END}`;
      this.addWatchFile(file);
      return `export default ${JSON.stringify(hantIn(JSON.parse(readFileSync(file, 'utf8'))))};`;
    },
  };
}
