/** Who must have signed before a record is submitted: the server's own table. */

import contract from '@contracts/generated/inspection-rules.json';
import type { Signature } from '@/data/records';

export interface SigningRule {
  readonly inspectors: number;
  readonly unit: boolean;
  /** Fewer are allowed; the paper says so. */
  readonly advised: number;
}

const RULES: ReadonlyMap<string, SigningRule> = new Map(
  contract.modes.map(({ key, inspectors, unit, advised }) => [key, { inspectors, unit, advised }]),
);

export const signingRule = (mode: string): SigningRule => RULES.get(mode) ?? { inspectors: 1, unit: true, advised: 2 };

export interface Signing {
  readonly inspectors: number;
  readonly unit: boolean;
  /** Parties whose signature is still needed. */
  readonly missing: readonly ('inspector' | 'unit')[];
  readonly fewerThanAdvised: boolean;
}

export function signingOf(mode: string, signatures: readonly Pick<Signature, 'party' | 'refused'>[]): Signing {
  const rule = signingRule(mode);
  const inspectors = signatures.filter((each) => each.party === 'inspector' && !each.refused).length;
  const unit = signatures.some((each) => each.party === 'unit');
  const missing: ('inspector' | 'unit')[] = [];
  if (inspectors < rule.inspectors) missing.push('inspector');
  if (rule.unit && !unit) missing.push('unit');
  return { inspectors, unit, missing, fewerThanAdvised: inspectors < rule.advised };
}
