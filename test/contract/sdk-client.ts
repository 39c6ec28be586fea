/** The vendor's client against a running region, with a look at what came over the wire before the client read it. */
import { createServer, request as forward, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Nested } from '../../src/wire/flatten.ts';
import { type ModelClass, requestClass, type SdkPackage } from './sdk-models.ts';

export interface SdkClient {
  /**
   * Calls an action with parameters under their names on the wire; a name that the SDK's request does not know is an
   * error. Gives the body as it came, and as the client reads it.
   */
  call(action: string, parameters?: { readonly [name: string]: Nested }): Promise<SdkAnswer>;
  close(): Promise<void>;
}

export interface SdkAnswer {
  // biome-ignore lint/suspicious/noExplicitAny: the tests read answers freely; their types are what is being tested
  readonly wire: any;
  /** The client's own model of the answer. */
  readonly model: { toMap(): object };
}

interface Key {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
}

/** A client of this package. `endpoint`: `http://HOST:PORT` of the region. Close it before the region. */
export async function sdkClient(sdk: SdkPackage, endpoint: string, key: Key): Promise<SdkClient> {
  const wiretap = await tapped(new URL(endpoint));
  const config = {
    ...key,
    endpoint: wiretap.host,
    protocol: 'HTTP',
    regionId: 'cn-hangzhou',
  };
  const client = new (clientClass(sdk))(config);
  return {
    async call(action, parameters = {}) {
      const model = requestClass(sdk, action);
      // An action without parameters has no model of its request.
      if (!model && Object.keys(parameters).length > 0) throw new Error(`the SDK has no ${action}Request`);
      const method = client[`${action[0]!.toLowerCase()}${action.slice(1)}`];
      if (!method) throw new Error(`the SDK's client has no method for ${action}`);
      const request = model ? [new model(fieldsOf(model, action, parameters))] : [];
      const answer = await method.call(client, ...request);
      return { wire: JSON.parse(wiretap.last()), model: answer.body };
    },
    close: () => wiretap.close(),
  };
}

type Client = { [method: string]: (...request: object[]) => Promise<{ body: { toMap(): object } }> };

/** The packages are CommonJS: depending on who imports them, the class is their default or the default's default. */
function clientClass(sdk: SdkPackage): new (config: object) => Client {
  const exported = sdk['default'];
  return (typeof exported === 'function' ? exported : (exported as { default: unknown }).default) as never;
}

/** Names of the wire to the fields of a model, nested models made of their own classes. */
function fieldsOf(model: ModelClass, path: string, parameters: { readonly [name: string]: Nested }): object {
  const byWire = new Map(Object.entries(model.names()).map(([field, wire]) => [wire, field]));
  const types = model.types();
  return Object.fromEntries(
    Object.entries(parameters).map(([wire, value]) => {
      const field = byWire.get(wire);
      if (field === undefined) throw new Error(`the SDK does not know ${path}.${wire}`);
      return [field, madeOf(types[field], `${path}.${wire}`, value)];
    }),
  );
}

function madeOf(type: unknown, path: string, value: Nested): unknown {
  if (Array.isArray(value)) {
    const { itemType } = type as { itemType?: unknown };
    return value.map((item) => madeOf(itemType, `${path}[]`, item));
  }
  if (typeof value === 'object' && value !== null) {
    const model = type as ModelClass;
    return new model(fieldsOf(model, path, value as { readonly [name: string]: Nested }));
  }
  return value;
}

/** Hands requests on as they are, signature and Host included, and keeps the last answer. */
async function tapped(target: URL) {
  let last = '';
  const server: Server = createServer((incoming, outgoing) => {
    const onward = forward(
      {
        host: target.hostname,
        port: target.port,
        path: incoming.url,
        method: incoming.method,
        headers: incoming.headers,
      },
      (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('end', () => {
          last = Buffer.concat(chunks).toString();
          outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
          outgoing.end(last);
        });
      },
    );
    onward.on('error', () => outgoing.destroy());
    incoming.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    last: () => last,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
