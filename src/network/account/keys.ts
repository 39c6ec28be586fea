/** Access keys: making them, finding them for the gateway, and the administrator's first one. */
import type { Caller } from '../../contract/call.ts';
import { refuse } from '../../contract/errors.ts';
import type { Reader, Store, Writer } from '../../store/port.ts';
import type { Tables } from '../../store/schema.ts';
import type { Clock } from '../../values/clock.ts';
import { type Random, randomText } from '../../values/random.ts';
import { isRefusal, type Refusal } from '../../values/refusal.ts';
import type { Call, Seal } from '../call.ts';
import { mayHandleKeysOf } from './rules.ts';
import { LETTERS_AND_DIGITS, openSession, SESSION_PREFIX } from './session.ts';

/** Name of the account that administers this deployment. */
export const ADMINISTRATOR = 'admin';

/** A key as its owner is told it, once. */
export interface Credentials {
  readonly accountId: string;
  readonly accountName: string;
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
}

/** A key as the gateway needs it. */
export interface FoundKey {
  readonly secret: string;
  readonly status: 'Active' | 'Inactive' | 'AccountInactive';
  readonly caller: Caller;
}

/** A new row of an account: an id of 16 digits that is a safe integer, since answers carry it as a number too. */
export function newAccount(name: string, administrator: boolean, clock: Clock, random: Random): Tables['account'] {
  const id = randomText(random, '12345678', 1) + randomText(random, '0123456789', 15);
  return { id, name, administrator, status: 'Active', created_at: clock.now() };
}

/** A new row of an active key, in the form of the official ones: `LTAI` and 20 characters, a secret of 30. */
export function newKey(accountId: string, seal: Seal, clock: Clock, random: Random): Tables['access_key'] {
  return {
    id: `LTAI${randomText(random, LETTERS_AND_DIGITS, 20)}`,
    account_id: accountId,
    sealed_secret: seal.seal(randomText(random, LETTERS_AND_DIGITS, 30)),
    status: 'Active',
    created_at: clock.now(),
  };
}

/** The lasting key with this id, its secret and whom it speaks for; undefined when there is none. */
export async function findKey(store: Store, seal: Seal, accessKeyId: string): Promise<FoundKey | undefined> {
  const found = await store.read(async (reader) => {
    const key = await reader.get('access_key', { id: accessKeyId });
    return key && { key, account: await accountOf(reader, key) };
  });
  if (!found) return undefined;
  const { key, account } = found;
  return { secret: seal.open(key.sealed_secret), status: statusOf(account, key), caller: callerOf(account, key.id) };
}

/** Of a key in its account; undefined for one that is gone. */
function statusOf(account: Tables['account'], key: Tables['access_key'] | undefined): FoundKey['status'] {
  return account.status === 'Inactive' ? 'AccountInactive' : (key?.status ?? 'Inactive');
}

function callerOf(account: Tables['account'], accessKeyId: string): Caller {
  const { id, name, administrator } = account;
  return { accountId: id, accountName: name, administrator, accessKeyId };
}

/**
 * The key that signed a request, lasting or temporary. Temporary ones are found by their token alone; they speak for
 * their account as long as it and the lasting key they were issued to do.
 */
export async function findSigner(
  store: Store,
  seal: Seal,
  accessKeyId: string,
  securityToken: string,
): Promise<FoundKey | 'missing' | 'malformed' | 'mismatched' | undefined> {
  if (!accessKeyId.startsWith(SESSION_PREFIX)) return findKey(store, seal, accessKeyId);
  if (securityToken === '') return 'missing';
  const session = openSession(securityToken, seal);
  if (!session) return 'malformed';
  if (session.accessKeyId !== accessKeyId) return 'mismatched';
  const found = await store.read(async (reader) => ({
    account: await reader.get('account', { id: session.accountId }),
    issuer: await reader.get('access_key', { id: session.issuedTo }),
  }));
  if (!found.account) return undefined;
  const { role, name, issuedTo, expiresAt } = session;
  return {
    secret: session.secret,
    status: statusOf(found.account, found.issuer),
    caller: { ...callerOf(found.account, accessKeyId), session: { role, name, issuedTo, expiresAt } },
  };
}

