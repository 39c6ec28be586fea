/**
 * One function for each action on accounts, keys, the clock and the server itself. Actions that the contract keeps for
 * the administrator are refused to others by the gateway, before they come here.
 */
import { refuse } from '../../contract/errors.ts';
import type {
  createAccessKey,
  createAccount,
  describeServer,
  disableAccessKey,
  getClock,
  getInstanceLog,
  listAccessKeys,
  listAccounts,
  moveClock,
} from '../../contract/yunlan.ts';
import type { Reader } from '../../store/port.ts';
import { formatSeconds } from '../../values/clock.ts';
import { isRefusal, type Refusal } from '../../values/refusal.ts';
import type { Call, HandlersOf } from '../call.ts';
import { record } from '../history.ts';
import { instanceByIdOrName } from '../instance/exec.ts';
import { keepOffset, keptOffset } from './clock.ts';
import { accountNamed, accountOf, addKey, findKey, newAccount } from './keys.ts';
import { type RequestAction, requestHandlers } from './request-actions.ts';
import { mayDisableKey, movedOffset } from './rules.ts';
import { type SessionAction, sessionHandlers } from './session-actions.ts';
import { clockState, listedAccount, listedKey } from './view.ts';

type AccountAction =
  | typeof createAccount
  | typeof listAccounts
  | typeof createAccessKey
  | typeof disableAccessKey
  | typeof listAccessKeys
  | typeof getClock
  | typeof moveClock
  | typeof describeServer
  | typeof getInstanceLog;

export const accountHandlers: HandlersOf<AccountAction | RequestAction | SessionAction> = {
  ...requestHandlers,
  ...sessionHandlers,

  async 'Yunlan.CreateAccount'(call, input) {
    const made = await call.write(['accounts'], async (tx) => {
      if (await tx.get('account', { name: input.AccountName })) {
        return refuse('InvalidAccountName.Duplicate', { parameter: 'AccountName' });
      }
      const account = newAccount(input.AccountName, false, call.clock, call.random);
      await tx.insert('account', account);
      const AccessKeyId = await addKey(tx, account.id, call);
      await record(call, tx, 'Yunlan.CreateAccount', '', account.id);
      return { AccountId: account.id, AccountName: account.name, AccessKeyId };
    });
    return withSecret(call, made);
  },

  async 'Yunlan.ListAccounts'(call) {
    const accounts = await call.read((reader) => reader.find('account', {}, { orderBy: ['created_at'] }));
    return { Accounts: { Account: accounts.map(listedAccount) } };
  },

  async 'Yunlan.CreateAccessKey'(call, input) {
    const made = await call.write(['accounts'], async (tx) => {
      const account = await accountNamed(call, tx, input.AccountName);
      if (isRefusal(account)) return account;
      const AccessKeyId = await addKey(tx, account.id, call);
      await record(call, tx, 'Yunlan.CreateAccessKey', '', AccessKeyId);
      return { AccountId: account.id, AccessKeyId };
    });
    return withSecret(call, made);
  },

  async 'Yunlan.DisableAccessKey'(call, { AccessKeyId }) {
    return call.write(['accounts'], async (tx) => {
      const key = await tx.get('access_key', { id: AccessKeyId });
      // Another account's key is as good as none, so that the answer does not tell that it exists.
      if (!key || !(call.caller.administrator || key.account_id === call.caller.accountId)) {
        return refuse('InvalidAccessKeyId.NotFound', { parameter: 'AccessKeyId' });
      }
      const active = await tx.count('access_key', { account_id: key.account_id, status: 'Active' });
      const denied = mayDisableKey(await accountOf(tx, key), key, active);
      if (denied) return denied;
      await tx.update('access_key', { id: key.id }, { status: 'Inactive' });
      await record(call, tx, 'Yunlan.DisableAccessKey', '', key.id);
      return {};
    });
  },

  async 'Yunlan.ListAccessKeys'(call, input) {
    return call.read(async (reader) => {
      const account = await accountNamed(call, reader, input.AccountName);
      if (isRefusal(account)) return account;
      const keys = await reader.find('access_key', { account_id: account.id }, { orderBy: ['created_at'] });
      return { AccessKeys: { AccessKey: keys.map(listedKey) } };
    });
  },

  async 'Yunlan.GetClock'(call) {
    return clockState(call.clock);
  },

  async 'Yunlan.MoveClock'(call, input) {
    const moved = await call.write(['clock'], async (tx) => {
      const realNow = call.clock.now() - call.clock.offset;
      const offset = movedOffset(input, realNow, await keptOffset(tx));
      if (isRefusal(offset)) return offset;
      await keepOffset(tx, offset);
      await record(call, tx, 'Yunlan.MoveClock', '', 'clock');
      return {};
    });
    if (isRefusal(moved)) return moved;
    // What is kept is the truth: of two moves at once the later one stays, and a repeated call moves nothing again.
    await call.read(async (reader) => call.clock.moveTo(await keptOffset(reader)));
    return clockState(call.clock);
  },

  async 'Yunlan.DescribeServer'(call) {
    const { server } = call;
    return {
      Version: server.version,
      Driver: server.driver,
      RealPackets: server.realPackets,
      RegionId: call.regionId,
      StartTime: formatSeconds(server.startedAt),
      Pid: server.pid,
      NetworksBehind: await call.read((reader) => networksBehind(call, reader)),
    };
  },

  async 'Yunlan.GetInstanceLog'(call, input) {
    const instance = await call.read((reader) => instanceByIdOrName(reader, call.caller.accountId, input.Instance));
    if (isRefusal(instance)) return instance;
    return { InstanceId: instance.id, Log: await call.guests.log(instance.id, input.Tail) };
  },
};

/** The answer with the secret of its key. The transaction answers without it: replies are stored, secrets only sealed. */
async function withSecret<A extends { readonly AccessKeyId: string }>(call: Call, made: A | Refusal) {
  if (isRefusal(made)) return made;
  const key = await findKey(call.store, call.seal, made.AccessKeyId);
  if (!key) throw new Error(`no key ${made.AccessKeyId}`); // keys are disabled, never removed
  return { ...made, AccessKeySecret: key.secret };
}

/** Networks whose packets do not yet follow what is wanted: all of them for the administrator, else the caller's. */
async function networksBehind(call: Call, reader: Reader): Promise<string[]> {
  const behind = (await reader.behind()).map((state) => state.network_id);
  if (call.caller.administrator) return behind;
  const own = await reader.find('vpc', { account_id: call.caller.accountId, id: behind });
  return own.map((vpc) => vpc.id);
}
