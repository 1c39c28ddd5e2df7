/** The board and what is done on it: every change is one request, and can be taken back. */
import { computed, ref, shallowRef, type ComputedRef, type Ref, type ShallowRef } from 'vue';
import { getJson, patchJson, postJson, withQuery, type Offline, type Refused } from '@/data/api';
import { record, text } from '@/data/shape';
import { useRequest, type Request } from '@/desk/useRequest';
import { t } from '@/i18n/i18n';
import { showSnack } from '@/ui/snack';
import { parseBoard, parseTask, type Board, type Planner, type PlanUnit, type Task } from './plan';

export interface NewTask {
  readonly id: string;
  readonly title: string;
  readonly unit_id: string;
  readonly checklist_keys: readonly string[];
  readonly mode: string;
  readonly due_on: string;
  readonly lead_id: string;
  readonly inspector_ids: readonly string[];
  readonly leader_id: string | null;
  readonly campaign_id: string | null;
  readonly note: string;
}

export interface SealedTask {
  readonly id: string;
  readonly unit_id: string;
  readonly checklist_keys: readonly string[];
  readonly mode: string;
  readonly leader_id: string;
  readonly member_ids: readonly string[];
  readonly opens_at: number;
  readonly ends_at: number;
  readonly recusal_reason?: string;
  readonly campaign_id: string | null;
  readonly note: string;
}

export type Change = Partial<Pick<Task, 'due_on' | 'lead_id' | 'inspector_ids' | 'state' | 'leader_id' | 'campaign_id' | 'note' | 'mode' | 'checklist_keys' | 'title'>>;

export interface Planning {
  readonly board: ShallowRef<Board | null>;
  readonly failure: ShallowRef<Refused | Offline | null>;
  readonly request: Request;
  readonly isLoading: Ref<boolean>;
  readonly units: ComputedRef<ReadonlyMap<string, PlanUnit>>;
  readonly people: ComputedRef<ReadonlyMap<string, Planner>>;
  readonly load: (first: string, last: string) => Promise<void>;
  readonly create: (task: NewTask) => Promise<boolean>;
  readonly seal: (visit: SealedTask) => Promise<boolean>;
  readonly change: (task: Task, change: Change, said: string) => Promise<boolean>;
  readonly undo: () => void;
}

const byId = <R extends { readonly id: string }>(rows: readonly R[] | undefined): ReadonlyMap<string, R> => new Map((rows ?? []).map((row) => [row.id, row]));

type Step = () => Promise<unknown>;

/** The last change, and the way back from it. */
function useUndo(): { readonly undo: () => void; readonly offer: (text: string, step: Step) => void } {
  let back: Step | null = null;
  const undo = (): void => { const step = back; back = null; void step?.(); };
  return {
    undo,
    offer: (said, step) => {
      back = step;
      showSnack({ text: said, action: { label: t('common.undo'), run: undo } });
    },
  };
}

export function usePlanning(): Planning {
  const board = shallowRef<Board | null>(null);
  const failure = shallowRef<Refused | Offline | null>(null);
  const isLoading = ref(false);
  const request = useRequest();
  let shown: readonly [string, string] = ['', ''];

  async function load(first: string, last: string): Promise<void> {
    shown = [first, last];
    isLoading.value = true;
    const answer = await getJson(withQuery('/api/planning', { first, last }), parseBoard);
    if (shown[0] !== first || shown[1] !== last) return;
    isLoading.value = false;
    failure.value = answer.ok ? null : answer;
    if (answer.ok) board.value = answer.value;
  }

  /** One row of the board is replaced, or gone when it was called off. */
  function put(task: Task): void {
    if (!board.value) return;
    const others = board.value.tasks.filter(({ id }) => id !== task.id);
    board.value = { ...board.value, tasks: task.state === 'cancelled' ? others : [...others, task].sort((a, b) => ((a.due_on ?? '') < (b.due_on ?? '') ? -1 : 1)) };
  }

  const { undo, offer } = useUndo();

  const send = (task: Task, sent: Change): Promise<Task | null> => request.run(patchJson(`/api/assignments/${task.id}`, { rev: task.rev, ...sent }, parseTask));

  async function change(task: Task, wanted: Change, said: string): Promise<boolean> {
    const told = await send(task, wanted);
    if (!told) return false;
    put(told);
    // What was called off cannot be called on again: a task like it is made anew.
    if (told.state === 'cancelled') offer(said, () => create({ ...bodyOf(task), id: crypto.randomUUID() }, false));
    else offer(said, async () => { const before = Object.fromEntries(Object.keys(wanted).map((key) => [key, task[key as keyof Task]])); const restored = await send(told, before); if (restored) put(restored); });
    return true;
  }

  async function create(task: NewTask, mayUndo = true): Promise<boolean> {
    const made = await request.run(postJson('/api/assignments', task, parseTask));
    if (!made) return false;
    put(made);
    if (mayUndo) offer(t('planning.created'), async () => { const gone = await send(made, { state: 'cancelled' }); if (gone) put(gone); });
    return true;
  }

  async function seal(visit: SealedTask): Promise<boolean> {
    const made = await request.run(postJson('/api/visits', visit, record({ id: text })));
    if (made) showSnack({ text: t('planning.sealed') });
    return made !== null;
  }

  return {
    board, failure, isLoading, request, load, create, seal, change, undo,
    units: computed(() => byId(board.value?.units)),
    people: computed(() => byId(board.value?.people)),
  };
}

const bodyOf = (task: Task): Omit<NewTask, 'id'> => ({
  title: task.title, unit_id: task.unit_id, checklist_keys: task.checklist_keys, mode: task.mode, due_on: task.due_on ?? '', lead_id: task.lead_id ?? '',
  inspector_ids: task.inspector_ids, leader_id: task.leader_id, campaign_id: task.campaign_id, note: task.note ?? '',
});
