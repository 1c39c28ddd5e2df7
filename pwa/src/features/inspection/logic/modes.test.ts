import contract from '@contracts/generated/inspection-rules.json';
import { afterAll, expect, it } from 'vitest';
import { setLocale } from '@/i18n/i18n';
import { modeName, modeOptions, wayOf, wayOptions } from '@/i18n/published/modes';
import { signingRule } from './signing';

afterAll(() => setLocale('zh-CN'));

it('kinds of inspection are called, ordered and signed as the server says', async () => {
  expect(modeOptions().map(({ value }) => value)).toEqual(contract.modes.map((mode) => mode.key));
  const ways = wayOptions().map(({ value }) => value);
  for (const { key, name, inspectors, unit, advised } of contract.modes) {
    await setLocale('zh-CN');
    expect(modeName(key)).toBe(name.zh);
    await setLocale('en');
    expect(modeName(key)).toBe(name.en);
    expect(signingRule(key)).toEqual({ inspectors, unit, advised });
    expect(ways).toContain(wayOf(key));
  }
});

it('kinds have Traditional names, made by the build', async () => {
  await setLocale('zh-Hant');
  modeName('spot');
  await expect.poll(() => modeName('expert')).not.toBe(contract.modes.find(({ key }) => key === 'expert')?.name.zh);
});

it('a kind that is newer than the app keeps its key and asks for every signature', () => {
  expect(modeName('moonlight')).toBe('moonlight');
  expect(signingRule('moonlight')).toEqual({ inspectors: 1, unit: true, advised: 2 });
});
