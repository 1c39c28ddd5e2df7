/** tus-js-client's requests by `fetch`: its own way needs XMLHttpRequest, which a service worker does not have. */
class FetchResponse {
  readonly #response: Response;
  readonly #body: string;

  constructor(response: Response, body: string) {
    this.#response = response;
    this.#body = body;
  }

  getStatus(): number {
    return this.#response.status;
  }

  getHeader(name: string): string | undefined {
    return this.#response.headers.get(name) ?? undefined;
  }

  getBody(): string {
    return this.#body;
  }

  getUnderlyingObject(): Response {
    return this.#response;
  }
}

class FetchRequest {
  readonly #fetch: typeof fetch;
  readonly #method: string;
  readonly #url: string;
  readonly #headers = new Headers();
  readonly #abort = new AbortController();

  constructor(send: typeof fetch, method: string, url: string) {
    this.#fetch = send;
    this.#method = method;
    this.#url = url;
  }

  getMethod(): string {
    return this.#method;
  }

  getURL(): string {
    return this.#url;
  }

  setHeader(name: string, value: string): void {
    this.#headers.set(name, value);
  }

  getHeader(name: string): string | undefined {
    return this.#headers.get(name) ?? undefined;
  }

  /** Progress is told part by part. */
  setProgressHandler(): void {
    return;
  }

  async send(body: Blob | null = null): Promise<FetchResponse> {
    const response = await this.#fetch(this.#url, {
      method: this.#method,
      headers: this.#headers,
      body,
      credentials: 'same-origin',
      cache: 'no-store',
      redirect: 'error',
      signal: this.#abort.signal,
    });
    return new FetchResponse(response, await response.text());
  }

  abort(): Promise<void> {
    this.#abort.abort();
    return Promise.resolve();
  }

  getUnderlyingObject(): null {
    return null;
  }
}

export const fetchStack = (send: typeof fetch) => ({
  createRequest: (method: string, url: string) => new FetchRequest(send, method, url),
  getName: () => 'fetch',
});