/** The account of a key. */
export async function accountOf(
  reader: Reader,
  key: Pick<Tables['access_key'], 'account_id'>,
): Promise<Tables['account']> {
  const account = await reader.get('account', { id: key.account_id });
  if (!account) throw new Error(`no account ${key.account_id}`); // a foreign key holds it
  return account;
}

/** The account with this name, or the caller's own when none is named. */
export async function accountNamed(
  call: Pick<Call, 'caller'>,
  reader: Reader,
  name: string | undefined,
): Promise<Pick<Tables['account'], 'id'> | Refusal> {
  if (name === undefined) return { id: call.caller.accountId };
  const forbidden = mayHandleKeysOf(call.caller, name);
  if (forbidden) return forbidden;
  const account = await reader.get('account', { name });
  return account ?? refuse('InvalidAccountId.NotFound', { parameter: 'AccountName' });
}

/**
 * Makes the administrator's account with its first key when there is none, and tells the key only then. Later it makes
 * sure that the seal is the one the key was sealed with: else every signature would be refused without a reason.
 */
export async function ensureAdministrator(
  store: Store,
  seal: Seal,
  clock: Clock,
  random: Random,
): Promise<Credentials | undefined> {
  const outcome = await store.write({ scope: ['accounts'] }, async (tx) => {
    if (await tx.get('account', { administrator: true })) return undefined;
    const account = newAccount(ADMINISTRATOR, true, clock, random);
    const key = newKey(account.id, seal, clock, random);
    await tx.insert('account', account);
    await tx.insert('access_key', key);
    return credentials(account, key, seal);
  });
  if (outcome.kind !== 'done') throw new Error(`the administrator was not made: ${outcome.kind}`);
  if (outcome.value === undefined) await administratorKey(store, seal);
  return outcome.value;
}

/** The administrator's oldest active key. For the start of a server, should what it told of it have been lost. */
export async function administratorKey(store: Store, seal: Seal): Promise<Credentials> {
  const { account, key } = await store.read(async (reader) => {
    const account = await reader.get('account', { administrator: true });
    const where = { account_id: account?.id ?? '', status: 'Active' } as const;
    const [key] = await reader.find('access_key', where, { orderBy: ['created_at'], limit: 1 });
    return { account, key };
  });
  if (!account || !key) throw new Error('the administrator has no active key');
  try {
    return credentials(account, key, seal);
  } catch (cause) {
    throw new Error('The key file does not belong to the database: secrets in it cannot be opened.', { cause });
  }
}

/** Adds a key to an account; answers its id. */
export async function addKey(
  tx: Writer,
  accountId: string,
  { seal, clock, random }: { readonly seal: Seal; readonly clock: Clock; readonly random: Random },
): Promise<string> {
  const key = newKey(accountId, seal, clock, random);
  await tx.insert('access_key', key);
  return key.id;
}

/** The answer with the secret of its key. The transaction answers without it: replies are stored, secrets only sealed. */
export async function withSecret<A extends { readonly AccessKeyId: string }>(
  call: Pick<Call, 'store' | 'seal'>,
  made: A | Refusal,
) {
  if (isRefusal(made)) return made;
  const key = await findKey(call.store, call.seal, made.AccessKeyId);
  // Somebody was quick to delete it, with its account.
  if (!key) return refuse('InvalidAccessKeyId.NotFound');
  return { ...made, AccessKeySecret: key.secret };
}

function credentials(account: Tables['account'], key: Tables['access_key'], seal: Seal): Credentials {
  return {
    accountId: account.id,
    accountName: account.name,
    accessKeyId: key.id,
    accessKeySecret: seal.open(key.sealed_secret),
  };
}
