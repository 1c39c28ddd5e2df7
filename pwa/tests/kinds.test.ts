import { afterAll, expect, it } from 'vitest';
import kinds from '@contracts/generated/kinds.json';
import { valueWords } from '@/features/authoring/logic/difference';
import { hantOf } from '../vite/hant';
import { loadMessages, setLocale, teach } from '@/i18n/i18n';
import { assetKinds, kindName, placeKinds } from '@/i18n/published/kinds';

const every = [...kinds.places, ...kinds.assets];

afterAll(() => setLocale('zh-CN'));

it.each(['zh-CN', 'zh-Hant', 'en'] as const)('every kind of place and device has a name in %s', async (language) => {
  await loadMessages(['common']);
  await setLocale(language);
  teach(new Map(every.map(({ zh }) => [zh, hantOf(zh)])), () => undefined);
  const expected = new Map(every.map(({ key, zh, en }) => [key, language === 'en' ? en : language === 'zh-Hant' ? hantOf(zh) : zh]));
  for (const [key, name] of expected) {
    expect(kindName(key)).toBe(name);
    expect(valueWords('/repeat/kinds', [key])).toBe(name);
  }
  expect(every.length).toBeGreaterThan(20);
  expect(new Map([...placeKinds(), ...assetKinds()].map(({ value, label }) => [value, label]))).toEqual(expected);
});

it('a kind that nobody named stays what it is, and a form keeps it', () => {
  expect(kindName('endoscope-washer')).toBe('endoscope-washer');
  expect(assetKinds(['endoscope-washer', 'lift', '']).filter(({ value }) => value === 'endoscope-washer' || value === '')).toHaveLength(1);
});

const screens = import.meta.glob<string>(['../src/features/**/*.vue', '../src/features/**/*.ts'], { eager: true, query: '?raw', import: 'default' });

it('no screen names kinds by itself', () => {
  const guilty = Object.entries(screens).filter(([, source]) => /['"]campus['"]|\.kind\.\$\{/.test(source));
  expect(guilty.map(([path]) => path).filter((path) => !path.endsWith('.test.ts'))).toEqual([]);
});
