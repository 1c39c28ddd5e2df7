/** Issuing a paper: it is on the disk with all its marks, or nothing happened. */

import type { Database } from '@/data/database';
import { commit } from '@/sync/outbox';
import type { Form } from './logic/form';
import type { Signing } from './logic/shapes';
import { formKey } from './queries';

export async function issuePaper(db: Database, inspection: string, form: Form): Promise<string> {
  const { body, marks } = form;
  if (body === null) throw new Error('a paper is issued only after its text was shown for signing');
  const signing: Signing = { v: 1, over: form.over, marks };
  const signed = JSON.stringify(signing);
  const args = {
    id: form.id,
    inspection,
    body,
    signing: signed,
    made_at: db.env.now(),
    photos: marks.flatMap((mark) => (mark.photos ?? []).map((photo) => photo.id)),
    ...(form.replaces ? { replaces: form.replaces.id } : {}),
  };
  await commit(db, [{ name: 'paper.issue', args }], { dropDrafts: [formKey(inspection, form.layout)] });
  return form.id;
}
