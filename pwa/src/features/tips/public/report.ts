/** From a label to a receipt: the form, then what waits on this phone, then the number. */
import { askFace } from './asking';
import { fill, h } from './dom';
import { drop, fresh, save, waiting, type Draft } from './drafts';
import { form, type Spot } from './form';
import { frame } from './head';
import { browserPorts, deliver, type Outcome } from './sending';
import { ticket, type Square } from './ticket';
import { pick, t } from './words';

const LONGEST_S = 300;

export class ReportPage {
  private draft: Draft;
  private queue: Draft[] = [];
  private spot: Spot | null = null;
  private refusal: string | null = null;
  private said: Outcome | null = null;
  private tries = 0;
  private isBusy = false;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly squares = new Map<string, Square>();
  private readonly root: HTMLElement;
  private readonly tag: string | null;

  constructor(root: HTMLElement, tag: string | null) {
    this.root = root;
    this.tag = tag;
    this.draft = fresh(tag);
  }

  /** What was left here comes back: a draft for this label, and whatever was not sent or noted. */
  async start(): Promise<void> {
    const kept = await waiting();
    this.queue = kept.filter((one) => one.state !== 'writing');
    this.draft = kept.findLast((one) => one.state === 'writing' && one.tag === this.tag) ?? this.draft;
    this.draw();
    addEventListener('online', () => { this.work(true); });
    addEventListener('offline', () => { this.draw(); });
    this.work(true);
    await this.findSpot();
  }

  private async findSpot(): Promise<void> {
    if (this.tag === null) return;
    try {
      const answer = await fetch(`/api/public/tips/where?tag=${encodeURIComponent(this.tag)}`, { credentials: 'omit' });
      if (!answer.ok) return;
      this.spot = (await answer.json()) as Spot;
    } catch {
      return; // The label itself tells the server where it hangs.
    }
    // Whoever began to write meanwhile keeps the keyboard; the words are in the draft.
    const active = document.activeElement;
    if (this.spot.unit !== null && !(active instanceof HTMLTextAreaElement || active instanceof HTMLInputElement)) this.draw();
  }

  private draw(): void {
    frame(this.root, this.tag, () => h('main', { class: 'page' }, ...this.queue.map((one) => this.card(one)), this.isShown() ? this.page() : null));
  }

  /** While a report is on its way or its number not yet noted, nothing else asks for attention. */
  private isShown(): boolean {
    return this.queue.every((one) => one.tag !== this.tag || one.state !== 'sending') && !this.queue.some((one) => one.state === 'sent');
  }

  private page(): HTMLElement {
    return form({ draft: this.draft, spot: this.spot, refusal: this.refusal, send: () => { void this.send(); } });
  }

  private async send(): Promise<void> {
    this.refusal = null;
    this.draft.state = 'sending';
    this.draft.at = Date.now();
    this.queue.push(this.draft);
    this.draft = fresh(this.tag);
    const sending = this.queue.at(-1);
    if (sending) await save(sending);
    this.tries = 0;
    this.draw();
    scrollTo(0, 0);
    this.work(true);
  }

  /** One attempt for everything that waits; then again after a while, until all is there. */
  private work(now: boolean): void {
    clearTimeout(this.timer);
    if (this.isBusy) return;
    const next = this.queue.find((one) => one.state === 'sending');
    if (!next) return;
    if (now) void this.attempt(next);
    else this.timer = setTimeout(() => { void this.attempt(next); }, 1000 * this.pause());
  }

  private pause(): number {
    const asked = this.said?.kind === 'later' ? this.said.afterS : 0;
    return Math.min(LONGEST_S, Math.max(asked, 3 * 2 ** Math.min(this.tries, 6)));
  }

  private async attempt(draft: Draft): Promise<void> {
    this.isBusy = true;
    const ports = browserPorts(() => {
      this.tries = 0; // the line carries: what is left need not wait long
      this.draw();
    });
    this.said = await deliver(draft, ports);
    this.isBusy = false;
    this.tries = this.said.kind === 'later' ? this.tries + 1 : 0;
    if (this.said.kind === 'refused') await this.giveBack(draft, pick(this.said.words));
    this.draw();
    this.work(this.said.kind !== 'later');
    if (draft.receipt !== null) await this.findSquare(draft.receipt);
  }

  /** Refused words come back into the form, under a new identifier. */
  private async giveBack(draft: Draft, why: string): Promise<void> {
    this.refusal = why;
    this.queue = this.queue.filter((one) => one !== draft);
    this.draft = { ...draft, id: fresh(null).id, state: 'writing' };
    await drop(draft);
    await save(this.draft);
  }

  private async findSquare(receipt: string): Promise<void> {
    if (this.squares.has(receipt)) return;
    const told = await askFace(receipt);
    if (told.kind !== 'face') return;
    this.squares.set(receipt, told.face.qr);
    this.draw();
  }

  private async forget(draft: Draft): Promise<void> {
    this.queue = this.queue.filter((one) => one !== draft);
    await drop(draft);
    this.draw();
  }

  private card(draft: Draft): HTMLElement {
    const number = draft.receipt === null ? null : ticket(draft.receipt, this.squares.get(draft.receipt) ?? null);
    if (draft.state !== 'sent') return h('div', { class: 'form' }, this.under(draft), number);
    const noted = h('button', { type: 'button', class: 'big', 'data-testid': 'tip-noted', onclick: () => { void this.forget(draft); } }, t('tips.p-noted'));
    return h('div', { class: 'form' }, this.arrived(draft), number, noted);
  }

  private arrived(draft: Draft): HTMLElement {
    const refused = draft.photos.filter((photo) => photo.state === 'refused').length;
    return h('section', { class: 'card good', role: 'status', 'data-testid': 'tip-sent' },
      h('h2', {}, t('tips.p-sent')), h('p', {}, t('tips.p-sent-text')),
      refused > 0 ? h('p', { class: 'wrong' }, t('tips.p-photos-refused', { n: refused })) : null);
  }

  /** The server's own words where it had any. */
  private why(isOut: boolean): string {
    if (this.said?.kind === 'later' && this.said.words) return pick(this.said.words);
    return t(isOut ? 'tips.p-offline' : 'tips.p-sending-text');
  }

  private under(draft: Draft): HTMLElement {
    const sent = draft.photos.filter((photo) => photo.state !== 'waiting').length;
    const box = h('section', { class: 'card', role: 'status', 'data-testid': 'tip-sending' });
    const isOut = !navigator.onLine || (this.said?.kind === 'later' && this.said.words === null);
    fill(box,
      h('h2', { 'data-testid': isOut ? 'tip-offline' : 'tip-online' }, t(isOut ? 'tips.p-kept' : 'tips.p-sending')),
      h('p', {}, this.why(isOut)),
      draft.photos.length > 0 ? h('p', { class: 'soft' }, t('tips.p-progress', { done: sent, all: draft.photos.length })) : null,
      h('button', { type: 'button', class: 'plain', 'data-testid': 'tip-retry', onclick: () => { this.tries = 0; this.work(true); } }, t('tips.p-retry')));
    return box;
  }
}
