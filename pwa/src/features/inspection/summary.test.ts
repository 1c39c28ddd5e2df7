// @vitest-environment happy-dom
import { flushPromises, mount, type VueWrapper } from '@vue/test-utils';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { h, type Component } from 'vue';
import { createMemoryHistory, createRouter, RouterView } from 'vue-router';
import type { Database } from '@/data/database';
import { get } from '@/data/view';
import { loadMessages, setLocale } from '@/i18n/i18n';
import { definition, item, logIn, seedVisit, sent, wipe } from '../../../tests/support/visit';
import { keepHazardDraft, openHazard, setAnswer, setSignatureAnswer, sign, submitInspection } from './commands';
import { newDraft } from './logic/hazard-draft';
import SignPage from './pages/SignPage.vue';
import SummaryPage from './pages/SummaryPage.vue';
import { loadVisit, recordSignatures } from './queries';

const TWO = definition([{ key: 'a', title: { zh: 'A', en: 'A' }, items: [item('m.one', { type: 'pass-fail-na' }), item('m.two', { type: 'pass-fail-na' }, { weight: 3 })] }]);
const line = (key: string): { section: string; target: string; item: string } => ({ section: 'a', target: '', item: key });
const INK = [[[0, 500], [900, 500]]] as [number, number][][];

let db: Database;
let id: string;
let page: VueWrapper;

const query = (name: string): HTMLElement | null => document.querySelector<HTMLElement>(`[data-testid="${name}"]`);
const find = (name: string): HTMLElement => {
  const element = query(name);
  if (!element) throw new Error(`no ${name} in ${document.body.textContent ?? ''}`);
  return element;
};
const until = (check: () => unknown): Promise<unknown> => vi.waitFor(check, { timeout: 10_000, interval: 10 });

async function show(component: Component): Promise<void> {
  const routes = [{ path: '/inspections/:id', component, props: true }, { path: '/:rest(.*)*', component: { render: () => h('i') } }];
  const router = createRouter({ history: createMemoryHistory(), routes });
  await router.push(`/inspections/${id}`);
  page = mount({ render: () => h(RouterView) }, { attachTo: document.body, global: { plugins: [router] } });
}

async function type(name: string, text: string): Promise<void> {
  const field = document.querySelector<HTMLInputElement>(`[name="${name}"]`);
  if (!field) throw new Error(`no ${name}`);
  field.value = text;
  field.dispatchEvent(new Event('input', { bubbles: true }));
  await flushPromises();
}

const answer = (key: string, result: 'pass' | 'fail', note?: string): Promise<unknown> =>
  setAnswer(db, id, line(key), { result, ...(note ? { note } : {}) });
const signed = (party: 'inspector' | 'unit'): Promise<void> =>
  sign(db, { inspection: id, party, name: 'Li', refused: false, strokes: INK, width: 600, height: 200, photo_ids: [] }, 'none');

// A busy machine may need several times the usual moment.
vi.setConfig({ testTimeout: 30_000 });

beforeAll(async () => {
  await setLocale('en');
  await loadMessages(['common', 'inspection', 'photo', 'answers']);
  db = await logIn();
});
beforeEach(async () => {
  document.body.innerHTML = '<div id="page-actions"></div>';
  id = await seedVisit(db, TWO, { mode: 'spot' });
});
afterEach(async () => {
  page.unmount();
  await flushPromises();
  await wipe(db);
});

