/** Who calls, and temporary credentials. */
import type { assumeRole, getCallerIdentity } from '../../contract/account.ts';
import { refuse } from '../../contract/errors.ts';
import { isRefusal } from '../../values/refusal.ts';
import type { HandlersOf } from '../call.ts';
import { record } from '../history.ts';
import { mayAssumeRoleOf, sessionEnd } from './rules.ts';
import { issueSession, roleOf } from './session.ts';
import { identity, issuedCredentials } from './view.ts';

export type SessionAction = typeof assumeRole | typeof getCallerIdentity;

export const sessionHandlers: HandlersOf<SessionAction> = {
  async 'Sts.GetCallerIdentity'(call) {
    return identity(call.caller);
  },

  async 'Sts.AssumeRole'(call, input) {
    const { accountId, role } = roleOf(input.RoleArn);
    const denied = mayAssumeRoleOf(call.caller, accountId);
    if (denied) return denied;
    const { caller, clock, random, seal } = call;
    // Clients renew by their own clocks, so a moved one does not count.
    const realNow = clock.now() - clock.offset;
    const facts = {
      accountId,
      role,
      name: input.RoleSessionName,
      issuedTo: caller.session?.issuedTo ?? caller.accessKeyId,
      expiresAt: sessionEnd(caller, realNow, input.DurationSeconds),
    };
    const issued = issueSession(facts, seal, random);
    const kept = await call.write(['accounts'], async (tx) => {
      if (!(await tx.get('account', { id: accountId }))) return refuse('EntityNotExist.Role', { parameter: 'RoleArn' });
      await record(call, tx, 'Sts.AssumeRole', '', issued.session.accessKeyId);
      return {};
    });
    return isRefusal(kept) ? kept : { ...issuedCredentials(issued), SourceIdentity: input.SourceIdentity ?? '' };
  },
};
