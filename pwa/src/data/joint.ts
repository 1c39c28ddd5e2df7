/** Somebody of another agency in the record of a visit. */
import { flag, number, record, text, type Parsed } from './shape';

export const parseJoint = record({ id: text, inspection_id: text, name: text, agency: text, title: text, certificate: text, shown: flag, added_at: number });

export type JointPerson = Parsed<typeof parseJoint>;

/** Who it is, as one line of names and numbers. */
export const jointWords = ({ name, agency, title, certificate }: JointPerson): string => [name, agency, title, certificate].filter((word) => word !== '').join(' · ');
