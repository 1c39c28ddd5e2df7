/** What the phone can ask of the server: every mutation's name and arguments, version 1. */
import type { NoteAttendance } from './mutations-campaigns';
import type {
  AnswerHow,
  BasisTag,
  HazardGrade,
  HazardSource,
  InspectionMode,
  InspectionStyle,
  PhotoOrigin,
  PhotoPurpose,
  Position,
  SignatureParty,
  TagTarget,
} from './records';
import type { HandOverPeer } from './mutations-peers';
import type { DropJoint, SetJoint } from './mutations-joint';
import type { ArriveVisit, OpenVisit } from './mutations-visits';
import type { Json } from './shape';

export interface StartInspection {
  readonly id: string;
  readonly assignment_id?: string;
  readonly unit_id: string;
  readonly location_id?: string;
  readonly checklist_key: string;
  readonly definition: string;
  readonly mode: InspectionMode;
  readonly targets: Readonly<Record<string, readonly string[]>>;
  readonly started_at: number;
  readonly member_ids: readonly string[];
  readonly tag?: string;
  readonly style?: InspectionStyle;
  /** The part taken on; everything when left out. */
  readonly sections?: readonly string[];
  /** The deep items drawn; all when left out. */
  readonly deep_items?: readonly string[];
}

export interface SetAnswer {
  readonly inspection: string;
  readonly target: string;
  readonly item: string;
  readonly set: Readonly<Record<string, Json>>;
  /** Left out, `commit` fills in the revisions that the phone shows at that moment. */
  readonly base?: Readonly<Record<string, number>>;
  readonly how?: AnswerHow;
}

export interface AddPhoto {
  readonly id: string;
  readonly sha256: string;
  readonly size: number;
  readonly mime: string;
  readonly w: number;
  readonly h: number;
  readonly taken_at: number;
  readonly position?: Position;
  readonly origin: PhotoOrigin;
  readonly purpose: PhotoPurpose;
  readonly inspection?: string;
  readonly target?: string;
  readonly item?: string;
  readonly hazard?: string;
  readonly annotations: readonly Json[];
  readonly original?: string;
  readonly caption?: string;
  /** When the picture was chosen or taken here, by this phone's clock. */
  readonly added_at?: number;
  /** What the file said of itself; the stored picture no longer says it. */
  readonly own?: { readonly at?: number; readonly lat?: number; readonly lon?: number };
}

export interface RemovePhoto {
  readonly id: string;
  readonly reason: string;
}

export interface AddSignature {
  readonly id: string;
  readonly inspection: string;
  readonly party: SignatureParty;
  readonly person_id?: string;
  readonly name: string;
  readonly title?: string;
  readonly refused: boolean;
  readonly reason?: string;
  readonly strokes: readonly (readonly (readonly number[])[])[];
  readonly width: number;
  readonly height: number;
  readonly signed_at: number;
  readonly photo_ids: readonly string[];
  readonly witness?: string;
  /** The line that it answers; without, it stands under the record. */
  readonly target?: string;
  readonly item?: string;
}

export interface SubmitInspection {
  readonly inspection: string;
  readonly summary?: string;
  readonly submitted_at: number;
}

export interface CitedBasis {
  readonly doc: string;
  readonly clause?: string | null;
  readonly tag: BasisTag;
  readonly note?: Readonly<Record<string, string>> | null;
}

export interface OpenHazard {
  readonly id: string;
  readonly unit_id: string;
  readonly location_id?: string;
  readonly asset_id?: string;
  readonly source: HazardSource;
  readonly inspection?: string;
  readonly target?: string;
  readonly item?: string;
  readonly checklist_key?: string;
  readonly title: string;
  readonly description: string;
  readonly suggestion?: string;
  readonly basis: readonly CitedBasis[];
  readonly category?: string;
  readonly grade: HazardGrade;
  readonly suspected_major: boolean;
  readonly criterion?: string;
  readonly criteria?: readonly string[];
  readonly due_on: string;
  /** Where days were chosen: the server adds them to the right day should this phone's be wrong. */
  readonly due_days?: number;
  readonly assignee_id?: string;
  /** Photos of the find, taken before the hazard had a name. */
  readonly photos?: readonly string[];
}

export type HazardAction =
  | 'assign'
  | 'reassign'
  | 'submit_rectification'
  | 'accept'
  | 'reject'
  | 'close'
  | 'void'
  | 'decide_major'
  | 'decide_general'
  | 'ask_experts';

