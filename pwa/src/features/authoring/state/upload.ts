/** Sending a file as it is; the desk's other requests send JSON. */
import { parseJson } from '@/data/json';
import { parseProblem, unknownProblem } from '@/data/problem';
import type { Result } from '@/data/api';
import { isRecord, list, maybe, number, record, text } from '@/data/shape';
import type { Definition } from '@/engine/definition';
import { parseDifference } from '../api';

export type FileKind = 'xlsx' | 'csv' | 'xlsform';

const mistake = record({ sheet: text, row: number, column: text, cell: text, zh: text, en: text });
const leftOut = record({ place: text, zh: text, en: text });
export const parseImported = record({
  definition: maybe((raw) => (isRecord(raw) ? (raw as unknown as Definition) : null)),
  difference: maybe(parseDifference),
  left_out: list(leftOut),
  mistakes: list(mistake),
});
export type Imported = ReturnType<typeof parseImported>;

export async function readFile(file: File, kind: FileKind, key: string | null): Promise<Result<Imported>> {
  const query = new URLSearchParams({ kind, ...(key && kind === 'csv' ? { key } : {}) });
  try {
    const response = await fetch(`/api/checklists/imports?${query.toString()}`, {
      method: 'POST', credentials: 'same-origin', body: file, headers: { Accept: 'application/json', 'Content-Type': file.type || 'application/octet-stream' },
    });
    const raw = parseJson(await response.text());
    if (response.ok) return { ok: true, value: parseImported(raw) };
    return { ok: false, problem: parseProblem(raw, response.status) ?? unknownProblem(response.status) };
  } catch {
    return { ok: false, offline: true, portal: false };
  }
}
