/** A gateway with a fake system behind it, for tests of the wire alone. */
import type { ActionKey } from '../../src/contract/action.ts';
import type { Caller, CallFacts } from '../../src/contract/call.ts';
import { type Address, createGateway, type Gateway, type GatewayOptions } from '../../src/gateway/server.ts';
import { systemClock } from '../../src/values/clock.ts';
import { silentLog } from '../../src/values/log.ts';
import { systemRandom } from '../../src/values/random.ts';

export const KEY = { accessKeyId: 'LTAI-test', secret: 'test-secret' };
export const DISABLED = { accessKeyId: 'LTAI-disabled', secret: 'disabled-secret' };
export const TEMPORARY = { accessKeyId: 'STS.test', secret: 'sts-secret', securityToken: 'token/==' };
/** A token of another temporary key than {@link TEMPORARY}. */
export const OTHER_TOKEN = 'token of another';
/** Of an account that does not administer the deployment. */
export const PLAIN = { accessKeyId: 'LTAI-plain', secret: 'plain-secret' };

export const CALLER: Caller = {
  accountId: '1000000000000001',
  accountName: 'test',
  administrator: true,
  accessKeyId: KEY.accessKeyId,
};

const SESSION = { role: 'role', name: 'session', issuedTo: KEY.accessKeyId, expiresAt: Number.MAX_SAFE_INTEGER };

export interface Dispatched {
  readonly key: ActionKey;
  readonly facts: CallFacts;
  readonly input: unknown;
}

export interface TestGateway {
  readonly gateway: Gateway;
  readonly calls: Dispatched[];
  listen(): Promise<Address & { readonly endpoint: string }>;
}

/** Every call is recorded and answered with `{}` unless `options` says otherwise. */
export function testGateway(options: Partial<GatewayOptions> = {}): TestGateway {
  const calls: Dispatched[] = [];
  const gateway = createGateway({
    async dispatch(key, facts, input) {
      calls.push({ key, facts, input });
      return options.dispatch ? options.dispatch(key, facts, input) : {};
    },
    stream: async () => ({ code: 0 }),
    async findKey(accessKeyId, securityToken) {
      if (accessKeyId === KEY.accessKeyId) return { secret: KEY.secret, status: 'Active', caller: CALLER };
      if (accessKeyId === DISABLED.accessKeyId) {
        return { secret: DISABLED.secret, status: 'Inactive', caller: { ...CALLER, accessKeyId } };
      }
      if (accessKeyId === PLAIN.accessKeyId) {
        return { secret: PLAIN.secret, status: 'Active', caller: { ...CALLER, administrator: false, accessKeyId } };
      }
      if (accessKeyId === TEMPORARY.accessKeyId) {
        if (securityToken === '') return 'missing';
        if (securityToken === OTHER_TOKEN) return 'mismatched';
        if (securityToken !== TEMPORARY.securityToken) return 'malformed';
        return { secret: TEMPORARY.secret, status: 'Active', caller: { ...CALLER, accessKeyId, session: SESSION } };
      }
      return undefined;
    },
    clock: systemClock,
    random: systemRandom,
    log: silentLog,
    defaultRegionId: 'cn-hangzhou',
    allowedHosts: [],
    ...Object.fromEntries(Object.entries(options).filter(([name]) => name !== 'dispatch')),
  });
  return {
    gateway,
    calls,
    async listen() {
      const address = await gateway.listen({ host: '127.0.0.1', port: 0 });
      return { ...address, endpoint: `http://${address.host}:${address.port}` };
    },
  };
}
