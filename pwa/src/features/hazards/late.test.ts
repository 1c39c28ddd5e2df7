// @vitest-environment happy-dom
/** What was half written about a hazard is read before anybody can type over it. */
import { flushPromises, mount, type VueWrapper } from '@vue/test-utils';
import { afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import type { Database } from '@/data/database';
import { isDeciding, WORKFLOW_ACTIONS, type WorkflowAction } from '@/engine/workflow';
import { loadMessages, setLocale } from '@/i18n/i18n';
import { hazard, put, unit } from '../../../tests/support/rows';
import { slowDrafts } from '../../../tests/support/slow';
import { logIn, wipe } from '../../../tests/support/visit';
import { moveDraftKey } from './commands';
import DecisionSheet from './DecisionSheet.vue';
import MoveSheet from './MoveSheet.vue';
import { loadHazard, type OneHazard } from './queries';

const until = (check: () => unknown): Promise<unknown> => vi.waitFor(check, { timeout: 10_000, interval: 10 });
const area = (name: string): HTMLTextAreaElement | null => document.querySelector<HTMLTextAreaElement>(`textarea[name=${name}]`);
const send = (id: string): HTMLButtonElement | null => document.querySelector<HTMLButtonElement>(`[data-testid="${id}"]`);
let db: Database;
let one: OneHazard;
let page: VueWrapper | undefined;

beforeAll(async () => {
  await setLocale('en');
  await loadMessages(['common', 'hazards', 'major', 'photo']);
  db = await logIn(['hazards.void']);
});
beforeEach(async () => {
  await put(db, 'unit', unit('n'));
  await put(db, 'hazard', hazard('h'));
  const found = await loadHazard(db, 'h');
  if (!found) throw new Error('no hazard');
  one = found;
});
afterEach(async () => {
  page?.unmount();
  await wipe(db);
});

it('an act waits for its draft', async () => {
  const action = WORKFLOW_ACTIONS.find(({ key }) => key === 'void') as WorkflowAction;
  await db.drafts.put({ key: moveDraftKey('h', 'void'), data: { note: 'seen again' }, at: 1 });
  const letGo = slowDrafts(db);
  page = mount(MoveSheet, { props: { one, action }, attachTo: document.body });
  await flushPromises();
  expect([area('note'), send('move-send')?.disabled]).toEqual([null, true]);
  letGo();
  await until(() => { expect(area('note')?.value).toBe('seen again'); });
  expect(send('move-send')?.disabled).toBe(false);
});

it('so does a decision', async () => {
  await db.drafts.put({ key: moveDraftKey('h', 'decision'), data: { note: 'locked since May' }, at: 1 });
  const letGo = slowDrafts(db);
  page = mount(DecisionSheet, { props: { one, actions: WORKFLOW_ACTIONS.filter(isDeciding) }, attachTo: document.body });
  await flushPromises();
  expect(area('reason')).toBeNull();
  letGo();
  await until(() => { expect(area('reason')?.value).toBe('locked since May'); });
});
