/** What a team will look like once the server agrees: its people, its lead, its parts, and what was decided. */
import type { AddMember, AssignParts, HandLead, LeaveTeam, ResolveConflict } from '../data/mutations';
import { answerId, partId } from '../data/records';
import { dict, isRecord, list, number, text } from '../data/shape';
import { keys, put, type Data, type Effect, type Write } from './effect';

const ids = list(text);
const claimsOf = dict(ids);

const partRow = (inspection: string, part: string, person: string | null, by: string, at: number): Data => ({
  id: partId(inspection, part),
  inspection_id: inspection,
  part,
  person_id: person,
  said_by: by,
  said_at: at,
});

const isLater = (row: Data | undefined, at: number, by: string): boolean => {
  if (row === undefined) return true;
  const said = number(row['said_at']);
  return said < at || (said === at && text(row['said_by']) <= by);
};

export const assignParts: Effect<AssignParts> = {
  touches: (args) => Object.keys(args.parts).map((part) => ['part', partId(args.inspection, part)] as const),
  needs: (args) => keys(['inspection', args.inspection]),
  apply: (args, read, { by, at }) =>
    Object.entries(args.parts)
      .filter(([part]) => isLater(read('part', partId(args.inspection, part)), at, by))
      .flatMap(([part, person]) => put('part', partId(args.inspection, part), partRow(args.inspection, part, person, by, at))),
};

interface OnInspection {
  readonly inspection: string;
}

const onInspection = <A extends OnInspection>(change: (row: Data, args: A, by: string) => Data): Effect<A> => ({
  touches: (args) => keys(['inspection', args.inspection]),
  needs: (args) => keys(['inspection', args.inspection]),
  apply: (args, read, { by }): readonly Write[] => {
    const row = read('inspection', args.inspection);
    return row === undefined ? [] : put('inspection', args.inspection, change(row, args, by));
  },
});

const members = (row: Data): readonly string[] => ids(row['member_ids']);

export const addMember = onInspection<AddMember>((row, { person }) => ({ ...row, member_ids: [...new Set([...members(row), person])] }));

/** Their parts are given back by the server: this phone may not know all of them. */
export const leaveTeam = onInspection<LeaveTeam>((row, { person }) =>
  row['lead_id'] === person ? row : { ...row, member_ids: members(row).filter((each) => each !== person) },
);

const withVoice = (row: Data, person: string, voice: string): Data => {
  const before = claimsOf(row['lead_claims']);
  if (before[person]?.includes(voice)) return row;
  const others = Object.entries(before).map(([one, voices]) => [one, voices.filter((each) => each !== voice)] as const);
  const claims = new Map<string, readonly string[]>(others.filter(([, voices]) => voices.length > 0));
  claims.set(person, [...(claims.get(person) ?? []), voice]);
  return { ...row, lead_claims: Object.fromEntries(claims) };
};

/** Only the lead's own word is foretold as done; whether the others agree is known when the server says so. */
export const handLead = onInspection<HandLead>((row, { person }, by) => {
  if (row['lead_id'] === person) return row;
  return row['lead_id'] === by ? { ...row, lead_id: person, lead_claims: {} } : withVoice(row, person, by);
});

const decided = (row: Data, { field, value }: ResolveConflict, by: string, at: number): Data => {
  const fields = isRecord(row['fields']) ? row['fields'] : {};
  const before = fields[field];
  const rev = isRecord(before) ? number(before['rev']) : 0;
  return { ...row, fields: { ...fields, [field]: { v: value, rev, by, at, how: 'decided' } } };
};

export const resolveConflict: Effect<ResolveConflict> = {
  touches: (args) => keys(['conflict', args.id], ['answer', answerId(args.inspection, args.target, args.item)]),
  needs: (args) => keys(['inspection', args.inspection]),
  apply: (args, read, { by, at }) => {
    const card = read('conflict', args.id);
    if (card === undefined) return [];
    const own = isRecord(card['resolution']) && card['resolution']['by'] === by && card['resolution']['at'] === at;
    if (card['state'] !== 'open' && !own) return [];
    const eid = answerId(args.inspection, args.target, args.item);
    const row = read('answer', eid);
    const resolution = { v: args.value, by, at, reason: args.reason };
    const closed = put('conflict', args.id, { ...card, state: 'resolved', resolution });
    return row === undefined ? closed : [...closed, ...put('answer', eid, decided(row, args, by, at))];
  },
};
