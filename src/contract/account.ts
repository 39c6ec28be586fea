/** Actions on accounts: parameters, answers, codes. */
import { action } from './action.ts';

export const getCallerIdentity = action({
  product: 'Sts',
  name: 'GetCallerIdentity',
  summary: 'Tells whose access key signed the request.',
  effect: 'read',
  parameters: {},
  answer: {
    IdentityType: 'string',
    AccountId: 'string',
    PrincipalId: 'string',
    UserId: 'string',
    Arn: 'string',
    RoleId: 'string',
  },
  errors: [],
});
