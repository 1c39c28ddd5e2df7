/** The form of one paper: on the disk with every change, and there again after the app was killed. */

import { onMounted, ref, shallowRef, type Ref, type ShallowRef } from 'vue';
import type { Database } from '@/data/database';
import { useDatabase } from '@/data/session';
import { newCode, textHash } from '../logic/fingerprint';
import { bodyOf, prefill, type Form } from '../logic/form';
import { newestLayout, type Layout } from '../logic/layouts';
import { parseSheet } from '../logic/rows';
import { formKey, learnNumbers, loadVisit, numbersOf, paperWith, sourceOf, type Visit } from '../queries';

export interface PaperForm {
  readonly db: Database;
  readonly layout: Layout | undefined;
  readonly visit: ShallowRef<Visit | null>;
  readonly form: ShallowRef<Form | null>;
  readonly state: Ref<'loading' | 'absent' | 'ready'>;
  readonly change: (part: Partial<Form>) => void;
  readonly setField: (name: string, text: string) => void;
  readonly freeze: () => Promise<void>;
  readonly open: () => void;
  readonly discard: () => Promise<void>;
}

/** A correction begins as what the paper said, with a code and marks of its own. */
async function correctionOf(db: Database, form: Form, replaces: string): Promise<Form> {
  const found = await paperWith(db, replaces);
  if (!found) return form;
  const { body } = parseSheet(found.sheet);
  const { recusal } = body;
  return {
    ...form,
    office: body.office.name,
    officeId: body.office.id ?? null,
    fields: body.fields,
    officers: body.officers,
    shown: body.officers.find((one) => one.shown)?.shown ?? '',
    asked: recusal ? { certificates: recusal.certificates, recusal: recusal.recusal, about: recusal.about ?? '', grounds: recusal.grounds ?? '' } : null,
    findings: body.findings,
    left: [],
    edition: found.paper.edition + 1,
    replaces: { id: found.paper.id, number: found.paper.number ?? body.code, reason: '' },
  };
}

async function begin(db: Database, layout: Layout, visit: Visit, replaces: string | undefined): Promise<Form> {
  const form = prefill(layout, await sourceOf(db, visit, db.env.now()), db.env.id(), newCode());
  return replaces === undefined ? form : correctionOf(db, form, replaces);
}

export function useForm(inspection: string, kind: string, replaces?: string): PaperForm {
  const db = useDatabase();
  const layout = newestLayout(kind);
  const key = formKey(inspection, kind);
  const visit = shallowRef<Visit | null>(null);
  const form = shallowRef<Form | null>(null);
  const state = ref<'loading' | 'absent' | 'ready'>('loading');

  function change(part: Partial<Form>): void {
    if (form.value === null) return;
    form.value = { ...form.value, ...part };
    void db.drafts.put({ key, data: { ...form.value }, at: db.env.now() });
  }

  /** Numbers of the register arrive while the form is open: only where nobody has typed. */
  async function fillNumbers(): Promise<void> {
    if (!(await learnNumbers(db, inspection)) || visit.value === null || form.value?.body !== null) return;
    const known = await numbersOf(db, visit.value.team, new Date(db.env.now()).toISOString().slice(0, 10));
    const officers = form.value.officers.map((one) => {
      const held = one.person_id ? known[one.person_id] : undefined;
      return held && (one.number ?? '') === '' ? { ...one, ...held } : one;
    });
    change({ officers });
  }

  onMounted(async () => {
    visit.value = await loadVisit(db, inspection);
    if (!layout || !visit.value) {
      state.value = 'absent';
      return;
    }
    const kept = (await db.drafts.get(key))?.data as Form | undefined;
    const isSame = kept?.version === layout.version && (replaces === undefined || kept.replaces?.id === replaces);
    form.value = kept && isSame ? kept : await begin(db, layout, visit.value, replaces);
    state.value = 'ready';
    void fillNumbers();
  });

  return {
    db, layout, visit, form, state, change,
    setField: (name, text) => { if (form.value) change({ fields: { ...form.value.fields, [name]: text } }); },
    freeze: async () => {
      if (!layout || !form.value || form.value.body !== null) return;
      const body = bodyOf(layout, form.value);
      change({ body, over: await textHash(body), marks: [] });
    },
    open: () => { change({ body: null, over: '', marks: [] }); },
    discard: async () => { await db.drafts.delete(key); },
  };
}
