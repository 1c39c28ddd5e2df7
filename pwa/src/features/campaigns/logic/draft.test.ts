import action from '../../../../../server/campaigns/presets/root-cause-action.json';
import { describe, expect, it } from 'vitest';
import { parseCampaign, parsePresets } from '../campaign';
import { blank, bodyOf, draftOf, freshKey, fromPreset, missingIn } from './draft';

describe('a campaign in the form', () => {
  it('comes back from a template as it went in', () => {
    const [preset] = parsePresets({ presets: [action] }).presets;
    if (!preset) throw new Error('no preset');
    const draft = fromPreset(preset, preset.name.zh);
    const body = bodyOf(draft);
    expect(body['phases']).toEqual(action.phases);
    expect(body['quotas']).toEqual(action.quotas);
    expect(missingIn(draft)).toEqual([]);
  });

  it('keeps everything that a form does not show when it is edited', () => {
    const told = parseCampaign({ ...bodyOf(blank(2026)), phases: action.phases, id: 'c', rev: 3, state: 'active', targets: { tiers: ['clinic'], region_id: 'r' } });
    const body = bodyOf(draftOf(told));
    expect(body['phases']).toEqual(action.phases);
    expect(body['targets']).toEqual({ unit_ids: [], tiers: ['clinic'], attributes: [], region_id: 'r' });
  });

  it('says what is missing', () => {
    const draft = blank(2026);
    expect(missingIn(draft)).toEqual(['name']);
    draft.phases.push({ key: 'p1', name: '', en: '', starts_on: '', ends_on: '', goals: [{ key: 'g1', text: '', en: '', what: '', amount: null, source: null }], source: null });
    draft.ends_on = '2025-01-01';
    expect(missingIn(draft)).toEqual(['name', 'period', 'phases', 'goal']);
  });

  it('says which phases overlap or lie outside, and that none is no quota', () => {
    const draft = { ...blank(2026), name: 'x' };
    const phase = (key: string, from: string, to: string): (typeof draft.phases)[number] => ({ key, name: key, en: '', starts_on: from, ends_on: to, goals: [], source: null });
    draft.phases = [phase('a', '2026-01-01', '2026-06-30'), phase('b', '2026-07-01', '2026-12-31')];
    expect(missingIn(draft)).toEqual([]);
    draft.phases = [phase('a', '2026-01-01', '2026-06-30'), phase('b', '2026-06-30', '2026-12-31')];
    expect(missingIn(draft)).toEqual(['order']);
    draft.phases = [phase('a', '2025-12-31', '2026-06-30')];
    expect(missingIn(draft)).toEqual(['order']);
    draft.phases = [];
    for (const least of [0, -1, 401, 1.5, null]) {
      draft.quotas = [{ key: 'q', every: 'year', at_least: least, modes: [], tiers: [], focus: [], led: false }];
      expect(missingIn(draft)).toEqual(['quota']);
    }
  });

  it('gives keys that nobody else has', () => {
    expect(freshKey('p', [])).toBe('p1');
    expect(freshKey('p', ['p1', 'plan', 'p7'])).toBe('p8');
  });
});
