import { describe, expect, it } from 'vitest';
import { addDays, daysBetween, lastDay, remaining } from './expiry';
import { scaleOf, standing } from './limit-scale';
import { decimalsOf, padKeyOf, parsePad, press, type PadKey } from './number-pad';

const type = (keys: PadKey[], decimals?: number): string => keys.reduce((text, key) => press(text, key, decimals), '');

describe('the keypad', () => {
  it('types numbers as people do', () => {
    expect(type(['0', '5'])).toBe('5');
    expect(type(['.', '5'])).toBe('0.5');
    expect(type(['1', '.', '2', '.', '3'])).toBe('1.23');
    expect(type(['4', '2', 'sign'])).toBe('-42');
    expect(type(['4', 'sign', 'sign', 'back'])).toBe('');
    expect(type(['1', '2', 'clear'])).toBe('');
  });

  it('allows only the decimals that the step has', () => {
    expect(decimalsOf(0.01)).toBe(2);
    expect(decimalsOf(1)).toBe(0);
    expect(type(['1', '.', '2', '3', '4'], 2)).toBe('1.23');
    expect(type(['1', '.', '2'], 0)).toBe('12');
  });

  it('does not overflow', () => {
    expect(type(Array.from({ length: 20 }, () => '9' as const))).toHaveLength(9);
  });

  it('gives a number only when there is one', () => {
    expect(parsePad('')).toBeNull();
    expect(parsePad('-')).toBeNull();
    expect(parsePad('1.')).toBe(1);
    expect(parsePad('-0')).toBe(0);
    expect(parsePad('-12.5')).toBe(-12.5);
  });

  it('listens to a real keyboard', () => {
    expect(['7', ',', 'Backspace', 'x'].map(padKeyOf)).toEqual(['7', '.', 'back', null]);
  });
});

describe('a reading on its scale', () => {
  const limits = { min: 2, max: 8, warn_max: 7 };

  it('is judged at the limits themselves as within', () => {
    expect([1.9, 2, 7, 7.5, 8, 8.1].map((value) => standing(value, limits))).toEqual(['low', 'ok', 'ok', 'near-high', 'near-high', 'high']);
  });

  it('shows every stretch with its kind, and the marker even when far out', () => {
    const scale = scaleOf(99, limits);
    expect(scale?.stretches.map((stretch) => stretch.kind)).toEqual(['bad', 'good', 'near', 'bad']);
    expect(scale?.marker).toBe(98);
    expect(scale?.stretches[0]?.from).toBe(0);
    expect(scale?.stretches.at(-1)?.to).toBe(100);
    expect(scale?.ticks.map((tick) => tick.value)).toEqual([2, 8]);
    expect(scaleOf(5, { min: 0, max: 10, warn_max: 6 })?.ticks.map((tick) => tick.value)).toEqual([0, 6, 10]);
  });

  it('copes with one limit and with none', () => {
    expect(scaleOf(3, { max: 0 })?.stretches.map((stretch) => stretch.kind)).toEqual(['good', 'bad']);
    expect(scaleOf(3, {})).toBeNull();
  });
});

describe('dates that run out', () => {
  it('counts whole calendar days', () => {
    expect(daysBetween('2026-02-27', '2026-03-01')).toBe(2);
    expect(addDays('2026-12-31', 1)).toBe('2027-01-01');
    expect(daysBetween('soon', '2026-03-01')).toBeNull();
  });

  it('knows three ways of running out', () => {
    expect(lastDay('2026-01-31', { valid_days: 30 })).toBe('2026-03-02');
    expect(lastDay('2024-02-29', { valid_years: 1 })).toBe('2025-02-28');
    expect(lastDay('2026-05-01', { is_expiry: true })).toBe('2026-05-01');
  });

  it('says valid, soon, over', () => {
    const check = (today: string): string | undefined => remaining('2026-05-01', { is_expiry: true, warn_days: 10 }, today)?.standing;
    expect(['2026-04-20', '2026-04-21', '2026-05-01', '2026-05-02'].map(check)).toEqual(['valid', 'soon', 'soon', 'over']);
    expect(remaining('2026-05-01', { is_expiry: true }, '2026-05-11')?.days).toBe(-10);
  });
});
