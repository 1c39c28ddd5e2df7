/** A leader's own signed word of having been there. */
export interface NoteAttendance {
  readonly id: string;
  readonly assignment?: string;
  readonly inspection?: string;
  readonly at: number;
  readonly title?: string;
  readonly tag?: string;
  readonly position?: { readonly lat: number; readonly lon: number; readonly accuracy?: number };
  readonly strokes: readonly (readonly (readonly [number, number])[])[];
  readonly width: number;
  readonly height: number;
}
