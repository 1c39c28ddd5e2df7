// @vitest-environment happy-dom
/** The planning board: one request to open it, one for each step, and each step can be taken back. */
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { useApiPorts } from '@/data/api';
import { loadMessages, setLocale } from '@/i18n/i18n';
import { runSnackAction, snack } from '@/ui/snack';
import { draftFor, draftOf, inspectorsOf, isComplete, momentOf } from './logic/task';
import { parseTask, type Task } from './plan';
import { usePlanning, type NewTask, type Planning } from './usePlanning';

const task = {
  id: 't1', rev: 1, title: 'x', unit_id: 'u1', checklist_keys: ['fire'], mode: 'spot', due_on: '2026-11-25', inspector_ids: ['p1'], lead_id: 'p1',
  location_ids: [], state: 'planned', note: '', campaign: null, campaign_id: null, leader_id: null, created_at: 0,
};
const board = { as_of: 0, today: '2026-11-22', units: [], units_in_all: 0, regions: [], people: [], tasks: [task], campaigns: [], calendar: { holidays: [], work_days: [], seasons: [], open_years: [] } };
const asked: [string, string, Record<string, unknown>][] = [];
let refuse = false;

async function opened(): Promise<Planning> {
  const desk = usePlanning();
  await desk.load('2026-11-16', '2026-11-22');
  return desk;
}

const shown = (desk: Planning): readonly Task[] => desk.board.value?.tasks ?? [];
const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));
const answerOf = (method: string, path: string, body: Record<string, unknown>): object => {
  if (method === 'GET') return board;
  if (method === 'POST') return { ...task, ...body, rev: 1, state: 'planned' };
  return { ...task, ...body, id: path.split('/').at(-1), rev: Number(body['rev']) + 1 };
};

beforeEach(async () => {
  asked.length = 0;
  refuse = false;
  await setLocale('en');
  await loadMessages(['planning', 'common']);
  useApiPorts({
    fetch: vi.fn((input, init) => {
      const [path, method] = [String(input), init?.method ?? 'GET'];
      const body = init?.body === undefined ? {} : (JSON.parse(String(init.body)) as Record<string, unknown>);
      asked.push([method, path, body]);
      const answer = refuse ? { type: '/problems/stale', code: 'stale-revision', title: 'Changed meanwhile', status: 409 } : answerOf(method, path, body);
      return Promise.resolve(new Response(JSON.stringify(answer), { status: refuse ? 409 : 200, headers: { 'Content-Type': refuse ? 'application/problem+json' : 'application/json' } }));
    }),
  });
});

const fresh: NewTask = {
  id: 't2', title: 'y', unit_id: 'u2', checklist_keys: ['gas'], mode: 'holiday', due_on: '2026-11-20', lead_id: 'p1', inspector_ids: ['p1'], leader_id: null, campaign_id: null, note: '',
};

describe('the board', () => {
  it('opens with one request', async () => {
    const desk = await opened();
    expect(asked.map(([method, path]) => [method, path])).toEqual([['GET', '/api/planning?first=2026-11-16&last=2026-11-22']]);
    expect(shown(desk).map(({ id }) => id)).toEqual(['t1']);
  });

  it('takes a new task back by calling it off', async () => {
    const desk = await opened();
    await desk.create(fresh);
    expect(shown(desk).map(({ id }) => id)).toEqual(['t2', 't1']);
    expect(snack.value?.action?.label).toBe('Undo');
    runSnackAction();
    await settle();
    expect(asked.at(-1)).toEqual(['PATCH', '/api/assignments/t2', { rev: 1, state: 'cancelled' }]);
    expect(shown(desk).map(({ id }) => id)).toEqual(['t1']);
  });

  it('takes a move back to where the task was, on the version it has now', async () => {
    const desk = await opened();
    await desk.change(parseTask(task), { due_on: '2026-11-26' }, 'moved');
    expect(shown(desk)[0]?.due_on).toBe('2026-11-26');
    desk.undo();
    await settle();
    expect(asked.at(-1)?.[2]).toMatchObject({ due_on: '2026-11-25' });
    expect(shown(desk)[0]?.due_on).toBe('2026-11-25');
    desk.undo();
    await settle();
    expect(asked).toHaveLength(3);
  });

  it('plans anew what was called off by mistake', async () => {
    const desk = await opened();
    await desk.change(parseTask(task), { state: 'cancelled' }, 'off');
    expect(shown(desk)).toEqual([]);
    desk.undo();
    await settle();
    const [method, path, body] = asked.at(-1) ?? [];
    expect([method, path]).toEqual(['POST', '/api/assignments']);
    expect(body).toMatchObject({ unit_id: 'u1', due_on: '2026-11-25', checklist_keys: ['fire'] });
    expect(body?.['id']).not.toBe('t1');
  });

  it('keeps the board as it is when the server refuses', async () => {
    const desk = await opened();
    refuse = true;
    expect(await desk.change(parseTask(task), { due_on: '2026-11-30' }, 'moved')).toBe(false);
    expect(shown(desk)[0]?.due_on).toBe('2026-11-25');
    expect(desk.request.failure.value).not.toBeNull();
  });
});

describe('a task in the sheet', () => {
  it('is complete with unit, day, lead and checklists, and a sealed one with its hours', () => {
    const draft = draftFor({ mode: 'spot', checklists: [], campaign: null, leader: null, others: [] }, { unit: 'u', day: '2026-11-25', lead: 'p' });
    expect(isComplete(draft)).toBe(false);
    expect(isComplete({ ...draft, checklists: ['fire'] })).toBe(true);
    expect(isComplete({ ...draft, checklists: ['fire'], sealed: true, from: '10:00', to: '09:00' })).toBe(false);
    expect(momentOf('2026-11-25', '09:00')).toBe(Date.UTC(2026, 10, 25, 1));
  });

  it('names its lead among the inspectors once', () => {
    expect(inspectorsOf(draftOf(parseTask({ ...task, inspector_ids: ['p1', 'p2'] })))).toEqual(['p1', 'p2']);
  });
});
