/** What a phone says of people of other agencies. */
export interface SetJoint {
  readonly id: string;
  readonly inspection: string;
  readonly name: string;
  readonly agency: string;
  readonly title?: string;
  readonly certificate?: string;
  readonly shown?: boolean;
}

export interface DropJoint {
  readonly id: string;
  readonly inspection: string;
}
