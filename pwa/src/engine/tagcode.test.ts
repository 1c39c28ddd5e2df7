import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import vectors from '@contracts/vectors/tag-code.json';
import { ALPHABET, checkCharacter, formatCode, isTagCode, normaliseCode, readScan } from './tagcode';

const OWN = 'anxun.example';
const anyCode = fc
  .string({ unit: fc.constantFrom(...ALPHABET), minLength: 7, maxLength: 7 })
  .map((data) => data + checkCharacter(data));
const [sample] = vectors.check;
if (!sample) throw new Error('no vectors');
const code = sample.data + sample.check;

describe('shared vectors', () => {
  it('uses the same alphabet', () => {
    expect(ALPHABET).toBe(vectors.alphabet);
  });
  it.each(vectors.check)('checks $data with $check', ({ data, check }) => {
    expect(checkCharacter(data)).toBe(check);
  });
  it.each(vectors.valid)('says $valid to "$code"', ({ code: candidate, valid }) => {
    expect(isTagCode(candidate)).toBe(valid);
  });
  it.each(vectors.normalise)('reads "$typed" as $code', ({ typed, code: expected }) => {
    expect(normaliseCode(typed)).toBe(expected);
  });
  it.each(vectors.format)('shows $code as $shown', ({ code: given, shown }) => {
    expect(formatCode(given)).toBe(shown);
  });
});

describe('check character', () => {
  it('notices any single wrong character', () => {
    fc.assert(
      fc.property(anyCode, fc.nat(7), fc.constantFrom(...ALPHABET), (good, at, other) => {
        fc.pre(good[at] !== other);
        expect(isTagCode(good.slice(0, at) + other + good.slice(at + 1))).toBe(false);
      }),
    );
  });
  it('notices swapped neighbours', () => {
    fc.assert(
      fc.property(anyCode, fc.nat(5), (good, at) => {
        const [a = '', b = ''] = [good[at], good[at + 1]];
        fc.pre(a !== b);
        expect(isTagCode(good.slice(0, at) + b + a + good.slice(at + 2))).toBe(false);
      }),
    );
  });
});

describe('scanned text', () => {
  it('takes a bare code and an address of our own', () => {
    expect(readScan(code, OWN)).toEqual({ kind: 'tag', code });
    expect(readScan(formatCode(code).toLowerCase(), OWN)).toEqual({ kind: 'tag', code });
    expect(readScan(`https://${OWN}/t/${code}`, OWN)).toEqual({ kind: 'tag', code });
  });
  it('names the host when our code was printed with another address', () => {
    expect(readScan(`https://elsewhere.example/t/${code}`, OWN)).toEqual({ kind: 'elsewhere', code, host: 'elsewhere.example' });
  });
  it.each([
    'javascript:alert(1)',
    'WIFI:T:WPA;S:net;P:secret;;',
    'BEGIN:VCARD\nEND:VCARD',
    `https://${OWN}/t/${code}x`,
    `https://${OWN}/t/../api/auth/logout`,
    `https://${OWN}@evil.example/x`,
    'https://',
    '',
    'x'.repeat(4096),
  ])('calls %j foreign', (text) => {
    expect(readScan(text, OWN)).toEqual({ kind: 'foreign', text: text.trim() });
  });
  it('never throws', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => void readScan(text, OWN)));
  });
});
