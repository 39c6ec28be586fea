/** Access keys: made, listed, rotated, disabled, deleted. */
import { refuse } from '../../contract/errors.ts';
import type {
  createAccessKey,
  deleteAccessKey,
  disableAccessKey,
  listAccessKeys,
  rotateAccessKey,
} from '../../contract/yunlan.ts';
import type { Reader } from '../../store/port.ts';
import type { Tables } from '../../store/schema.ts';
import { isRefusal, type Refusal } from '../../values/refusal.ts';
import type { Call, HandlersOf } from '../call.ts';
import { record } from '../history.ts';
import { accountNamed, accountOf, addKey, withSecret } from './keys.ts';
import { mayDeleteKey, mayDisableKey } from './rules.ts';
import { listedKey } from './view.ts';

export type KeyAction =
  | typeof createAccessKey
  | typeof deleteAccessKey
  | typeof disableAccessKey
  | typeof listAccessKeys
  | typeof rotateAccessKey;

export const keyHandlers: HandlersOf<KeyAction> = {
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

  async 'Yunlan.RotateAccessKey'(call, { UserAccessKeyId }) {
    const made = await call.write(['accounts'], async (tx) => {
      const key = await ownKey(call, tx, UserAccessKeyId ?? call.caller.accessKeyId);
      if (isRefusal(key)) return key;
      // The new one comes first, so that the administrator is never without.
      const AccessKeyId = await addKey(tx, key.account_id, call);
      await tx.update('access_key', { id: key.id }, { status: 'Inactive' });
      await record(call, tx, 'Yunlan.RotateAccessKey', '', key.id);
      await record(call, tx, 'Yunlan.RotateAccessKey', '', AccessKeyId);
      return { AccountId: key.account_id, AccessKeyId, DisabledAccessKeyId: key.id };
    });
    return withSecret(call, made);
  },

  async 'Yunlan.DisableAccessKey'(call, { UserAccessKeyId }) {
    return call.write(['accounts'], async (tx) => {
      const key = await ownKey(call, tx, UserAccessKeyId);
      if (isRefusal(key)) return key;
      const active = await tx.count('access_key', { account_id: key.account_id, status: 'Active' });
      const denied = mayDisableKey(await accountOf(tx, key), key, active);
      if (denied) return denied;
      await tx.update('access_key', { id: key.id }, { status: 'Inactive' });
      await record(call, tx, 'Yunlan.DisableAccessKey', '', key.id);
      return {};
    });
  },

  async 'Yunlan.DeleteAccessKey'(call, { UserAccessKeyId }) {
    return call.write(['accounts'], async (tx) => {
      const key = await ownKey(call, tx, UserAccessKeyId);
      if (isRefusal(key)) return key;
      const denied = mayDeleteKey(key);
      if (denied) return denied;
      await tx.remove('access_key', { id: key.id });
      await record(call, tx, 'Yunlan.DeleteAccessKey', '', key.id);
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
};

/** The key with this id; another account's is as good as none, so that the answer does not tell that it exists. */
async function ownKey(call: Call, reader: Reader, id: string): Promise<Tables['access_key'] | Refusal> {
  const key = await reader.get('access_key', { id });
  return key && (call.caller.administrator || key.account_id === call.caller.accountId)
    ? key
    : refuse('InvalidAccessKeyId.NotFound', { parameter: 'UserAccessKeyId' });
}
