/**
 * A draft in the browser: every change is kept here at once and on the server a moment later. When somebody else saved in
 * between, nothing is overwritten and nothing is lost: a person chooses.
 */
import { computed, onScopeDispose, ref, shallowRef, watch, type ComputedRef, type Ref, type ShallowRef } from 'vue';
import type { Offline, Refused } from '@/data/api';
import { dropDraft, readDraft as readKept, saveDraft as keep } from '@/data/drafts';
import { useDatabase } from '@/data/session';
import { isRecord } from '@/data/shape';
import { useUnsaved } from '@/device/unsaved';
import { createDraft, readDraft, saveDraft, takeStep, type Draft, type Mistake, type StepName } from '../api';
import { isWithin } from '../logic/edit';
import { begin, change, redo, undo, type History } from '../logic/history';
import { valueAt, withValue, type Tree } from '../logic/pointer';
import type { Edit } from './edit';

export type SaveState = 'saved' | 'waiting' | 'saving' | 'offline' | 'refused';

export interface Clash {
  readonly rev: number;
  readonly by: string;
  readonly at: number;
}

export interface DraftWork {
  readonly draft: ShallowRef<Draft | null>;
  readonly edit: Edit;
  readonly saving: Ref<SaveState>;
  readonly failure: ShallowRef<Refused | Offline | null>;
  readonly clash: ShallowRef<Clash | null>;
  readonly canUndo: ComputedRef<boolean>;
  readonly canRedo: ComputedRef<boolean>;
  readonly undo: () => void;
  readonly redo: () => void;
  readonly load: () => Promise<void>;
  readonly flush: () => Promise<boolean>;
  readonly acceptBase: () => Promise<void>;
  readonly step: (name: StepName, note: string) => Promise<boolean>;
  readonly settle: (choice: 'mine' | 'theirs' | 'both') => Promise<string | null>;
}

const PAUSE_MS = 900;

const clashOf = (failure: Refused | Offline): Clash | null => {
  if (failure.offline === true || failure.problem.code !== 'draft-stale') return null;
  const { rev, changed_by: by, changed_at: at } = failure.problem.params;
  return { rev: Number(rev), by: typeof by === 'string' ? by : '', at: Number(at) };
};

class Work {
  readonly draft = shallowRef<Draft | null>(null);
  readonly history = shallowRef<History<Tree>>(begin<Tree>({}));
  readonly saving = ref<SaveState>('saved');
  readonly failure = shallowRef<Refused | Offline | null>(null);
  readonly clash = shallowRef<Clash | null>(null);
  /** The content that the server holds. */
  kept: Tree = {};
  private running: Promise<boolean> | null = null;
  readonly db = useDatabase();
  readonly id: string;

  constructor(id: string) {
    this.id = id;
  }

  get place(): string {
    return `authoring:${this.id}`;
  }

  take(draft: Draft): void {
    this.draft.value = draft;
    this.kept = draft.body;
    this.history.value = begin(draft.body);
    this.saving.value = 'saved';
    this.clash.value = null;
    this.failure.value = null;
  }

  isDirty(): boolean {
    return this.history.value.present !== this.kept;
  }

  /** What this browser kept and the server did not get, from an earlier visit. */
  private restore(draft: Draft, left: unknown): void {
    if (!draft.may.write || !isRecord(left) || !isRecord(left['body'])) return;
    if (JSON.stringify(left['body']) === JSON.stringify(draft.body)) return;
    this.history.value = change(this.history.value, left['body']);
    this.saving.value = 'waiting';
    if (left['rev'] !== draft.rev) this.clash.value = { rev: draft.rev, by: draft.changed_by, at: draft.changed_at };
  }

  async load(): Promise<void> {
    const answer = await readDraft(this.id);
    if (!answer.ok) {
      this.failure.value = answer;
      return;
    }
    // Read before the draft is shown: whoever types at once would write over it.
    const left = await readKept(this.db, this.place);
    this.take(answer.value);
    this.restore(answer.value, left);
  }

  save(): Promise<boolean> {
    this.running ??= this.send().finally(() => { this.running = null; });
    return this.running;
  }

