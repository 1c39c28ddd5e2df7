// @vitest-environment happy-dom
/** Telling a colleague of a draw and declaring it void: what is typed for one is never sent for the other. */
import { mount } from '@vue/test-utils';
import { beforeAll, expect, it, vi } from 'vitest';
import { useApiPorts } from '@/data/api';
import { loadMessages, setLocale } from '@/i18n/i18n';
import { put } from '../../../tests/support/rows';
import { logIn } from '../../../tests/support/visit';
import { parseDraw } from './draw';
import DrawActions from './DrawActions.vue';

const DRAW = { id: 'd', code: 'c', kind: 'units', secret: true, may: { tell: true, spoil: true } };
const sent: (readonly [path: string, body: unknown])[] = [];
const until = (check: () => unknown): Promise<unknown> => vi.waitFor(check, { timeout: 10_000, interval: 10 });

beforeAll(async () => {
  await setLocale('en');
  await loadMessages(['common', 'draws', 'desk', 'problem']);
  await put(await logIn(['draws.run']), 'person', { id: 'q', name: 'Qian', title: null, unit_id: null, roles: ['bureau_office'], active: true });
  useApiPorts({
    fetch: (path, init) => {
      sent.push([String(path), JSON.parse(String(init?.body))]);
      return Promise.resolve(new Response(JSON.stringify(DRAW), { headers: { 'Content-Type': 'application/json' } }));
    },
  });
});

it('each has its own words', async () => {
  const shown = mount(DrawActions, { props: { draw: parseDraw(DRAW) } });
  const press = (words: string): Promise<void> => shown.findAll('button').find((one) => one.text() === words)?.trigger('click') ?? Promise.reject(new Error(words));
  await press('Declare void');
  await shown.get('[data-testid="spoil-reason"]').setValue('drawn over the wrong list');
  await press('Tell somebody');
  await until(() => shown.get('option[value="q"]'));
  expect(shown.get('.ask button').attributes('disabled')).toBeDefined();
  await shown.get('select').setValue('q');
  await shown.get('.ask button').trigger('click');
  await until(() => { expect(shown.emitted('changed')).toHaveLength(1); });
  await press('Declare void');
  expect(shown.get<HTMLInputElement>('[data-testid="spoil-reason"]').element.value).toBe('drawn over the wrong list');
  await shown.get('[data-testid="spoil-go"]').trigger('click');
  await until(() => { expect(shown.emitted('changed')).toHaveLength(2); });
  expect(sent).toEqual([['/api/draws/d/knowers', { person_id: 'q' }], ['/api/draws/d/spoil', { reason: 'drawn over the wrong list' }]]);
});
