// @vitest-environment happy-dom
import { mount } from '@vue/test-utils';
import { afterEach, expect, it, vi } from 'vitest';

/** A link to a paper, in a browser's tab or in the installed app. */
async function link(standalone: boolean): Promise<Element> {
  vi.resetModules();
  vi.stubGlobal('matchMedia', (query: string) => ({ matches: standalone && query.includes('standalone') }));
  const { default: DeskButton } = await import('./DeskButton.vue');
  return mount(DeskButton, { props: { href: '/api/x.pdf', paper: true } }).element as Element;
}

afterEach(() => { vi.unstubAllGlobals(); });

it('a paper opens beside the app', async () => {
  const found = await link(false);
  expect([found.getAttribute('target'), found.getAttribute('rel'), found.hasAttribute('download')]).toEqual(['_blank', 'noopener', false]);
});

it('in an installed app it is kept as a file: there is no way back from a window without a bar', async () => {
  const found = await link(true);
  expect([found.getAttribute('target'), found.hasAttribute('download')]).toEqual([null, true]);
});