  private async send(): Promise<boolean> {
    const draft = this.draft.value;
    if (!draft || this.clash.value || !this.isDirty()) return this.clash.value === null;
    const body = this.history.value.present;
    this.saving.value = 'saving';
    const answer = await saveDraft(this.id, draft.rev, { body });
    if (!answer.ok) return this.refused(answer);
    this.draft.value = { ...draft, ...answer.value, body, may: draft.may };
    this.kept = body;
    this.failure.value = null;
    if (this.isDirty()) return this.send();
    this.saving.value = 'saved';
    await dropDraft(this.db, this.place);
    return true;
  }

  private refused(answer: Refused | Offline): boolean {
    this.clash.value = clashOf(answer);
    this.failure.value = this.clash.value ? null : answer;
    this.saving.value = answer.offline === true ? 'offline' : 'refused';
    return false;
  }

  async step(name: StepName, note: string): Promise<boolean> {
    if (!(await this.save())) return false;
    const answer = await takeStep(this.id, this.draft.value?.rev ?? 0, name, note);
    if (answer.ok) this.take(answer.value);
    else this.refused(answer);
    return answer.ok;
  }

  async acceptBase(): Promise<void> {
    if (!(await this.save())) return;
    const answer = await saveDraft(this.id, this.draft.value?.rev ?? 0, { accept_base: true });
    if (answer.ok) await this.load();
    else this.refused(answer);
  }

  /** Returns the id of the second draft when both are kept. */
  async settle(choice: 'mine' | 'theirs' | 'both'): Promise<string | null> {
    if (choice === 'mine') return this.overwrite();
    const other = choice === 'both' ? await this.copyMine() : null;
    if (choice === 'both' && other === null) return null;
    await dropDraft(this.db, this.place);
    await this.load();
    return other;
  }

  private async overwrite(): Promise<null> {
    const { draft, clash } = this;
    if (draft.value && clash.value) draft.value = { ...draft.value, rev: clash.value.rev };
    clash.value = null;
    await this.save();
    return null;
  }

  private async copyMine(): Promise<string | null> {
    const draft = this.draft.value;
    if (!draft) return null;
    const { key, kind, region_id, note } = draft;
    const answer = await createDraft({ key, kind, body: this.history.value.present, note, ...(region_id ? { region_id } : {}) });
    this.failure.value = answer.ok ? null : answer;
    return answer.ok ? answer.value.id : null;
  }
}

function editOf(work: Work): Edit {
  const tree = computed(() => work.history.value.present);
  const mistakes = computed<readonly Mistake[]>(() => work.draft.value?.mistakes ?? []);
  const apply = (next: Tree, field: string | null = null): void => {
    if (work.draft.value?.may.write) work.history.value = change(work.history.value, next, field);
  };
  return {
    tree,
    locked: computed(() => work.draft.value?.may.write !== true || work.clash.value !== null),
    get: (pointer) => valueAt(tree.value, pointer),
    set: (pointer, value) => { apply(withValue(tree.value, pointer, value), pointer); },
    apply,
    mistakesAt: (pointer) => mistakes.value.filter((one) => one.pointer === pointer),
    mistakesWithin: (pointer) => mistakes.value.filter((one) => isWithin(one.pointer, pointer)),
  };
}

function useAutosave(work: Work): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  watch(work.history, ({ present }) => {
    if (present === work.kept) return;
    if (work.saving.value !== 'saving') work.saving.value = 'waiting';
    void keep(work.db, work.place, { rev: work.draft.value?.rev ?? 0, body: present });
    clearTimeout(timer);
    timer = setTimeout(() => void work.save(), PAUSE_MS);
  });
  onScopeDispose(() => {
    clearTimeout(timer);
    void work.save();
  });
}

export function useDraft(id: string): DraftWork {
  const work = new Work(id);
  useAutosave(work);
  useUnsaved(() => work.saving.value !== 'saved');
  void work.load();
  return {
    draft: work.draft, saving: work.saving, failure: work.failure, clash: work.clash,
    edit: editOf(work),
    canUndo: computed(() => work.history.value.past.length > 0),
    canRedo: computed(() => work.history.value.future.length > 0),
    undo: () => { work.history.value = undo(work.history.value); },
    redo: () => { work.history.value = redo(work.history.value); },
    load: () => work.load(),
    flush: () => work.save(),
    acceptBase: () => work.acceptBase(),
    step: (name, note) => work.step(name, note),
    settle: (choice) => work.settle(choice),
  };
}
