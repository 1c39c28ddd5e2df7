// @vitest-environment happy-dom
import { flushPromises, mount, type VueWrapper } from '@vue/test-utils';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { h } from 'vue';
import { createMemoryHistory, createRouter, RouterView } from 'vue-router';
import type { Database } from '@/data/database';
import { answerId } from '@/data/records';
import type { Definition } from '@/engine/definition';
import { loadMessages, setLocale } from '@/i18n/i18n';
import { hideSnack, runSnackAction } from '@/ui/snack';
import { put } from '../../../tests/support/rows';
import { definition, item, logIn, MINI, seedVisit, sent, wipe } from '../../../tests/support/visit';
import WalkthroughPage from './pages/WalkthroughPage.vue';

let db: Database;
let id: string;
let page: VueWrapper;

const at = (name: string): string => `[data-testid="${name}"]`;
const find = (name: string): HTMLElement => {
  const element = document.querySelector<HTMLElement>(at(name));
  if (!element) throw new Error(`no ${name} in ${document.body.textContent ?? ''}`);
  return element;
};
const here = (): string => find('item-card').dataset['item'] ?? '';
const until = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 10_000, interval: 10 });
const press = (name: string): void => {
  find(name).click();
};

function type(selector: string, text: string, event: 'input' | 'change' = 'input'): void {
  const field = document.querySelector<HTMLInputElement | HTMLTextAreaElement>(selector);
  if (!field) throw new Error(`no ${selector}`);
  field.value = text;
  field.dispatchEvent(new Event('input', { bubbles: true }));
  if (event === 'change') field.dispatchEvent(new Event('change', { bubbles: true }));
}

async function open(): Promise<void> {
  const routes = [{ path: '/inspections/:id', component: WalkthroughPage, props: true }];
  const router = createRouter({ history: createMemoryHistory(), routes });
  await router.push(`/inspections/${id}`);
  page = mount({ render: () => h(RouterView) }, { attachTo: document.body, global: { plugins: [router] } });
  await until(() => find('item-card'));
}

async function begin(checklist: Definition = MINI): Promise<void> {
  id = await seedVisit(db, checklist);
  await open();
}

// A busy machine may need several times the usual moment.
vi.setConfig({ testTimeout: 30_000 });

beforeAll(async () => {
  await setLocale('en');
  await loadMessages(['common', 'inspection', 'photo', 'answers']);
  db = await logIn();
});
beforeEach(() => {
  document.body.innerHTML = '<div id="page-actions"></div>';
  vi.stubGlobal('scrollTo', () => undefined);
  Element.prototype.scrollTo = (): void => undefined;
});
afterEach(async () => {
  hideSnack();
  page.unmount();
  await flushPromises();
  await wipe(db);
  vi.unstubAllGlobals();
});

