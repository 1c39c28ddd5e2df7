import { computed, type ComputedRef } from 'vue';
import { getJson } from '@/data/api';
import type { Database } from '@/data/database';
import { useLive, type Live } from '@/data/live';
import { session } from '@/data/session';
import { isRecord } from '@/data/shape';
import { refusals, type Piece, type Refusal } from '@/sync/refusals';
import { readFacts } from './facts';
import { linesOf, photoIds, type Line } from './pieces';

export interface Picture {
  readonly id: string;
  readonly blob: Blob | null;
}

export interface ShownPiece {
  readonly piece: Piece;
  readonly lines: readonly Line[];
  readonly pictures: readonly Picture[];
}

export interface ShownProblem {
  readonly refusal: Refusal;
  readonly pieces: readonly ShownPiece[];
}

export function useProblems(): Live<readonly ShownProblem[] | null> {
  return useLive<readonly ShownProblem[] | null>(
    async () => {
      const { db } = session.value;
      if (db === null) return [];
      const found = await refusals(db);
      return Promise.all(found.map((refusal) => show(db, refusal)));
    },
    null,
    [() => session.value.db],
  );
}

export const useProblem = (id: () => string): ComputedRef<ShownProblem | null | undefined> => {
  const all = useProblems();
  return computed(() => (all.value === null ? undefined : (all.value.find(({ refusal }) => refusal.id === id()) ?? null)));
};

async function show(db: Database, refusal: Refusal): Promise<ShownProblem> {
  const pieces = await Promise.all([refusal, ...refusal.dependants].map((piece) => showPiece(db, piece)));
  return { refusal, pieces };
}

export async function showPiece(db: Database, piece: Piece): Promise<ShownPiece> {
  const ids = photoIds(piece);
  const local = await db.photos.bulkGet([...ids]);
  const pictures = ids.map((id, i) => ({ id, blob: asBlob(local[i]?.thumb ?? local[i]?.blob ?? null) }));
  return { piece, lines: linesOf(piece, await readFacts(db, piece)), pictures };
}

const asBlob = (bytes: Blob | ArrayBuffer | null): Blob | null =>
  bytes instanceof ArrayBuffer ? new Blob([bytes], { type: 'image/jpeg' }) : bytes;

/** What another device of the same person wrote; null without a line. */
export async function fetchPieces(db: Database, refusal: Refusal): Promise<readonly ShownPiece[] | null> {
  const answer = await getJson(`/api/problems/${refusal.id}`, (raw) => (isRecord(raw) && Array.isArray(raw['pieces']) ? (raw['pieces'] as unknown[]) : []));
  if (!answer.ok) return null;
  const args = new Map(answer.value.filter(isRecord).map((piece) => [String(piece['id']), piece['args']]));
  const whole = [refusal, ...refusal.dependants].map((piece) => {
    const known = args.get(piece.id);
    return piece.args === null && isRecord(known) ? { ...piece, args: known } : piece;
  });
  return Promise.all(whole.map((piece) => showPiece(db, piece)));
}
