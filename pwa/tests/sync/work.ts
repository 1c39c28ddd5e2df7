/** Short names for what people do in these tests. */
import type { Mutation } from '@/data/mutations';

export const UNIT = 'unit-1';

export const start = (id: string, members: readonly string[] = []): Mutation => ({
  name: 'inspection.start',
  args: {
    id,
    unit_id: UNIT,
    checklist_key: 'fire',
    definition: 'f'.repeat(64),
    mode: 'spot',
    targets: {},
    started_at: 1,
    member_ids: members,
  },
});

export const answer = (inspection: string, item: string, result: string, target = ''): Mutation => ({
  name: 'answer.set',
  args: { inspection, target, item, set: { result } },
});

export const submit = (inspection: string): Mutation => ({
  name: 'inspection.submit',
  args: { inspection, submitted_at: 2 },
});

export const hazard = (id: string, unit = UNIT): Mutation => ({
  name: 'hazard.open',
  args: {
    id,
    unit_id: unit,
    source: 'report',
    title: 't',
    description: 'd',
    basis: [],
    grade: 'general',
    suspected_major: false,
    due_on: '2026-12-01',
  },
});

export const comment = (id: string, note: string): Mutation => ({ name: 'hazard.comment', args: { id, note, photos: [] } });

export const photo = (id: string, sha256: string, blob: Blob, inspection?: string): Mutation => ({
  name: 'photo.add',
  args: {
    id,
    sha256,
    size: blob.size,
    mime: 'image/jpeg',
    w: 4,
    h: 3,
    taken_at: 1,
    origin: 'camera',
    purpose: 'answer',
    annotations: [],
    ...(inspection === undefined ? {} : { inspection }),
  },
  blobs: [{ photo: id, sha256, mime: 'image/jpeg', blob }],
});
