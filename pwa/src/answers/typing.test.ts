// @vitest-environment happy-dom
/** Words in a field while the answer under them changes: a colleague's came, or one's own earlier words were kept. */
import { mount } from '@vue/test-utils';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadMessages, setLocale } from '@/i18n/i18n';
import ScanAnswer from './ScanAnswer.vue';
import TextAnswer from './TextAnswer.vue';

beforeAll(async () => {
  await setLocale('en');
  await loadMessages(['common', 'answers']);
});

const shared = { spec: { type: 'text' as const }, label: 'Words', value: 'old' };

describe.each([['text', TextAnswer, 'textarea'], ['scan', ScanAnswer, 'input']] as const)('%s', (_kind, component, field) => {
  const shown = () => {
    const page = mount(component as typeof TextAnswer, { props: shared });
    const words = (): string => (page.get(field).element as HTMLInputElement).value;
    const type = async (text: string): Promise<void> => {
      (page.get(field).element as HTMLInputElement).value = text;
      await page.get(field).trigger('input');
    };
    return { page, words, type };
  };

  it('half-typed words stay when another answer comes', async () => {
    const { page, words, type } = shown();
    await type('mine, half');
    await page.setProps({ value: 'a colleague said' });
    expect(words()).toBe('mine, half');
    await page.get(field).trigger('change');
    await page.get(field).trigger('blur');
    expect(page.emitted('answered')).toEqual([['mine, half']]);
    await page.setProps({ value: 'mine, half' });
    await page.setProps({ value: 'later' });
    expect(words()).toBe('later');
  });

  it('an untouched field follows, and so does one that was left as it was', async () => {
    const { page, words, type } = shown();
    await page.setProps({ value: 'new' });
    expect(words()).toBe('new');
    await type('newe');
    await type('new');
    await page.setProps({ value: 'newer' });
    await page.get(field).trigger('blur');
    expect([words(), page.emitted('answered')]).toEqual(['newer', undefined]);
    expect(page.emitted('typed')).toEqual([['newe'], ['new'], ['newer']]);
  });
});
