/** Who must have signed before a record is submitted; the same table as the server's (inspections/rules.py). */

import type { Signature } from '@/data/records';

export interface SigningRule {
  readonly inspectors: number;
  readonly unit: boolean;
  /** Fewer are allowed; the paper says so. */
  readonly advised: number;
}

const RULES: Readonly<Record<string, SigningRule>> = {
  'self-check': { inspectors: 0, unit: false, advised: 1 },
  expert: { inspectors: 1, unit: false, advised: 1 },
  spot: { inspectors: 1, unit: true, advised: 2 },
  cross: { inspectors: 1, unit: true, advised: 2 },
  surprise: { inspectors: 1, unit: true, advised: 2 },
};

export const signingRule = (mode: string): SigningRule => RULES[mode] ?? { inspectors: 1, unit: true, advised: 2 };

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