describe('the summary', () => {
  it('says what is missing and lets nothing be handed in before', async () => {
    await answer('m.one', 'pass');
    await show(SummaryPage);
    await until(() => find('lacks'));
    expect(document.querySelectorAll('[data-testid="lack"]')).toHaveLength(1);
    expect(find('submit').hasAttribute('disabled')).toBe(true);
    expect(query('wanted-inspector')).not.toBeNull();
    expect(query('wanted-unit')).not.toBeNull();
  });

  it('shows the score with the sum behind it', async () => {
    await answer('m.one', 'pass');
    await answer('m.two', 'fail', 'broken');
    await show(SummaryPage);
    await until(() => { expect(find('score').textContent).toContain('1 ÷ 4'); });
    expect(find('score').textContent).toContain('25');
    expect(document.querySelectorAll('[data-testid="problem"]')).toHaveLength(1);
  });

  it('waits for a hazard that is half written', async () => {
    await answer('m.one', 'pass');
    await answer('m.two', 'fail', 'broken');
    await signed('inspector');
    await signed('unit');
    const draft = newDraft({ id: db.env.id(), ask: 'two', found: ['broken'], defaults: undefined, pick: (text) => text?.en ?? '', today: '2026-11-21', assignee: null });
    await keepHazardDraft(db, id, '|m.two', draft);
    await show(SummaryPage);
    await until(() => { expect(find('lacks').textContent).toContain('Hazard not finished'); });
    const state = await loadVisit(db, id);
    if (state.kind !== 'ready') throw new Error(state.kind);
    const found = TWO.sections[0]?.items[1];
    if (!found) throw new Error('no item');
    await openHazard(db, { inspection: state.visit.inspection, line: line('m.two'), item: found, spot: undefined, photos: [] }, draft);
    await until(() => { expect(find('submit').hasAttribute('disabled')).toBe(false); });
  });

  it('hands in once, on the disk, and is then only to be read', async () => {
    await answer('m.one', 'pass');
    await answer('m.two', 'pass');
    await signed('inspector');
    await signed('unit');
    await show(SummaryPage);
    await until(() => { expect(find('submit').hasAttribute('disabled')).toBe(false); });
    find('submit').click();
    await until(() => find('submit-confirm'));
    await type('summary', 'all well');
    find('submit-confirm').click();
    await until(() => find('sent-state'));
    expect(await sent(db, 'inspection.submit')).toMatchObject([{ inspection: id, summary: 'all well' }]);
    expect((await get(db, 'inspection', id))?.state).toBe('submitted');
    await until(() => { expect(find('kept-local').textContent).toContain('6 records, 0 photos'); });
    expect(query('submit')).toBeNull();
    expect(await db.drafts.count()).toBe(0);
  });

  it('takes every draft of the visit along, and none of another', async () => {
    await db.drafts.bulkPut([`walk:${id}`, `text:${id}||m.one#note`, `sign:${id}:unit`, 'walk:other'].map((key) => ({ key, data: 1, at: 1 })));
    await submitInspection(db, id, '');
    expect(await db.drafts.toCollection().primaryKeys()).toEqual(['walk:other']);
    await show(SummaryPage);
    await until(() => find('sent-state'));
  });
});

describe('signing', () => {
  it('begins with whoever holds the phone', async () => {
    await show(SignPage);
    await until(() => find('sign-inspector'));
    find('sign-inspector').click();
    await until(() => {
      expect(find('signer-person').querySelector('select')?.value).toBe(db.user);
    });
  });

  it('by keyboard says so on the record', async () => {
    await show(SignPage);
    await until(() => find('sign-unit'));
    find('sign-unit').click();
    await until(() => find('sign-typed'));
    await type('signer-name', 'He Jing');
    expect(find('sign-save').hasAttribute('disabled')).toBe(true);
    find('sign-typed').click();
    await flushPromises();
    find('sign-save').click();
    await until(async () => {
      expect(await sent(db, 'signature.add')).toMatchObject([{ party: 'unit', name: 'He Jing', refused: false, reason: 'I, He Jing, type my name instead of a handwritten signature.' }]);
    });
    await until(() => find('signed-unit'));
  });

  it('may be declined, with reason, photo and a second inspector', async () => {
    await show(SignPage);
    await until(() => find('sign-refused'));
    find('sign-refused').click();
    await until(() => find('refusal-save'));
    expect(find('refusal-save').hasAttribute('disabled')).toBe(true);
    await type('refusal-name', 'He Jing');
    find('refusal-disputes').click();
    await type('refusal-second', 'Wang');
    expect(find('refusal-sheet').textContent).toContain('take a photo');
    expect((await db.drafts.toArray()).map((draft) => draft.key)).toContain(`sign:${id}:refusal`);
  });

  it('of one item is not a signature under the record, nor when it was given anew', async () => {
    await setSignatureAnswer(db, id, line('m.one'), { name: 'Wu', title: '', strokes: INK, width: 1, height: 1 });
    expect(await recordSignatures(db, id)).toEqual([]);
    await setSignatureAnswer(db, id, line('m.one'), { name: 'Xu', title: '', strokes: INK, width: 1, height: 1 });
    expect(await recordSignatures(db, id)).toEqual([]);
    await signed('unit');
    expect(await recordSignatures(db, id)).toHaveLength(1);
    await show(SignPage);
    await until(() => find('signed-unit'));
  });
});
