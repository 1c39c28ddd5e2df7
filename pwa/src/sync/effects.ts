/** Mutation name → its effect on this phone. A name without one has none to show. */
import type { ConfirmSignature, HandleProblem, MutationArgs, MutationName } from '../data/mutations';
import { keys, put, type Context, type Effect, type Key, type Read, type Write } from './effect';
import { noteAttendance } from './effects-campaigns';
import { commentHazard, moveHazard, openHazard } from './effects-hazard';
import {
  addPhoto,
  addSignature,
  removePhoto,
  setAnswer,
  startInspection,
  submitInspection,
} from './effects-inspection';
import { dropJoint, setJoint } from './effects-joint';
import { addMember, assignParts, handLead, leaveTeam, resolveConflict } from './effects-team';
import { addAsset, addLocation, claimTag } from './effects-places';
import { handOverPeer } from './effects-peers';
import { issuePaper } from './effects-papers';
import { arriveVisit, openVisit } from './effects-visits';

const none = { touches: () => [], apply: () => [] };

/** What becomes of a case that is not over with this. */
const HANDLED_AS: Readonly<Partial<Record<HandleProblem['act'], string>>> = { handover: 'handed', undo: 'open' };

/** A case is named like the command it is about, and so is the row that tells of it. */
const handleProblem: Effect<HandleProblem> = {
  touches: (args) => keys(['outcome', args.id]),
  apply: ({ id, act, reason }, read, { at }) => {
    const row = read('outcome', id);
    if (row === undefined) return [];
    const state = HANDLED_AS[act];
    const word = { act, at, by_name: null, note: reason ?? null };
    return [{ key: ['outcome', id], data: state === undefined ? null : { ...row, state, word } }];
  },
};

const confirmSignature: Effect<ConfirmSignature> = {
  touches: ({ id }) => keys(['hand', id]),
  apply: ({ id, mine, reason = null }, read, { at }) => {
    const row = read('hand', id);
    return row ? put('hand', id, { ...row, mine, reason, said_at: at }) : [];
  },
};

const EFFECTS: { readonly [N in MutationName]: Effect<MutationArgs[N]> } = {
  'inspection.start': startInspection,
  'answer.set': setAnswer,
  'paper.issue': issuePaper,
  'scan.note': { ...none, needs: (args) => keys(['inspection', args.inspection]) },
  'part.assign': assignParts,
  'joint.set': setJoint,
  'joint.drop': dropJoint,
  'team.add': addMember,
  'team.leave': leaveTeam,
  'team.lead': handLead,
  'conflict.resolve': resolveConflict,
  'photo.add': addPhoto,
  'photo.remove': removePhoto,
  'signature.add': addSignature,
  'signature.confirm': confirmSignature,
  'inspection.submit': submitInspection,
  'hazard.open': openHazard,
  'hazard.move': moveHazard,
  'hazard.comment': commentHazard,
  'tag.claim': claimTag,
  'location.add': addLocation,
  'asset.add': addAsset,
  'problem.handle': handleProblem,
  'attendance.note': noteAttendance,
  'peer.hand_over': handOverPeer,
  'visit.open': openVisit,
  'visit.arrive': arriveVisit,
};

/** Names that bring a row into being: what later work can depend on. */
export const MAKERS: ReadonlySet<string> = new Set([
  'inspection.start',
  'photo.add',
  'hazard.open',
  'location.add',
  'asset.add',
  'visit.arrive',
]);

/** Arguments come back from the disk untyped; they were typed when `commit` took them. */
const effectOf = (name: string): Effect<never> =>
  (Object.hasOwn(EFFECTS, name) ? EFFECTS[name as MutationName] : none) as Effect<never>;

export const touchedBy = (name: string, args: unknown): readonly Key[] => effectOf(name).touches(args as never);

export const neededBy = (name: string, args: unknown): readonly Key[] =>
  effectOf(name).needs?.(args as never) ?? [];

export const effects = (name: string, args: unknown, read: Read, context: Context): readonly Write[] =>
  effectOf(name).apply(args as never, read, context);
