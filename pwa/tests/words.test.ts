/** Every word a person reads is in both languages, and none is written into the code. */
import { describe, expect, it } from 'vitest';

type Messages = Readonly<Record<string, unknown>>;

const files = import.meta.glob<Messages>('../src/i18n/*/*.json', { eager: true, import: 'default' });
const sources = import.meta.glob<string>(['../src/**/*.{ts,vue}', '!../src/**/*.test.ts'], { eager: true, query: '?raw', import: 'default' });

const chinese = new Map<string, Messages>();
const english = new Map<string, Messages>();
for (const [path, messages] of Object.entries(files)) {
  const [, language, feature] = /i18n\/([^/]+)\/([^/]+)\.json$/.exec(path) ?? [];
  (language === 'en' ? english : chinese).set(feature ?? '', messages);
}

const CJK = /[\u3000-\u303f\u3400-\u9fff\uf900-\ufaff\uff00-\uffef]/;
const COMMENTS = /\/\*[\s\S]*?\*\/|<!--[\s\S]*?-->|(?<![:'"`\\])\/\/[^\n]*/g;
const PLACES = /\{(\w+)\}/g;
const places = (text: string): string[] => [...new Set([...text.matchAll(PLACES)].map(([, name]) => name ?? ''))].sort();
const withoutComments = (source: string): string => source.replace(COMMENTS, '');

describe('words', () => {
  it('are looked for in a real number of files', () => {
    expect(chinese.size).toBeGreaterThan(5);
    expect(Object.keys(sources).length).toBeGreaterThan(100);
  });

  it('come in pairs of files', () => {
    expect([...english.keys()].sort()).toEqual([...chinese.keys()].sort());
  });

  it.each([...chinese.keys()])('of %s are the same keys in both languages', (feature) => {
    expect(Object.keys(english.get(feature) ?? {}).sort()).toEqual(Object.keys(chinese.get(feature) ?? {}).sort());
  });

  it.each([...chinese.keys()])('of %s are flat, not empty, and fill the same places', (feature) => {
    for (const [key, text] of Object.entries(chinese.get(feature) ?? {})) {
      const other = english.get(feature)?.[key];
      expect(typeof text, key).toBe('string');
      expect(String(text).trim(), key).not.toBe('');
      expect(String(other).trim(), key).not.toBe('');
      expect(key.startsWith(`${feature}.`), `${key} repeats its feature`).toBe(false);
      expect(places(String(other)), key).toEqual(places(String(text)));
    }
  });

  it('are never written into a component or a module', () => {
    const guilty = Object.entries(sources).filter(([, source]) => CJK.test(withoutComments(source)));
    expect(guilty.map(([path]) => path)).toEqual([]);
  });

  it('exist for every key that the code names', () => {
    const missing: string[] = [];
    let checked = 0;
    for (const [path, source] of Object.entries(sources)) {
      for (const [, key = ''] of withoutComments(source).matchAll(/\bt\(\s*'([^']+)'/g)) {
        checked += 1;
        const feature = key.slice(0, key.indexOf('.'));
        if (chinese.get(feature)?.[key.slice(feature.length + 1)] === undefined) missing.push(`${key} in ${path}`);
      }
    }
    expect(missing).toEqual([]);
    expect(checked).toBeGreaterThan(300);
  });
});
