/** What every answer control is given and what it says. */

import type { AnswerSpec, Value } from '@/engine/definition';

export interface FieldProps {
  readonly spec: AnswerSpec;
  readonly value: Value;
  readonly label: string;
  readonly today: string;
  readonly locked?: boolean;
  /** Photos taken for this line so far. */
  readonly photos?: number;
}

export interface SignedName {
  readonly name: string;
  readonly title: string;
  readonly strokes: readonly (readonly (readonly [number, number])[])[];
  readonly width: number;
  readonly height: number;
}