export interface MoveHazard {
  readonly id: string;
  readonly action: HazardAction;
  /** `decisions`: how many decisions this phone had seen; one it did not know of stands. */
  readonly expect: { readonly state: string; readonly rev: number; readonly decisions?: number };
  readonly note?: string;
  readonly photos: readonly string[];
  readonly assignee_id?: string;
  readonly due_on?: string;
  readonly criterion?: string;
  /** The list of criteria as this person read it. */
  readonly criteria_hash?: string;
  readonly decided_on?: string;
}

export interface CommentHazard {
  readonly id: string;
  readonly note: string;
  readonly photos: readonly string[];
}

export interface ClaimTag {
  readonly code: string;
  readonly target_kind: TagTarget;
  readonly target_id: string;
}

export interface AddLocation {
  readonly id: string;
  readonly unit_id: string;
  readonly parent_id?: string;
  readonly kind: string;
  readonly name: string;
  readonly code?: string;
  readonly attributes: readonly string[];
}

export interface AddAsset {
  readonly id: string;
  readonly unit_id: string;
  readonly location_id?: string;
  readonly kind: string;
  readonly name: string;
  readonly model?: string;
  readonly serial?: string;
  readonly due: readonly { readonly kind: string; readonly name: string; readonly due_on?: string | null }[];
}

/** "section:…" or "target:…", and who takes it on; null gives it back. */
export interface AssignParts {
  readonly inspection: string;
  readonly parts: Readonly<Record<string, string | null>>;
}

export interface AddMember {
  readonly inspection: string;
  readonly person: string;
}

export interface LeaveTeam {
  readonly inspection: string;
  readonly person: string;
  readonly reason?: string;
}

export interface HandLead {
  readonly inspection: string;
  readonly person: string;
  readonly reason: string;
}

export interface ResolveConflict {
  readonly id: string;
  readonly inspection: string;
  readonly target: string;
  readonly item: string;
  readonly field: string;
  readonly value: Json;
  /** The revision of the field that was decided about: what came later is not decided by it. */
  readonly base: number;
  readonly reason: string;
}

/** A tag that was scanned at a visit, and what was read beside it. */
export interface NoteScan {
  readonly id: string;
  readonly code: string;
  readonly at: number;
  readonly how: 'camera' | 'photo' | 'typed';
  readonly inspection?: string;
  readonly seal?: { readonly k: string; readonly s: string };
  readonly position?: Position;
  readonly fact?: { readonly id: string; readonly answer: string };
}

/** `body` and `signing` are JSON texts; they are signed, hashed and kept as they stand. */
export interface IssuePaper {
  readonly id: string;
  readonly inspection: string;
  readonly body: string;
  readonly signing: string;
  readonly made_at: number;
  readonly photos: readonly string[];
  readonly replaces?: string;
}

/** Whose hand it was: said by whoever is named, and by nobody else. */
export interface ConfirmSignature {
  /** A signature's id, or a paper's with the place of the mark. */
  readonly id: string;
  readonly mine: boolean;
  readonly reason?: string;
}

export interface HandleProblem {
  readonly id: string;
  readonly act: 'discard' | 'handover' | 'resent' | 'undo' | 'seen';
  readonly reason?: string;
}

export interface MutationArgs {
  'inspection.start': StartInspection;
  'answer.set': SetAnswer;
  'paper.issue': IssuePaper;
  'scan.note': NoteScan;
  'part.assign': AssignParts;
  'joint.set': SetJoint;
  'joint.drop': DropJoint;
  'team.add': AddMember;
  'team.leave': LeaveTeam;
  'team.lead': HandLead;
  'conflict.resolve': ResolveConflict;
  'photo.add': AddPhoto;
  'photo.remove': RemovePhoto;
  'signature.add': AddSignature;
  'signature.confirm': ConfirmSignature;
  'inspection.submit': SubmitInspection;
  'hazard.open': OpenHazard;
  'hazard.move': MoveHazard;
  'hazard.comment': CommentHazard;
  'tag.claim': ClaimTag;
  'location.add': AddLocation;
  'asset.add': AddAsset;
  'problem.handle': HandleProblem;
  'attendance.note': NoteAttendance;
  'peer.hand_over': HandOverPeer;
  'visit.open': OpenVisit;
  'visit.arrive': ArriveVisit;
}

export type MutationName = keyof MutationArgs;

/** A photo's bytes that must be on the disk in the same moment as the mutation that speaks of them. */
export interface NewBlob {
  readonly photo: string;
  readonly sha256: string;
  readonly mime: string;
  readonly blob: Blob;
  readonly thumb?: Blob;
}

export type Mutation = {
  readonly [N in MutationName]: {
    readonly name: N;
    readonly args: MutationArgs[N];
    readonly blobs?: readonly NewBlob[];
    readonly causes?: readonly string[];
  };
}[MutationName];
