// @vitest-environment happy-dom
/** Who signs in for what, and what a label on the spot says. */
import 'fake-indexeddb/auto';
import { mount, type VueWrapper } from '@vue/test-utils';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { nextTick } from 'vue';
import type { Database } from '@/data/database';
import { checkCharacter } from '@/engine/tagcode';
import { loadMessages, setLocale } from '@/i18n/i18n';
import { freshDatabase, inspection, put, unit } from '../../../tests/support/rows';
import { readAttend } from './attend';
import TagField from './parts/TagField.vue';

const CODE = `7K3M9QX${checkCharacter('7K3M9QX')}`;
const task = { id: 't', title: 'round', unit_id: 'n', checklist_keys: ['fire'], mode: 'spot', due_on: '2026-11-25', inspector_ids: ['p'], lead_id: 'p', location_ids: [], state: 'planned', note: '', campaign: 'year', campaign_id: 'c', leader_id: 'me', created_at: 0 };
const attendance = (id: string, more: object) => ({ id, assignment_id: null, inspection_id: null, unit_id: 'n', person_id: 'me', title: '', tag: null, tag_fits: null, distance: null, at: 1, received_at: null, ...more });

describe('what is signed for', () => {
  let db: Database;
  beforeEach(async () => {
    db = freshDatabase();
    await put(db, 'unit', unit('n'));
    await put(db, 'assignment', task);
    await put(db, 'inspection', inspection('i', { unit_id: 'n', assignment_id: 't' }), inspection('free', { unit_id: 'n' }));
  });
  afterEach(() => db.delete());

  it('is a task, with what was signed already by oneself', async () => {
    await put(db, 'attendance', attendance('own', { assignment_id: 't' }), attendance('other', { assignment_id: 't', person_id: 'x' }), attendance('visit', { inspection_id: 'i' }));
    const found = await readAttend(db, { assignment: 't' }, 'me');
    expect([found.subject, found.unit?.id, found.done.map(({ id }) => id)]).toEqual([{ title: 'round', mode: 'spot', campaign: 'year' }, 'n', ['own']]);
  });

  it('is a visit, with or without a task', async () => {
    await put(db, 'attendance', attendance('own', { inspection_id: 'i' }), attendance('task', { assignment_id: 't' }));
    const found = await readAttend(db, { inspection: 'i' }, 'me');
    expect([found.subject?.campaign, found.unit?.id, found.done.map(({ id }) => id)]).toEqual(['year', 'n', ['own']]);
    expect((await readAttend(db, { inspection: 'free' }, 'me')).subject).toMatchObject({ title: '', campaign: null });
  });

  it('is nothing where this phone knows of neither', async () => {
    for (const asked of [{ inspection: 'gone' }, { assignment: 'gone' }]) expect((await readAttend(db, asked, 'me')).subject).toBeNull();
  });
});

describe('the label', () => {
  let shown: VueWrapper<InstanceType<typeof TagField>>;
  const scan = async (text: string): Promise<void> => {
    await shown.get('[data-testid=attend-scan]').trigger('click');
    await nextTick();
    shown.getComponent({ name: 'ScanSheet' }).vm.$emit('found', text);
    await nextTick();
  };
  beforeEach(async () => {
    await setLocale('en');
    await loadMessages(['campaigns', 'answers', 'common']);
    shown = mount(TagField, { props: { modelValue: '', whole: true, place: 'ward', fits: true, 'onUpdate:modelValue': (modelValue: string) => shown.setProps({ modelValue }), 'onUpdate:whole': (whole: boolean) => shown.setProps({ whole }) }, global: { stubs: { ScanSheet: { name: 'ScanSheet', template: '<i />', emits: ['found', 'closed'] } } } });
  });

  it('is taken from the square, named, and can be left out again', async () => {
    await scan(`${location.origin}/t/${CODE}`);
    expect(shown.get('[data-testid=attend-tag]').text()).toContain('A label of this unit · ward');
    await shown.get('[data-testid=attend-tag-drop]').trigger('click');
    expect(shown.props('modelValue')).toBe('');
  });

  it('is refused when it is none of ours, and signing goes on', async () => {
    await scan('WIFI:T:WPA;S:guest;;');
    expect(shown.get('[role=alert]').text()).toBe('This is no label of this system.');
    expect([shown.props('modelValue'), shown.props('whole')]).toEqual(['', true]);
  });

  it('is typed with its check character or not at all', async () => {
    const input = shown.get('input');
    await input.setValue('7K3M');
    expect([shown.props('modelValue'), shown.props('whole')]).toEqual(['', false]);
    await input.setValue(`${CODE.slice(0, 4)}-${CODE.slice(4).toLowerCase()}`);
    expect([shown.props('modelValue'), shown.props('whole')]).toEqual([CODE, true]);
  });
});
