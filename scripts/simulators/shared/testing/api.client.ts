/** A reply as a test sees it. */
export interface Answer<T> {
  status: number;
  body: T;
  replayed: boolean;
}

/** Calls a simulator as its shipper or merchant would. */
export class ApiClient {
  constructor(
    private readonly port: number,
    private readonly apiKey: string,
  ) {}

  async get<T>(path: string): Promise<Answer<T>> {
    return this.call<T>('GET', path);
  }

  async post<T>(path: string, body: object, idempotencyKey?: string): Promise<Answer<T>> {
    return this.call<T>('POST', path, body, idempotencyKey);
  }

  async delete<T>(path: string): Promise<Answer<T>> {
    return this.call<T>('DELETE', path);
  }

  async bytes(path: string): Promise<Buffer> {
    const response = await this.send('GET', path);
    return Buffer.from(await response.arrayBuffer());
  }

  private async call<T>(
    method: string,
    path: string,
    body?: object,
    idempotencyKey?: string,
  ): Promise<Answer<T>> {
    const response = await this.send(method, path, body, idempotencyKey);
    return {
      status: response.status,
      body: (await response.json()) as T,
      replayed: response.headers.get('idempotent-replayed') === 'true',
    };
  }

  private async send(
    method: string,
    path: string,
    body?: object,
    idempotencyKey?: string,
  ): Promise<Response> {
    return fetch(`http://127.0.0.1:${String(this.port)}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.apiKey}`,
        ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
      },
      body: body === undefined ? null : JSON.stringify(body),
    });
  }
}
