import contract from '@contracts/generated/inspection-rules.json';
import { afterAll, expect, it } from 'vitest';
import { MODES } from '@/data/records';
import { loadMessages, setLocale, t } from '@/i18n/i18n';
import { signingRule } from './signing';

afterAll(() => setLocale('zh-CN'));

it('kinds of inspection are called, ordered and signed as the server says', async () => {
  await loadMessages(['common']);
  expect(contract.modes.map((mode) => mode.key)).toEqual([...MODES]);
  for (const { key, name_zh, name_en, ...rule } of contract.modes) {
    await setLocale('zh-CN');
    expect(t(`common.mode.${key}`)).toBe(name_zh);
    await setLocale('en');
    expect(t(`common.mode.${key}`)).toBe(name_en);
    expect(signingRule(key)).toEqual(rule);
  }
});
