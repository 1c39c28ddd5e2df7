/** What an issued paper will look like once the server agrees; its number is the server's to give. */
import type { IssuePaper } from '../data/mutations';
import { isRecord } from '../data/shape';
import { keys, put, type Data, type Effect } from './effect';

const parsed = (text: string): Data => {
  const told: unknown = JSON.parse(text);
  return isRecord(told) ? told : {};
};

export const issuePaper: Effect<IssuePaper> = {
  touches: (args) => keys(['paper', args.id], ['sheet', args.id], ['paper', args.replaces]),
  needs: (args) => keys(['inspection', args.inspection], ['paper', args.replaces], ...args.photos.map((id): [string, string] => ['photo', id])),
  apply: (args, read, { by }) => {
    if (read('paper', args.id)?.['number']) return [];
    const { layout, version, track, code, edition, office, replaces } = parsed(args.body);
    const { id, inspection: inspection_id, body, signing, made_at } = args;
    const row = { id, inspection_id, layout, version, track, code, edition, made_at, issued_by: by, number: null, replaces_id: args.replaces ?? null };
    const named = { office: isRecord(office) ? office['name'] : '', reason: isRecord(replaces) ? replaces['reason'] : null };
    const before = args.replaces === undefined ? undefined : read('paper', args.replaces);
    return [
      ...put('paper', id, { ...row, ...named }),
      ...put('sheet', id, { id, inspection_id, body, signing }),
      ...(before ? put('paper', args.replaces ?? '', { ...before, replaced_by_id: id }) : []),
    ];
  },
};
