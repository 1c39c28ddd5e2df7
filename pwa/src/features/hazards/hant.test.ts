// @vitest-environment happy-dom
import { mount, RouterLinkStub } from '@vue/test-utils';
import { afterAll, expect, it } from 'vitest';
import { loadMessages, setLocale, teach } from '@/i18n/i18n';
import HazardCard from './HazardCard.vue';

afterAll(() => setLocale('zh-CN'));

it('a title that was proposed is kept in Simplified characters and shown in Traditional ones', async () => {
  await loadMessages(['common', 'hazards']);
  await setLocale('zh-Hant');
  teach(new Map([['\u7535\u68af', '\u96fb\u68af']]), () => undefined);
  const hazard = { id: 'h', title: '\u7535\u68af', state: 'open', due_on: '2026-12-01', grade: 'general', steps: [] };
  const page = mount(HazardCard, { props: { hazard, where: '', now: 0 } as never, global: { stubs: { RouterLink: RouterLinkStub } } });
  expect(page.find('.title').text()).toBe('\u96fb\u68af');
});
