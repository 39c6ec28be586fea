/** Actions on accounts: parameters, answers, codes. */
import { action } from './action.ts';
import { integer, text } from './parameter.ts';

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

export const assumeRole = action({
  product: 'Sts',
  name: 'AssumeRole',
  summary: 'Issues temporary credentials of an account: a key, its secret, and a token that every request must carry.',
  effect: 'write',
  parameters: {
    RoleArn: text({
      fate: 'realised',
      help: 'Account whose credentials are asked for, and a name for the role: acs:ram::ACCOUNT_ID:role/NAME. Any name will do: a role may what its account may.',
      required: true,
      pattern: 'acs:ram::\\d{1,32}:role/[A-Za-z0-9.@_-]{1,64}',
      invalid: 'InvalidParameter.RoleArn',
    }),
    RoleSessionName: text({
      fate: 'realised',
      help: 'Name of the session, shown by GetCallerIdentity: 2 to 64 letters, digits, dots, hyphens, underscores and @.',
      required: true,
      pattern: '[A-Za-z0-9.@_-]{2,64}',
      invalid: 'InvalidParameter.RoleSessionName',
    }),
    DurationSeconds: integer({
      fate: 'realised',
      help: 'How long the credentials last, by the real clock; never beyond the credentials that sign the request.',
      range: [900, 43_200],
      default: 3600,
      invalid: 'InvalidParameter.DurationSeconds',
    }),
    ExternalId: text({
      fate: 'accepted',
      help: 'Without effect: roles here ask for none.',
      length: [2, 1224],
    }),
    SourceIdentity: text({
      fate: 'stored',
      help: 'Who stands behind the session; shown in the answer.',
      length: [2, 64],
    }),
    Policy: text({
      fate: 'refused',
      help: 'Would narrow what the credentials may; permissions are not told apart here.',
    }),
  },
  answer: {
    AssumedRoleUser: { Arn: 'string', AssumedRoleId: 'string' },
    Credentials: { AccessKeyId: 'string', AccessKeySecret: 'string', Expiration: 'string', SecurityToken: 'string' },
    SourceIdentity: 'string',
  },
  errors: [
    'InvalidParameter.RoleArn',
    'InvalidParameter.RoleSessionName',
    'InvalidParameter.DurationSeconds',
    'EntityNotExist.Role',
    'NoPermission',
  ],
});