describe('the walkthrough', () => {
  it('keeps an answer before it moves on, and takes it back on request', async () => {
    await begin();
    expect(here()).toBe('m.sign');
    press('answer-pass');
    await until(() => { expect(here()).toBe('m.duty'); });
    expect(await sent(db, 'answer.set')).toMatchObject([{ item: 'm.sign', set: { result: 'pass' }, how: 'tap' }]);
    expect(find('progress-count').textContent).toBe('1/5');
    runSnackAction();
    await until(() => { expect(here()).toBe('m.sign'); });
    expect((await sent(db, 'answer.set')).at(-1)).toMatchObject({ set: { result: null } });
    await until(() => { expect(find('progress-count').textContent).toBe('0/5'); });
  });

  it('stays on a line that still lacks a reading', async () => {
    await begin();
    press('answer-pass');
    await until(() => { expect(here()).toBe('m.duty'); });
    press('answer-pass');
    await until(() => { expect(find('gaps').textContent).toContain('people'); });
    expect(here()).toBe('m.duty');
  });

  it('opens the hazard in the same tap, keeps it half written, and hands it over once', async () => {
    await begin();
    press('answer-fail');
    await until(() => { expect(document.querySelector<HTMLInputElement>('[name="hazard-title"]')?.value).toBe('No sign'); });
    type('[name="hazard-description"]', 'fell off');
    await until(async () => { expect(JSON.stringify(await db.drafts.toArray())).toContain('fell off'); });
    press('sheet-close');
    await until(() => { expect(find('hazard-continue').textContent).toContain('not finished'); });
    press('hazard-continue');
    await until(() => { expect(document.querySelector<HTMLTextAreaElement>('[name="hazard-description"]')?.value).toBe('fell off'); });
    press('hazard-save');
    await until(() => { expect(here()).toBe('m.duty'); });
    expect(await sent(db, 'hazard.open')).toMatchObject([{
      title: 'No sign', description: 'fell off', grade: 'general', suspected_major: true, criterion: 'open fire', assignee_id: 'so', inspection: id, item: 'm.sign', photos: [],
      due_days: MINI.sections[0]?.items[0]?.on_fail?.hazard.due_days,
    }]);
    expect(await db.drafts.where('key').startsWith('hazard:').count()).toBe(0);
  });

  it('asks why something does not apply, and takes one tap for an answer', async () => {
    await begin();
    press('answer-na');
    await until(() => find('reason-ready'));
    press('reason-ready');
    await until(() => { expect(here()).toBe('m.duty'); });
    expect(await sent(db, 'answer.set')).toMatchObject([{ set: { result: 'na' } }, { set: { reason: 'The unit has no such thing' } }]);
  });

  it('fails a line by a reading out of its limits, and forgives it when put right', async () => {
    await begin();
    press('step-next');
    await until(() => { expect(here()).toBe('m.duty'); });
    for (const figure of ['1', '3']) {
      press('number-field');
      await until(() => find('pad-ok'));
      if (figure === '3') press('pad-back');
      press(`pad-${figure}`);
      press('pad-ok');
      await until(async () => { expect((await sent(db, 'answer.set')).length).toBe(figure === '1' ? 1 : 2); });
      if (figure === '1') {
        await until(() => find('hazard-save'));
        press('sheet-close');
        await until(() => find('hazard-continue'));
      }
    }
    expect(await sent(db, 'answer.set')).toMatchObject([{ set: { 'r.people': 1, result: 'fail' } }, { set: { 'r.people': 3, result: null } }]);
  });

  it('passes the rest of a section at once and says so', async () => {
    await begin();
    press('section-b');
    await until(() => { expect(here()).toBe('m.one'); });
    press('rest-open');
    await until(() => find('rest-accept'));
    press('rest-accept');
    await until(async () => {
      expect(await sent(db, 'answer.set')).toMatchObject([{ item: 'm.one', how: 'rest' }, { item: 'm.two', how: 'rest' }]);
    });
  });

  it('is where it was after the app was killed, with the words that were half typed', async () => {
    await begin();
    press('section-a');
    press('step-next');
    press('step-next');
    await until(() => { expect(here()).toBe('m.words'); });
    type(at('text-field'), 'Wang on duty');
    await until(async () => { expect(await db.drafts.where('key').startsWith('text:').count()).toBe(1); });
    page.unmount();
    const said = { inspection_id: id, target_id: '', item_key: 'm.words', fields: { v: { v: 'nobody', rev: 1, by: 'q', at: 1 } } };
    await put(db, 'answer', { id: answerId(id, '', 'm.words'), ...said });
    await open();
    expect(here()).toBe('m.words');
    await until(async () => {
      expect(await sent(db, 'answer.set')).toMatchObject([{ item: 'm.words', set: { v: 'Wang on duty' }, base: { v: 0 } }]);
    });
    expect(await db.drafts.where('key').startsWith('text:').count()).toBe(0);
  });

  it('walks place by place', async () => {
    const floors = definition([{ key: 'f', title: { zh: 'F', en: 'F' }, repeat: { over: 'location', kinds: ['floor'] }, items: [item('f.exit', { type: 'pass-fail-na' })] }]);
    id = await seedVisit(db, floors, { locations: ['f1', 'f2'] });
    await open();
    expect(find('target-open').textContent).toContain('Floor 1');
    press('answer-pass');
    await until(() => { expect(find('target-open').textContent).toContain('Floor 2'); });
    expect(await sent(db, 'answer.set')).toMatchObject([{ target: 'f1', item: 'f.exit' }]);
  });

  it('shows a kind of answer it does not know, and never counts it as done', async () => {
    const future = definition([{ key: 'x', title: { zh: 'X', en: 'X' }, items: [item('x.gps', { type: 'hologram' } as never)] }]);
    await begin(future);
    expect(find('answer-unknown').textContent).toContain('update the app');
    expect(find('progress-count').textContent).toBe('0/1');
  });

  it('listens to the keys of a desk', async () => {
    await begin();
    dispatchEvent(new KeyboardEvent('keydown', { key: 'j', bubbles: true }));
    await until(() => { expect(here()).toBe('m.duty'); });
    dispatchEvent(new KeyboardEvent('keydown', { key: 'k', bubbles: true }));
    await until(() => { expect(here()).toBe('m.sign'); });
    dispatchEvent(new KeyboardEvent('keydown', { key: '1', bubbles: true }));
    await until(() => { expect(here()).toBe('m.duty'); });
  });
});
