/** A tus 1.0 server in memory, with faults: cut connections, lost answers, expired addresses. */
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

interface Transfer {
  readonly length: number;
  readonly sha256: string;
  bytes: Buffer;
}

export type TusFault = 'none' | 'lose-answer' | 'cut' | number;

const decode = (metadata: string, key: string): string => {
  const pair = metadata.split(',').find((one) => one.startsWith(`${key} `));
  return Buffer.from(pair?.split(' ')[1] ?? '', 'base64').toString();
};

const bodyOf = async (request: IncomingMessage): Promise<Buffer> => {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts);
};

export class TusServer {
  readonly transfers = new Map<string, Transfer>();
  readonly requests: { readonly method: string; readonly url: string; readonly bytes: number }[] = [];
  readonly stored = new Set<string>();
  faults: TusFault[] = [];
  #server: Server | null = null;
  #count = 0;

  async listen(): Promise<string> {
    const server = createServer((request, response) => void this.#answer(request, response));
    this.#server = server;
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/api/blobs`;
  }

  close(): void {
    this.#server?.closeAllConnections();
    this.#server?.close();
  }

  get sentBytes(): number {
    return this.requests.reduce((sum, request) => sum + request.bytes, 0);
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const fault = this.faults.shift() ?? 'none';
    const body = await bodyOf(request);
    this.requests.push({ method: request.method ?? '', url: request.url ?? '', bytes: body.length });
    response.setHeader('Tus-Resumable', '1.0.0');
    if (typeof fault === 'number') response.writeHead(fault).end();
    else if (fault === 'cut') request.socket.destroy();
    else this.#serve(request, response, body, fault === 'lose-answer');
  }

  #serve(request: IncomingMessage, response: ServerResponse, body: Buffer, isLost: boolean): void {
    const [status, headers] = this.#handle(request, body);
    if (isLost) request.socket.destroy();
    else response.writeHead(status, headers).end();
  }

  #handle(request: IncomingMessage, body: Buffer): [number, Record<string, string>] {
    if (request.method === 'POST') return this.#create(request, body);
    const transfer = this.transfers.get(request.url?.split('/').pop() ?? '');
    if (transfer === undefined) return [404, {}];
    if (request.method === 'PATCH') return this.#append(transfer, Number(request.headers['upload-offset']), body);
    return [200, { 'Upload-Offset': String(transfer.bytes.length), 'Upload-Length': String(transfer.length) }];
  }

  #create(request: IncomingMessage, body: Buffer): [number, Record<string, string>] {
    this.#count += 1;
    const transfer: Transfer = {
      length: Number(request.headers['upload-length']),
      sha256: decode(String(request.headers['upload-metadata']), 'sha256'),
      bytes: Buffer.alloc(0),
    };
    this.transfers.set(`u${String(this.#count)}`, transfer);
    const [status, headers] = this.#append(transfer, 0, body);
    return [status === 204 ? 201 : status, { ...headers, Location: `/api/blobs/u${String(this.#count)}` }];
  }

  #append(transfer: Transfer, offset: number, body: Buffer): [number, Record<string, string>] {
    if (offset !== transfer.bytes.length) return [409, {}];
    transfer.bytes = Buffer.concat([transfer.bytes, body]);
    if (transfer.bytes.length === transfer.length) {
      if (createHash('sha256').update(transfer.bytes).digest('hex') !== transfer.sha256) return [422, {}];
      this.stored.add(transfer.sha256);
    }
    return [204, { 'Upload-Offset': String(transfer.bytes.length) }];
  }
}
