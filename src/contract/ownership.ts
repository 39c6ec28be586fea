/**
 * The four parameters on whose behalf official clients may say they act. The signer of the request decides here, so
 * they are allowed everywhere and change nothing.
 */
import { integer, text } from './parameter.ts';

export const ownership = {
  OwnerAccount: text({
    fate: 'accepted',
    help: 'Without effect: the access key decides on whose behalf the call acts.',
  }),
  OwnerId: integer({ fate: 'accepted', help: 'Without effect: the access key decides on whose behalf the call acts.' }),
  ResourceOwnerAccount: text({
    fate: 'accepted',
    help: 'Without effect: the access key decides on whose behalf the call acts.',
  }),
  ResourceOwnerId: integer({
    fate: 'accepted',
    help: 'Without effect: the access key decides on whose behalf the call acts.',
  }),
} as const;
